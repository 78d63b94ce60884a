import { sentencesOf } from "../sentences.js";
import { separator } from "../spacing.js";
import { byId, copies, languageName, listen, showLanguage, showNotes } from "./parts.js";

/** Shows the view. Returns what starts it, given a translator. */
export function showTranslation({ languages, directions }) {
  showLanguage(byId("source"), byId("source-name"), languages.source);
  const choice = byId("direction");
  choice.append(...directions.map(({ language, tag }) => new Option(languageName(language), tag)));
  choice.hidden = directions.length < 2;
  const showTarget = () => {
    const { language } = directions[choice.selectedIndex];
    if (choice.hidden) showLanguage(byId("target"), byId("target-name"), language);
    else byId("target").lang = language;
  };
  showTarget();
  return (translator) => {
    copies(byId("target"));
    const session = new Session(translator, languages.source);
    const now = listen((text) => session.translate(text, choice.value));
    choice.addEventListener("change", () => {
      showTarget();
      now();
    });
    return now();
  };
}

/** Translates what stands in the text field; a later call ends an earlier one. */
class Session {
  #translator;
  #language;
  #latest = 0;
  #tag = "";
  #known = new Map(); // sentences of the last text → what the translator made of them

  constructor(translator, language) {
    this.#translator = translator;
    this.#language = language;
  }

  async translate(text, tag) {
    const call = ++this.#latest;
    if (tag !== this.#tag) this.#known = new Map();
    this.#tag = tag;
    byId("target").classList.add("stale");
    const known = new Map();
    const results = [];
    for (const { before, sentence } of sentencesOf(text, this.#language)) {
      const result = this.#known.get(sentence) ?? (await this.#translator.translate(sentence, tag));
      await new Promise((resume) => setTimeout(resume)); // keys that were pressed meanwhile
      if (call !== this.#latest) return;
      known.set(sentence, result);
      results.push({ before, sentence, ...result });
      if (results.length > 1) show(results); // a long text, as it grows
    }
    this.#known = known;
    show(results);
    byId("target").classList.remove("stale");
  }
}

function show(results) {
  const target = byId("target");
  const spaces = results.map((result, i) => (i > 0 ? separator(results[i - 1], result.before, result) : result.before));
  target.textContent = results.map(({ text }, i) => spaces[i] + text).join("");
  byId("copy").disabled = target.textContent === "";
  const notes = [];
  if (results.some(({ cut }) => cut)) notes.push("A sentence is too long; its end is not translated.");
  if (results.some(({ ended }) => !ended)) notes.push("A translation has reached its greatest length, and breaks off.");
  showNotes(results, notes);
}
