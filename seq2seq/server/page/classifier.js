import { ask } from "./api.js";
import { showClassification } from "./web/views/classification.js";
import { byId } from "./web/views/parts.js";

const LEAST = 0.05; // nats that a word has to move, to be marked

/** Shows the view for a model. The words that moved a label are asked for once they are looked at. */
export async function showClassifier(model) {
  const part = byId("words-part");
  let explained = false;
  const showMore = (result) => {
    explained = Boolean(result.words);
    part.hidden = result.labels.length === 0;
    byId("words").replaceChildren(...(result.words ?? []).map(marked));
  };
  const classifier = new RemoteClassifier(model, () => part.open);
  const now = await showClassification({ languages: { source: "" } }, showMore)(classifier);
  part.addEventListener("toggle", () => part.open && !explained && now());
}

/** A classifier of the server, with the interface of that in the browser (seq2seq/web/models/classifier.js). */
class RemoteClassifier {
  #model;
  #explains;
  #latest = new AbortController();

  /** explains: whether the next text is explained, too. */
  constructor(model, explains) {
    this.#model = model;
    this.#explains = explains;
  }

  /** Labels one text; a later call ends an earlier one. Returns {labels, unknown, cut, words}. */
  async classify(text) {
    this.#latest.abort();
    this.#latest = new AbortController();
    if (!text.trim()) return { labels: [], unknown: [], cut: false };
    const asked = { text, model: this.#model, explain: this.#explains() };
    const { results } = await ask("v1/classify", asked, { signal: this.#latest.signal });
    const [{ probabilities, words }] = results;
    const labels = Object.entries(probabilities).sort(([, one], [, other]) => other - one);
    return { labels, unknown: [], cut: false, words };
  }
}

const nats = new Intl.NumberFormat(undefined, { signDisplay: "exceptZero", maximumFractionDigits: 1, minimumFractionDigits: 1 });

function marked({ text, contribution }) {
  const word = Object.assign(document.createElement("span"), { className: "word", textContent: `${text} ` });
  if (Math.abs(contribution) >= LEAST) {
    word.classList.add(contribution > 0 ? "for" : "against");
    word.append(Object.assign(document.createElement("small"), { textContent: nats.format(contribution) }));
  }
  return word;
}
