import { ask } from "./api.js";
import { translateDocuments } from "./documents.js";
import { History } from "./history.js";
import { showSentences } from "./sentences.js";
import { keep, recall } from "./store.js";
import { recover, report } from "./web/status.js";
import { byId, copies, languageName, listen, showNotes } from "./web/views/parts.js";

const AUTO = "auto";
const [PAIR, TERMS] = ["languages", "glossary"]; // what the browser remembers
const percent = new Intl.NumberFormat(undefined, { style: "percent" });

/** Shows the view. Returns what starts it. */
export function showTranslation(languages, { language }) {
  const directions = new Directions(languages, language);
  return () => {
    copies(byId("target"));
    const history = new History(({ text, source, target }) => {
      directions.choose(source, target);
      byId("source").value = text;
      return now();
    });
    const session = new Session(directions, history);
    const now = listen((text) => session.translate(text));
    byId("glossary").value = recall(TERMS, "");
    byId("glossary").addEventListener("change", () => {
      keep(TERMS, byId("glossary").value);
      now();
    });
    byId("closer").addEventListener("toggle", () => session.showCloser().then(recover, report));
    directions.listen(now, () => byId("target").textContent);
    translateDocuments(() => directions.chosen);
    return now();
  };
}

/** The two languages, and the button that swaps them. */
class Directions {
  #targets; // by source
  #detected;

  constructor(languages, { source, target }) {
    this.#targets = new Map(languages.filter(({ targets }) => targets.length > 0).map(({ code, targets }) => [code, targets]));
    const sources = [...this.#targets.keys()];
    byId("from").replaceChildren(new Option("Detect the language", AUTO), ...sources.map(option));
    const [from, to] = recall(PAIR, []);
    this.choose(source.code, target.code);
    this.choose(from, to);
  }

  get chosen() {
    return { source: byId("from").value, target: byId("to").value };
  }

  /** Chooses languages, where there are such. */
  choose(source, target) {
    if (this.#targets.has(source) || source === AUTO) byId("from").value = source;
    this.#offer(target);
  }

  /** The language that the text was found to be in; none: it was not looked for. */
  show(detected, probability) {
    this.#detected = detected;
    byId("source-name").textContent = detected
      ? `${languageName(detected)} (detected, ${percent.format(probability)})`
      : this.#name("from", "Text");
    byId("source").lang = detected ?? (this.chosen.source === AUTO ? "" : this.chosen.source);
    byId("target").lang = this.chosen.target;
    byId("swap").disabled = this.#swapped === undefined;
  }

  /** Calls `changed` for other languages; swapping takes the translation for the text. */
  listen(changed, translation) {
    for (const id of ["from", "to"]) {
      byId(id).addEventListener("change", () => {
        this.#offer(byId("to").value);
        this.#keep();
        changed();
      });
    }
    byId("swap").addEventListener("click", () => {
      const [source, target] = this.#swapped;
      byId("source").value = translation();
      this.choose(source, target);
      this.#keep();
      changed();
    });
  }

  get #swapped() {
    const source = this.chosen.source === AUTO ? this.#detected : this.chosen.source;
    return this.#targets.get(this.chosen.target)?.includes(source) ? [this.chosen.target, source] : undefined;
  }

  #offer(target) {
    const { source } = this.chosen;
    const targets = source === AUTO ? [...new Set([...this.#targets.values()].flat())] : this.#targets.get(source);
    byId("to").replaceChildren(...targets.map(option));
    if (targets.includes(target)) byId("to").value = target;
    this.show();
  }

  #keep() {
    keep(PAIR, [this.chosen.source, this.chosen.target]);
  }

  #name(id, unknown) {
    const { value } = byId(id);
    return value === AUTO ? unknown : languageName(value);
  }
}

function option(code) {
  return new Option(languageName(code), code);
}

/** Translates what stands in the text field; a later call ends an earlier one. */
class Session {
  #directions;
  #history;
  #running = new AbortController();
  #text = "";
  #result;

  constructor(directions, history) {
    this.#directions = directions;
    this.#history = history;
  }

  async translate(text) {
    this.#running.abort();
    this.#running = new AbortController();
    this.#text = text;
    if (!text.trim()) return this.#show(undefined);
    byId("target").classList.add("stale");
    await this.#show(await this.#ask());
  }

  /** What is seen of the translation at a closer look; attention is asked for once somebody looks. */
  async showCloser() {
    if (!byId("closer").open) return;
    if (this.#result && !this.#result.aligned) this.#result = await this.#ask();
    await showSentences(this.#result, this.#parameters, this.#running.signal);
  }

  get #parameters() {
    return { ...this.#directions.chosen, glossary: terms(byId("glossary").value) };
  }

  /** The result of the text. */
  async #ask() {
    const { signal } = this.#running;
    const alignments = byId("closer").open;
    const { results } = await ask("v1/translate", { text: this.#text, ...this.#parameters, alignments }, { signal });
    signal.throwIfAborted();
    return { ...results[0], aligned: alignments };
  }

  async #show(result) {
    this.#result = result;
    const text = this.#text;
    byId("target").textContent = result?.translation ?? text;
    byId("target").classList.remove("stale");
    byId("copy").disabled = !result;
    if (this.#directions.chosen.source === AUTO && result) this.#directions.show(result.source, result.source_probability);
    else this.#directions.show();
    showNotes([], notesOf(result?.lines ?? []));
    byId("sentences").replaceChildren(); // those of the last text
    if (result) this.#history.add({ text, translation: result.translation, ...this.#directions.chosen });
    await this.showCloser();
  }
}

/** What a reader should know of a translation. */
function notesOf(lines) {
  const notes = lines.flatMap(({ translations, flags }) => [translations[0].note, ...flags.map(({ text }) => text)]);
  const missed = lines.flatMap(({ translations }) => translations[0].terms.filter(({ met }) => !met));
  const terms = missed.map(({ source, targets }) => `The translation lacks a term: ${source} → ${targets.join(" or ")}`);
  return [...new Set([...notes.filter(Boolean), ...terms])];
}

/** A glossary as the server reads it. */
function terms(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const [term, translation] = line.split("=", 2).map((part) => part.trim());
    if (term && translation) (found[term] ??= []).push(translation);
  }
  return found;
}
