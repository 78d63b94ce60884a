// A closer look at a translation: sentence by sentence, where the model looked, and what else it might have written.

import { ask } from "./api.js";
import { recover, report } from "./web/status.js";
import { byId } from "./web/views/parts.js";
import { treeOf } from "./tree.js";
import { attention, wordsOf } from "./words.js";

const MOST = 20; // sentences that are shown
const OTHERS = 5; // translations of each
const LEAST = 0.05; // weight of a word that is named
const percent = new Intl.NumberFormat(undefined, { style: "percent" });
const score = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

/**
 * Shows the sentences of a result; of a single one, all translations at once.
 *
 * asked: the parameters of the result, apart from its text. signal: of the result.
 */
export async function showSentences(result, { source, ...asked }, signal) {
  const sentences = (result?.lines ?? []).flatMap(({ sentences }) => sentences).filter(({ tokens }) => tokens);
  const again = { source: source === "auto" ? result?.source : source, ...asked };
  const items = sentences.slice(0, MOST).map((sentence) => itemOf(sentence, again, signal));
  byId("sentences").replaceChildren(...items.map(({ item }) => item));
  if (items.length === 1) await items[0].showOthers();
}

function itemOf(sentence, asked, signal) {
  const item = document.createElement("li");
  item.append(...linkedRows(sentence, asked));
  if (sentence.confidence !== null) {
    item.append(element("p", `Confidence: ${percent.format(sentence.confidence)}`, { className: "hint" }));
  }
  const search = async (more) => {
    const text = sentence.source.replace(/\s+/g, " ");
    const { results } = await ask("v1/translate", { text, ...asked, nbest: OTHERS, ...more }, { signal });
    return results[0].lines[0];
  };
  const others = later("Other translations", async () => listOf((await search({})).translations, asked.target));
  const tree = later("The search as a tree", async () => treeOf((await search({ search: true })).search, asked.target));
  item.append(others.button, " ", tree.button);
  return { item, showOthers: others.show };
}

/** A button in whose place comes what it asks for. */
function later(name, answer) {
  const button = element("button", name, { type: "button" });
  const show = async () => {
    const found = await answer();
    const focused = document.activeElement === button;
    button.replaceWith(found);
    if (focused) Object.assign(found, { tabIndex: Math.max(found.tabIndex, -1) }).focus();
  };
  button.addEventListener("click", () => show().then(recover, report));
  return { button, show };
}

/** Translations of a sentence, best first, with their scores. */
function listOf(translations, lang) {
  const list = element("ol", "", { className: "others" });
  list.setAttribute("aria-label", "Translations, the best first, with scores");
  for (const one of translations) {
    const line = element("li", "", { dir: "auto" });
    line.append(element("span", `${one.text} `, { lang }), element("small", score.format(one.score)));
    list.append(line);
  }
  return list;
}

/** The words of both sides; one that is pointed at or focused shows those that it is linked to. */
function linkedRows(sentence, languages) {
  const [sources, targets] = [wordsOf(sentence.source_tokens), wordsOf(sentence.tokens)];
  const forward = attention(sentence.alignment ?? [], sources, targets);
  const backward = sources.map((_, word) =>
    Object.fromEntries(forward.flatMap((weights, target) => (word in weights ? [[target, weights[word]]] : []))),
  );
  const rows = [row(sources, languages.source, "Text"), row(targets, languages.target, "Translation")];
  if (!sentence.alignment) {
    for (const button of rows.flatMap(({ buttons }) => buttons)) button.disabled = true;
  } else {
    link(rows[0].buttons, rows[1].buttons, backward, targets);
    link(rows[1].buttons, rows[0].buttons, forward, sources);
  }
  return rows.map(({ line }) => line);
}

function row(words, lang, name) {
  const line = element("p", "", { className: "words", lang, dir: "auto" });
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", name);
  const buttons = words.map(({ text }) => element("button", text, { type: "button" }));
  line.append(...buttons);
  return { line, buttons };
}

function link(own, other, weights, words) {
  own.forEach((button, word) => {
    const linked = Object.entries(weights[word]).sort(([, one], [, two]) => two - one);
    const named = linked.filter(([, weight]) => weight >= LEAST);
    const text = named.map(([index, weight]) => `${words[index].text} ${percent.format(Math.min(1, weight))}`).join(", ");
    if (text) button.setAttribute("aria-label", `${button.textContent}: ${text}`);
    const show = (shown) => {
      for (const [index, weight] of linked) {
        other[index].classList.toggle("linked", shown && weight >= LEAST);
        other[index].style.setProperty("--weight", Math.min(1, weight).toFixed(3));
      }
    };
    for (const event of ["mouseenter", "focus"]) button.addEventListener(event, () => show(true));
    for (const event of ["mouseleave", "blur"]) button.addEventListener(event, () => show(false));
  });
}

function element(name, text, properties) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}
