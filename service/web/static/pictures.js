// A picture that cannot be drawn (a file that is cut off, a page that was lost) gives way to what the
// server says of it; without scripts its alternative text stands there.
"use strict";

async function explain(picture) {
  const answer = await fetch(picture.src, { headers: { "Accept-Language": document.documentElement.lang } });
  if (answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/problem+json")) return;
  const problem = await answer.json();
  const said = document.createElement("p");
  said.className = "note";
  said.textContent = [problem.detail, problem.remedy].filter(Boolean).join(" ");
  // With the page go the boxes on it: there is nothing beneath them.
  (picture.closest(".page") ?? picture).replaceWith(said);
}

function missing(picture) {
  if (picture.closest(".evidence")) picture.remove(); // its card says where and what
  else if (picture.closest(".page")) explain(picture);
}

// Errors of pictures do not bubble, so they are caught on their way down.
document.addEventListener("error", (event) => event.target.matches?.("img") && missing(event.target), true);
for (const picture of document.images) {
  if (picture.complete && picture.getAttribute("src") && !picture.naturalWidth) missing(picture);
}
