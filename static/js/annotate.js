/* The annotator's keys, which work while the text has the focus, and passages chosen with the mouse. */
"use strict";

const OFF = "keys"; // localStorage: "off" while single keys are switched off
let claim = ""; // the claim that was logged last: evidence is asked for it
let range = null; // the first and the last sentence that J and K took in

const sentences = () => [...document.querySelectorAll("#text .sentence")];
const isOn = () => localStorage.getItem(OFF) !== "off";

function mark(first, last) {
  sentences().forEach((sentence, n) => {
    if (n >= first && n <= last) sentence.setAttribute("aria-current", "true");
    else sentence.removeAttribute("aria-current");
  });
}

function chosen(sentence) {
  const all = sentences();
  const at = all.indexOf(sentence);
  const [first, last] = range && range[0] <= at && at <= range[1] ? range : [at, at];
  return [all[first].dataset.start, all[last].dataset.end];
}

function send(form, [start, end]) {
  form.elements.start.value = start;
  form.elements.end.value = end;
  range = null;
  form.requestSubmit();
}

function choose(span, asEvidence) {
  const form = document.getElementById("choose");
  form.elements.as.disabled = !asEvidence;
  form.elements.claim.disabled = !asEvidence || !claim;
  form.elements.claim.value = claim;
  send(form, span);
}

function move(sentence, by) {
  range = null;
  const all = sentences();
  all[all.indexOf(sentence) + by]?.focus();
}

function extend(sentence, by) {
  const all = sentences();
  const at = all.indexOf(sentence);
  const [first, last] = range ?? [at, at];
  range = [first, Math.min(Math.max(last + by, first), all.length - 1)];
  mark(...range);
  all[range[1]].focus();
}

const KEYS = {
  j: (sentence) => move(sentence, 1),
  k: (sentence) => move(sentence, -1),
  J: (sentence) => extend(sentence, 1),
  K: (sentence) => extend(sentence, -1),
  c: (sentence) => choose(chosen(sentence), false),
  Enter: (sentence) => choose(chosen(sentence), false),
  e: (sentence) => choose(chosen(sentence), true),
  n: (sentence) => send(document.getElementById("pass"), chosen(sentence)),
  z: () => document.querySelector("#status button")?.click(),
  "?": () => document.getElementById("keys").showModal(),
};

/* From the end of the claim, the arrow goes down into the similar claims; Escape comes back. */
function arrows(event) {
  const field = event.target;
  const buttons = [...document.querySelectorAll("#similar button[name=same]")];
  const at = buttons.indexOf(field);
  const down = event.key === "ArrowDown";
  if (field.id === "id_text" && down && buttons.length && field.selectionEnd === field.value.length) {
    buttons[0].focus();
  } else if (at >= 0 && (down || event.key === "ArrowUp")) {
    (buttons[at + (down ? 1 : -1)] ?? (down ? field : document.getElementById("id_text"))).focus();
  } else if (field.closest?.("#similar") && event.key === "Escape") {
    document.getElementById("id_text").focus();
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return; // keys.js sends the form
  if (arrows(event)) return;
  if (event.key === "Escape" && event.target.closest?.("#passage") && !event.defaultPrevented) {
    const { first } = document.getElementById("passage").dataset;
    (document.getElementById(`s-${first}`) ?? sentences()[0])?.focus();
    return;
  }
  const sentence = event.target.closest?.("#text .sentence");
  if (!sentence || !(event.key in KEYS) || !(isOn() || event.key === "Enter")) return;
  event.preventDefault();
  KEYS[event.key](sentence);
});

/* A passage that is dragged over with the mouse: positions are counted in code points. */
function place(node, offset) {
  const sentence = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("#text .sentence");
  if (!sentence) return null;
  const before = document.createRange();
  before.setStart(sentence, 0);
  before.setEnd(node, offset);
  const length = [...before.toString()].length;
  return Math.min(Number(sentence.dataset.start) + length, Number(sentence.dataset.end));
}

document.addEventListener("click", (event) => {
  const selection = getSelection();
  if (!event.target.closest?.("#text .sentence") || selection.isCollapsed) return;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  const start = place(startContainer, startOffset);
  const end = place(endContainer, endOffset);
  if (start === null || end === null || start >= end) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  selection.removeAllRanges();
  choose([start, end], false);
}, true);

function ready() {
  const passage = document.getElementById("passage");
  if (passage?.dataset.claim) claim = passage.dataset.claim;
  for (const button of document.querySelectorAll("#similar :is(a, button)")) button.tabIndex = -1;
  for (const hint of document.querySelectorAll(".similar__hint")) hint.hidden = false;
  const button = document.querySelector("[data-keys]");
  if (button) button.hidden = false;
  const text = document.activeElement; // once, when it comes: later it holds what somebody types
  if (text?.matches?.("#passage :is(textarea, input)[autofocus]") && !("begun" in text.dataset)) {
    text.dataset.begun = "";
    text.select();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#passage [form=pass]");
  if (!button) return;
  const { start, end } = document.getElementById("passage").dataset;
  Object.assign(button.form.elements.start, { value: start });
  Object.assign(button.form.elements.end, { value: end });
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keys]")) document.getElementById("keys").showModal();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-on]")) localStorage.setItem(OFF, event.target.checked ? "on" : "off");
});
document.addEventListener("htmx:after:swap", ready);
document.addEventListener("DOMContentLoaded", () => {
  const on = document.querySelector("[data-keys-on]");
  if (on) on.checked = isOn();
  ready();
});
