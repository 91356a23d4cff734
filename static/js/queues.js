/* Keys for a queue of the desk, only while its list has the focus; all of it works without. */
"use strict";

const form = document.getElementById("queue");
const sheet = document.getElementById("keys-sheet");
const on = () => localStorage.getItem("keys") !== "off"; // one switch for the whole desk

if (form) {
  const rows = [...form.querySelectorAll("#rows > li")];
  const claimOf = (row) => row.querySelector(".claim-row__claim a");
  const picked = document.getElementById("picked");

  const count = () => {
    const n = form.querySelectorAll("input[name=claim]:checked").length;
    if (picked) picked.textContent = form.dataset.picked.replace("{n}", n);
  };

  const open = () => {
    document.getElementById("keys-on").checked = on();
    sheet.showModal();
  };

  const acts = {
    j: (at) => rows[Math.min(at + 1, rows.length - 1)],
    k: (at) => rows[Math.max(at - 1, 0)],
    x: (at) => rows[at]?.querySelector("input[name=claim]")?.click(),
    a: (at) => rows[at]?.querySelector("button[name=assign]")?.click(),
    s: () => document.getElementById("set")?.click(),
    "?": open,
  };

  document.getElementById("rows").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const act = Object.hasOwn(acts, event.key) && acts[event.key];
    if (!act || !on()) return;
    event.preventDefault();
    const to = act(rows.indexOf(event.target.closest("#rows > li")));
    if (to) claimOf(to).focus();
  });

  form.addEventListener("change", count);
  const button = document.getElementById("keys");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  document.getElementById("keys-on").addEventListener("change", (event) => {
    if (event.target.checked) localStorage.removeItem("keys");
    else localStorage.setItem("keys", "off");
  });
  count();
}

// The browser itself gives the focus to the claim that the address names; a claim that was assigned
// away has left the list, and the list takes the focus.
if (location.hash && !document.getElementById(location.hash.slice(1))) {
  document.getElementById("rows").focus();
}
