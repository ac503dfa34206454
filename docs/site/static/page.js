// What every page needs: a link into a folded part opens it, wide blocks scroll by keyboard, nothing is folded on paper.

if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false; // a page opened from a file may not fetch the others
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const below = target.querySelector(":scope > details.course-optional");
  for (let part = below ?? target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  target.scrollIntoView();
}

function reachByKeyboard() {
  for (const block of document.querySelectorAll("article pre, div.math, .output, .table-wrapper, .course-view")) {
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  }
}

addEventListener("hashchange", reveal);
addEventListener("resize", reachByKeyboard);
document.addEventListener("toggle", reachByKeyboard, true);
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("article details")) part.open = true;
});
if (location.hash) reveal();
reachByKeyboard();
