// What was translated in this browser: it is kept here, and sent nowhere.

import { keep, recall } from "./store.js";
import { report } from "./web/status.js";
import { byId } from "./web/views/parts.js";

const KEPT = "history";
const MOST = 20;
const REST = 2000; // ms after which a text counts as written

export class History {
  #entries = recall(KEPT, []);
  #timer;
  #open;

  /** open: shows an entry, {text, translation, source, target}, again. */
  constructor(open) {
    this.#open = open;
    byId("forget").addEventListener("click", () => {
      clearTimeout(this.#timer);
      this.#keep([]);
    });
    this.#show();
  }

  /** Takes a translation once it rests. One that was written on takes the place of its beginning. */
  add(entry) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const others = this.#entries.filter(({ text }, place) => text !== entry.text && !(place === 0 && entry.text.startsWith(text)));
      this.#keep([entry, ...others].slice(0, MOST));
    }, REST);
  }

  #keep(entries) {
    this.#entries = entries;
    keep(KEPT, entries);
    this.#show();
  }

  #show() {
    byId("past").hidden = this.#entries.length === 0;
    byId("history").replaceChildren(...this.#entries.map((entry) => this.#item(entry)));
  }

  #item(entry) {
    const item = document.createElement("li");
    const words = `${entry.text} → ${entry.translation}`;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words, dir: "auto" });
    button.addEventListener("click", () => {
      scrollTo({ top: 0 });
      byId("source").focus();
      Promise.resolve(this.#open(entry)).catch(report);
    });
    item.append(button);
    return item;
  }
}
