import { ask } from "./api.js";
import { byId } from "./web/views/parts.js";

const LEAST = 0.05; // nats that a word has to move, to be marked

/** A classifier of the server, with the interface of that in the browser (seq2seq/web/models/classifier.js). */
export class RemoteClassifier {
  #model;
  #latest = new AbortController();

  constructor(model) {
    this.#model = model;
  }

  /** Labels one text; a later call ends an earlier one. Returns {labels, unknown, cut, text, words}. */
  async classify(text) {
    this.#latest.abort();
    this.#latest = new AbortController();
    if (!text.trim()) return { labels: [], unknown: [], cut: false, text, words: [] };
    const asked = { text, model: this.#model, explain: true };
    const { results } = await ask("v1/classify", asked, { signal: this.#latest.signal });
    const [{ probabilities, words }] = results;
    const labels = Object.entries(probabilities).sort(([, one], [, other]) => other - one);
    return { labels, unknown: [], cut: false, text, words };
  }
}

const nats = new Intl.NumberFormat(undefined, { signDisplay: "exceptZero", maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** Shows which words moved the label. */
export function showWords({ words }) {
  byId("words-part").hidden = words.length === 0;
  byId("words").replaceChildren(...words.map(marked));
}

function marked({ text, contribution }) {
  const word = Object.assign(document.createElement("span"), { className: "word", textContent: `${text} ` });
  if (Math.abs(contribution) >= LEAST) {
    word.classList.add(contribution > 0 ? "for" : "against");
    word.append(Object.assign(document.createElement("small"), { textContent: nats.format(contribution) }));
  }
  return word;
}
