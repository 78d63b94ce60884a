// What the theme adds to a page while it loads, made usable by keyboard and named for screen readers.
const repair = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) box.tabIndex = 0;
  document.querySelectorAll("nav.md-code__nav").forEach((bar, place) => {
    if (!bar.ariaLabel) bar.ariaLabel = `Code ${place + 1}`;
  });
};
new MutationObserver(repair).observe(document.body, { childList: true, subtree: true });
repair();
