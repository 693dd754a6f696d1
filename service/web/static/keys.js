// The whole path by keyboard: j and k walk, o opens, u goes back, n skips, a r s choose a decision,
// digits choose its reason, c comments, Ctrl+Enter decides, ? helps. Everything works without, too.
"use strict";

const find = (selector) => document.querySelector(selector);
const DECIDED = 'input[name="decision"]:checked';

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = now < 0 ? 0 : Math.min(Math.max(now + step, 0), rows.length - 1);
  rows.forEach((row) => row.removeAttribute("aria-current"));
  rows[next].setAttribute("aria-current", "true");
  const goal = rows[next].matches("[tabindex]") ? rows[next] : rows[next].querySelector("a");
  goal.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
  point(rows[next]);
}

const boxOf = (link) => document.getElementById(`box-${link.dataset.box}`);

// Mark on the page image what a finding points at, and bring the first place into view.
function light(boxes) {
  document.querySelectorAll(".page a.shown").forEach((box) => box.classList.remove("shown"));
  boxes.forEach((box) => box.classList.add("shown"));
  if (boxes.length) bring(boxes[0]);
}

function bring(box) {
  const column = box.closest(".column");
  if (getComputedStyle(column).overflowY !== "auto") return;
  const below = box.getBoundingClientRect().top - column.getBoundingClientRect().top;
  column.scrollBy({ top: below - column.clientHeight / 3 });
}

const point = (finding) =>
  light([...finding.querySelectorAll("[data-box]")].map(boxOf).filter((box) => box));

// A number on a card leads to its place without leaving what was filled in; it may be on a page
// that is not shown.
async function follow(link) {
  const page = link.href.split("#")[0];
  if (!boxOf(link)) {
    await htmx.ajax("GET", page, { target: "#document", select: "#document", swap: "outerHTML" });
  }
  const box = boxOf(link);
  if (!box) return;
  light([box]);
  box.focus({ preventScroll: true });
  if (getComputedStyle(box.closest(".column")).overflowY !== "auto") box.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-box]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  follow(link);
});

function choose(decision) {
  const radio = find(`input[name="decision"][value="${decision}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
}

function reason(number) {
  const chosen = find(DECIDED);
  const radio = chosen && document.querySelectorAll(`[data-reasons="${chosen.value}"] input`)[number - 1];
  if (!radio) return;
  radio.checked = true;
  radio.focus();
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => find('[data-row][aria-current="true"] a')?.click(),
  u: () => find("[data-back]")?.click(),
  n: () => find("[data-next]")?.click(),
  a: () => choose("accept"),
  r: () => choose("reject"),
  s: () => choose("ask_again"),
  c: () => find("#comment")?.focus(),
  "?": () => find("[data-help]")?.toggleAttribute("open"),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    find("form.decide")?.requestSubmit();
    return;
  }
  const typing = event.target.closest("input:not([type=radio]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = /^[1-9]$/.test(event.key) ? () => reason(Number(event.key)) : KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// A reason belongs to one decision: choosing another decision takes it back.
document.addEventListener("change", (event) => {
  if (event.target.name !== "decision") return;
  document
    .querySelectorAll(`[data-reasons]:not([data-reasons="${event.target.value}"]) input`)
    .forEach((radio) => (radio.checked = false));
});

// A place on a page leads to its finding even where that is folded away.
function unfold() {
  const goal = location.hash.startsWith("#finding-") && document.getElementById(location.hash.slice(1));
  goal?.closest?.("details")?.setAttribute("open", "");
  goal?.scrollIntoView?.({ block: "nearest" });
}
addEventListener("hashchange", unfold);
addEventListener("DOMContentLoaded", () => {
  unfold();
  const worst = find(".page a");
  if (worst) bring(worst);
  find(".note[role=alert]")?.focus();
});
