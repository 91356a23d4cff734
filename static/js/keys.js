/* Ctrl+Enter sends the form in which one types; after a page load the focus goes to what was done. */
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const form = event.target.closest?.("main form.form");
  const button = form?.querySelector("button.btn--primary"); // what voids or discards has none
  if (!button || event.repeat) return;
  event.preventDefault();
  form.requestSubmit(button);
});

addEventListener("load", () => {
  const told = document.getElementById("status").textContent.trim();
  if (!told || document.activeElement !== document.body) return;
  const named = location.hash && document.getElementById(location.hash.slice(1));
  const place = named || document.getElementById("main");
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true });
});
