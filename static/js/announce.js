/* Says in the page's status line when htmx got an answer that it may not put into the page. */
"use strict";

const line = document.getElementById("status");

document.addEventListener("htmx:after:request", (event) => {
  const { redirected, url } = event.detail.ctx.response.raw;
  if (redirected && new URL(url).pathname === line.dataset.signIn) {
    event.preventDefault(); // the sign-in page would replace what was typed
    line.textContent = line.dataset.signedOut;
  }
});

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  if (status !== 409 && status !== 422) line.textContent = line.dataset.refused; // those bring a form back
});

document.addEventListener("htmx:after:swap", () => {
  const news = line.querySelector("a"); // what was swapped took the focus along: give it to the news
  if (!news || news.pathname !== location.pathname || document.activeElement !== document.body) return;
  const place = document.getElementById(news.hash.slice(1));
  if (place) {
    place.tabIndex = -1;
    place.focus();
  }
});

document.addEventListener("htmx:error", () => {
  line.textContent = line.dataset.unreachable;
});
