"use strict";

// The theme: follows the system until the reader chooses; the choice is not stored.
const root = document.documentElement;
const themeButton = document.querySelector(".theme");
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
const nameTheme = () => { themeButton.textContent = isDark() ? "Light theme" : "Dark theme"; };
themeButton.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; nameTheme(); });
systemDark.addEventListener("change", nameTheme);
themeButton.hidden = false;
nameTheme();

// Tables: a button in every heading sorts by its column; numbers by value, texts by the reader's alphabet, none last.
const collator = new Intl.Collator(undefined, { numeric: true });
const keyOf = (row, column) => {
  const cell = row.cells[column];
  if (cell.dataset.sort !== undefined) return Number(cell.dataset.sort);
  return cell.classList.contains("number") ? null : cell.textContent;
};
const compare = (a, b, direction) => {
  if (a === null || b === null) return (a === null) - (b === null);
  return direction * (typeof a === "number" ? Math.sign(a - b) || 0 : collator.compare(a, b));
};
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const direction = heading.ariaSort === "ascending" ? -1 : 1;
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.ariaSort = direction === 1 ? "ascending" : "descending";
      const keyed = [...body.rows].map((row) => [keyOf(row, column), row]);
      keyed.sort(([a], [b]) => compare(a, b, direction));
      body.append(...keyed.map(([, row]) => row));
    });
  });
  if (body.rows.length < 20) continue;
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "filter";
  filter.placeholder = "Filter rows";
  filter.ariaLabel = `Filter rows of ${table.caption.textContent}`;
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLocaleLowerCase();
    for (const row of body.rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
  });
  table.parentElement.before(filter);
}
