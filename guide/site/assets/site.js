// What the theme adds to a page while it loads, made usable by keyboard and named for screen readers.
const repair = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) box.tabIndex = 0;
  // Two entries of a table of contents may have one name.
  const names = new Map();
  for (const list of document.querySelectorAll("nav.md-nav[aria-label]:not([data-named])")) {
    const count = (names.get(list.ariaLabel) ?? 0) + 1;
    names.set(list.ariaLabel, count);
    list.dataset.named = "";
    if (count > 1) list.ariaLabel += ` (${count})`;
  }
  document.querySelectorAll("nav.md-code__nav").forEach((bar, place) => {
    if (!bar.ariaLabel) bar.ariaLabel = `Code ${place + 1}`;
  });
};
new MutationObserver(repair).observe(document.body, { childList: true, subtree: true });
repair();
