import { EOS, Tokenizer } from "../tokenizer/tokenizer.js";
import { Network } from "./network.js";
import { readSource } from "./source.js";

/** Text to labels with probabilities. */
export class Classifier {
  #network;
  #source;
  #labels;
  #temperature;

  /** Opens a model. description: the content of model.json. files, ort, options: see `openModel`. */
  static async open({ graph, tokenizers, labels, temperature }, files, ort, options) {
    const classifier = new Classifier();
    classifier.#source = new Tokenizer(files[tokenizers.source]);
    classifier.#labels = labels;
    classifier.#temperature = temperature;
    classifier.#network = await Network.open(files[graph], ort, options);
    return classifier;
  }

  /**
   * Labels one text.
   *
   * Returns {labels, unknown, cut}: pairs of label and calibrated probability, the most probable first, none for a text
   * without tokens; the stretches that the model does not know; whether the text's end was left out, because it has too
   * many tokens.
   */
  async classify(text) {
    const { ids, unknown, cut } = readSource(this.#source, text);
    if (ids.length === 0) return { labels: [], unknown, cut };
    const inputs = { source: { data: [...ids, EOS], dims: [1, ids.length + 1] } };
    const { logits } = await this.#network.run(inputs, ["logits"]);
    const scaled = Array.from(logits.data, (logit) => logit / this.#temperature);
    const highest = Math.max(...scaled);
    const weights = scaled.map((logit) => Math.exp(logit - highest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const labels = this.#labels.map((label, index) => [label, weights[index] / total]);
    return { labels: labels.sort(([, one], [, other]) => other - one), unknown, cut };
  }
}
