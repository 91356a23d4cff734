/* Keeps what is typed into the desk's forms as drafts, says who else has them open, and saves what an
   ended session would lose. */
"use strict";

{
  const WAIT = 1000; // ms after the last key
  const BEAT = 20000; // ms between signs of life
  const PLACE = ["article", "start", "end", "reference", "as"];
  const MOST = 200000; // characters that a draft may have, see articles/models/working.py
  const NOT_TYPED = new Set(["csrfmiddlewaretoken", "once", "whose", "draft"]);
  const states = new WeakMap();

  const markOf = (form) => form?.querySelector("[data-drafts]");
  const stateOf = (form) => {
    if (!states.has(form)) states.set(form, { known: null, timer: 0, over: false, last: "", long: false });
    return states.get(form);
  };

  function keyOf(form) {
    const place = new URLSearchParams();
    for (const name of PLACE) {
      const value = form.elements.namedItem(name)?.value;
      if (value) place.set(name, value);
    }
    const path = new URL(form.action, location.href).pathname;
    return `${path}${place.size ? "?" : ""}${place}`;
  }

  function typedIn(form) {
    const typed = {};
    for (const control of form.elements) {
      const { name, type } = control;
      if (!name || NOT_TYPED.has(name) || ["submit", "button", "file"].includes(type)) continue;
      typed[name] ??= [];
      if (!["checkbox", "radio"].includes(type) || control.checked) typed[name].push(control.value);
    }
    return typed;
  }

  function changedSince(known, typed) {
    if (!known) return typed;
    return Object.fromEntries(
      Object.entries(typed).filter(([name, values]) => `${known[name]}` !== `${values}`),
    );
  }

  function say(mark, part, words) {
    const place = mark.querySelector(`[data-drafts-${part}]`);
    if (place && place.textContent !== words) place.textContent = words;
  }

  function leftOut(mark, state) {
    say(mark, "said", mark.dataset.tooLong);
    if (!state.long) document.getElementById("status").textContent = mark.dataset.tooLong;
    state.long = true;
  }

  async function send(form, { typing = true, leaving = false } = {}) {
    const mark = markOf(form);
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.timer = 0;
    if (!mark || state.over) return;
    const typed = typedIn(form);
    const changed = typing ? changedSince(state.known, typed) : {};
    const whole = typing && !state.known;
    if (typing ? !Object.keys(changed).length : !("row" in mark.dataset)) return;
    const tooLong = JSON.stringify(typed).length > MOST;
    const news = tooLong ? {} : changed; // asked all the same: the session may have ended
    if (tooLong) leftOut(mark, state);
    const body = new URLSearchParams({
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
      key: keyOf(form),
      token: form.elements.once?.value ?? "",
      typed: JSON.stringify(news),
      whole: whole ? "1" : "",
      here: "row" in mark.dataset ? "1" : "", // others are told who has the form of a row open
    });
    if (typing && !tooLong) state.known = typed;
    let answer;
    try {
      answer = await fetch(mark.dataset.drafts, { method: "POST", body, keepalive: leaving });
    } catch {
      if (typing) state.known = null; // it may not have come through: all of it the next time
      return;
    }
    if (answer.redirected) return keepHere(form);
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.again) {
      state.known = null;
      return send(form);
    }
    if (told.lost) {
      state.known = null;
      leftOut(mark, state);
    } else if (told.said) {
      say(mark, "said", told.said);
      state.long = false;
    }
    const here = told.others.length ? `${told.others.join(", ")} ${mark.dataset.here}` : "";
    say(mark, "here", here);
    if (here && here !== state.last) document.getElementById("status").textContent = here;
    state.last = here;
  }

  // An ended session: what was typed stays in this tab, for the one who had typed it.

  const nameOf = (form) => `sayso:${form.elements.whose?.value}:${keyOf(form)}`;

  const SENT = "sayso:sent";

  function store(form) {
    try {
      sessionStorage.setItem(nameOf(form), JSON.stringify(typedIn(form)));
      return true;
    } catch {
      return false; // there is no room for it
    }
  }

  function keepHere(form) {
    const mark = markOf(form);
    if (!mark) return;
    const line = document.getElementById("status");
    line.textContent = store(form) ? mark.dataset.signedOut : line.dataset.signedOut;
  }

  // What is too long for the server to keep may be sent to where one has to sign in first.
  function keepWhileSent(form) {
    if (store(form)) sessionStorage.setItem(SENT, nameOf(form));
  }

  function forgetSent() {
    const sent = sessionStorage.getItem(SENT);
    const { signIn } = document.getElementById("status").dataset;
    const from = document.referrer && new URL(document.referrer).pathname;
    if (sent && from !== signIn) sessionStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }

  function takeUp(form) {
    const mark = markOf(form);
    const kept = sessionStorage.getItem(nameOf(form));
    if (!kept) return;
    sessionStorage.removeItem(nameOf(form));
    const typed = JSON.parse(kept);
    for (const control of form.elements) {
      const values = typed[control.name];
      if (!values || ["submit", "button", "file", "hidden"].includes(control.type)) continue;
      if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
    document.getElementById("status").textContent = mark.dataset.kept;
    send(form);
  }

  const all = () => [...document.forms].filter(markOf);

  function meet() {
    for (const form of all()) {
      if (states.has(form)) continue;
      stateOf(form);
      takeUp(form);
      send(form, { typing: false });
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!markOf(form)) return;
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(send, WAIT, form);
  });

  document.addEventListener("submit", (event) => {
    const state = stateOf(event.target);
    clearTimeout(state.timer);
    if (state.long) keepWhileSent(event.target);
    state.over = true; // what comes now is the answer, not another draft
    setTimeout(() => {
      state.over = false;
    }, WAIT);
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const form of all()) if (stateOf(form).timer) send(form, { leaving: true });
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { redirected, url } = event.detail.ctx.response.raw;
    const line = document.getElementById("status");
    if (redirected && new URL(url).pathname === line.dataset.signIn) {
      for (const form of all()) keepHere(form);
    }
  });

  document.addEventListener("htmx:after:swap", meet);
  setInterval(() => {
    if (document.visibilityState === "visible") for (const form of all()) send(form, { typing: false });
  }, BEAT);
  forgetSent();
  meet();
}
