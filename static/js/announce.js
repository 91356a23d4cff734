/* Says in the page's status line when htmx got an answer that it may not put into the page. */
"use strict";

function announce(kind) {
  const line = document.getElementById("status");
  if (line) line.textContent = line.dataset[kind];
}

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  if (status !== 409 && status !== 422) announce("refused"); // these two bring a form back
});
document.addEventListener("htmx:error", () => announce("unreachable"));
