// A closer look at a translation: sentence by sentence, where the model looked, and what else it might have written.

import { ask } from "./api.js";
import { report } from "./web/status.js";
import { byId } from "./web/views/parts.js";
import { attention, wordsOf } from "./words.js";

const MOST = 20; // sentences that are shown
const OTHERS = 5; // translations of each
const LEAST = 0.05; // weight of a word that is named
const percent = new Intl.NumberFormat(undefined, { style: "percent" });
const score = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

/** Shows the sentences of a result; of a single one, all translations at once. signal: of the result. */
export async function showSentences(result, { source, target }, signal) {
  const sentences = (result?.lines ?? []).flatMap(({ sentences }) => sentences).filter(({ tokens }) => tokens);
  const languages = { source: source === "auto" ? result?.source : source, target };
  const items = sentences.slice(0, MOST).map((sentence) => itemOf(sentence, languages, signal));
  byId("sentences").replaceChildren(...items.map(({ item }) => item));
  if (items.length === 1) await items[0].showOthers();
}

function itemOf(sentence, languages, signal) {
  const item = document.createElement("li");
  item.append(...linkedRows(sentence, languages));
  if (sentence.confidence !== null) {
    item.append(element("p", `Confidence: ${percent.format(sentence.confidence)}`, { className: "hint" }));
  }
  const button = element("button", "Other translations", { type: "button" });
  const showOthers = async () => {
    const list = await others(sentence.source, languages, signal);
    button.replaceWith(list);
  };
  button.addEventListener("click", () => showOthers().catch((error) => error.name !== "AbortError" && report(error)));
  item.append(button);
  return { item, showOthers };
}

/** Other translations of a sentence, best first, with their scores. */
async function others(text, languages, signal) {
  const asked = { text: text.replace(/\s+/g, " "), ...languages, nbest: OTHERS };
  const { results } = await ask("v1/translate", asked, { signal });
  const list = element("ol", "", { className: "others" });
  list.setAttribute("aria-label", "Translations, the best first, with scores");
  for (const one of results[0].lines[0].translations) {
    const line = element("li", "", { dir: "auto" });
    line.append(element("span", `${one.text} `, { lang: languages.target }), element("small", score.format(one.score)));
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
