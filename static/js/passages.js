/* Marks in an article's text the sentences that the form beside it is about. */
"use strict";

document.addEventListener("htmx:after:swap", () => {
  const passage = document.getElementById("passage");
  if (!passage) return;
  for (const sentence of document.querySelectorAll(".sentence[aria-current]")) {
    sentence.removeAttribute("aria-current");
  }
  for (let n = Number(passage.dataset.first); n <= Number(passage.dataset.last); n += 1) {
    document.getElementById(`s-${n}`)?.setAttribute("aria-current", "true");
  }
});
