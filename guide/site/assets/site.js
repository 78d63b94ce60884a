// What the theme adds to a page while it loads, made usable by keyboard and named for screen readers.
const names = new Map(); // of all of the page, which arrives in parts
const repair = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) box.tabIndex = 0;
  // Two entries of a table of contents may have one name, as a class and its module have but for the case.
  for (const list of document.querySelectorAll("nav.md-nav[aria-label]:not([data-named])")) {
    const name = list.ariaLabel.toLowerCase();
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    list.dataset.named = "";
    if (count > 1) list.ariaLabel += ` (${count})`;
  }
  document.querySelectorAll("nav.md-code__nav").forEach((bar, place) => {
    if (!bar.ariaLabel) bar.ariaLabel = `Code ${place + 1}`;
  });
};
new MutationObserver(repair).observe(document.body, { childList: true, subtree: true });
repair();
