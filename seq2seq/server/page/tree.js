// A beam search as a tree: nested lists, in which pieces share a line until others compete with them.

const SPACE = "\u2581"; // begins the piece that begins a word
const FATES = { finished: "finished", pruned: "pruned", live: "in the beam when the search stopped" };
const HINT = "A line continues the one above it that stands further left. Each piece has its probability after those before it.";
const percent = new Intl.NumberFormat(undefined, { style: "percent" });
const nats = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

/**
 * The lines of a search: [{nodes, lines}], where lines continue the last of the nodes.
 *
 * nodes: of /v1/translate with `search`, each behind its parent.
 */
export function linesOf(nodes) {
  const children = nodes.map(() => []);
  const first = [];
  nodes.forEach(({ parent }, place) => (parent === null ? first : children[parent]).push(place));
  const line = (place) => {
    const run = [place];
    while (children[run.at(-1)].length === 1) run.push(children[run.at(-1)][0]);
    return { nodes: run.map((one) => nodes[one]), lines: children[run.at(-1)].map(line) };
  };
  return first.map(line);
}

/** An element with the tree. lang: of the translation. */
export function treeOf(nodes, lang) {
  const box = Object.assign(element("div", "tree"), { tabIndex: 0, lang });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "The search as a tree");
  box.append(Object.assign(element("p", "hint", HINT), { lang: "en" }), listOf(linesOf(nodes)));
  return box;
}

function listOf(lines) {
  const list = element("ul");
  list.append(...lines.map(itemOf));
  return list;
}

function itemOf({ nodes, lines }) {
  const item = element("li");
  const best = nodes.some((node) => node.best);
  if (best) item.append(element("span", "unseen", "On the best path: "));
  item.append(...nodes.flatMap(pieceOf));
  const last = nodes.at(-1);
  const words = [FATES[last.fate], ...(best && lines.length === 0 ? ["the best"] : []), `${nats.format(last.log_prob)} nats`];
  if (lines.length === 0) item.append(" ", element("span", `fate ${last.fate}`, words.join(", ")));
  else item.append(listOf(lines));
  return item;
}

function pieceOf({ piece, probability, best }) {
  const own = element("span", best ? "piece best" : "piece", `${piece === null ? "end" : piece.replaceAll(SPACE, "") || "␣"} `);
  own.classList.toggle("end", piece === null);
  own.append(element("small", "", probability < 0.005 ? "<1%" : percent.format(probability)));
  const continues = piece !== null && !piece.startsWith(SPACE);
  return continues ? [own] : [" ", own];
}

function element(name, className = "", textContent = "") {
  return Object.assign(document.createElement(name), { className, textContent });
}
