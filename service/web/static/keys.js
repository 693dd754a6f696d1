// The whole path by keyboard: j and k walk, o opens, u goes back, a r s choose a decision, ? helps.
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")];

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  all.forEach((row, index) => row.setAttribute("aria-selected", String(index === next)));
  all[next].querySelector("a")?.focus();
}

function choose(decision) {
  const radio = document.querySelector(`input[name="decision"][value="${decision}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  document.querySelector(`[data-reasons="${decision}"] select`)?.focus();
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => document.querySelector('[data-row][aria-selected="true"] a')?.click(),
  u: () => document.querySelector("[data-back]")?.click(),
  a: () => choose("accept"),
  r: () => choose("reject"),
  s: () => choose("ask_again"),
  "?": () => document.querySelector("[data-help]")?.toggleAttribute("open"),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// Only the reasons that fit the chosen decision can be sent.
document.addEventListener("change", (event) => {
  if (event.target.name !== "decision") return;
  document.querySelectorAll("[data-reasons]").forEach((group) => {
    const fits = group.dataset.reasons === event.target.value;
    group.hidden = !fits;
    group.querySelectorAll("select").forEach((select) => (select.disabled = !fits));
  });
});
