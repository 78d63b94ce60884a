// What several views have: a text field, notes, a button that copies.

import { recover, report } from "../status.js";

const PAUSE = 150; // ms without a key before a text is read

export const byId = (id) => document.getElementById(id);

/** The name of a language in the reader's own. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** Names a field by a language, if that is known. */
export function showLanguage(field, name, code) {
  if (!code) return;
  field.lang = code;
  name.textContent = languageName(code);
}

/** Calls `answer` with the text of the field: when it rests, and when it is cleared. Returns what calls it at once. */
export function listen(answer) {
  const field = byId("source");
  let timer;
  let latest = 0;
  const now = () => {
    const call = ++latest;
    return answer(field.value).then(() => call === latest && recover(), report);
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  });
  byId("clear").addEventListener("click", () => {
    clearTimeout(timer);
    field.value = "";
    field.focus();
    now();
  });
  return now;
}

/** Shows notes about a text: `unknown` of the results, and sentences. */
export function showNotes(results, sentences) {
  const unknown = [...new Set(results.flatMap((result) => result.unknown))];
  const notes = unknown.length > 0 ? [`The model does not know: ${unknown.join(" ")}`, ...sentences] : sentences;
  const items = notes.map((note) => Object.assign(document.createElement("li"), { textContent: note, dir: "auto" }));
  byId("notes").replaceChildren(...items);
}

/** Lets the button copy what stands in an element. */
export function copies(element) {
  const said = byId("copied");
  byId("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(element);
      said.textContent = "The browser does not allow copying here; the text is selected.";
    }
    setTimeout(() => (said.textContent = ""), 4000);
  });
}
