import { EOS, Tokenizer } from "../tokenizer/tokenizer.js";
import { bestOutput, divisors } from "./beam.js";
import { Network } from "./network.js";
import { readSource } from "./source.js";

/** Text to text: a tokenizer, a graph that holds the whole search, and a tokenizer. */
export class Translator {
  #network;
  #source;
  #target;
  #decoding;

  /** Opens a model. description: the content of model.json. files, ort, options: see `openModel`. */
  static async open({ graph, tokenizers, decoding }, files, ort, options) {
    const translator = new Translator();
    translator.#source = new Tokenizer(files[tokenizers.source]);
    translator.#target =
      tokenizers.target === tokenizers.source ? translator.#source : new Tokenizer(files[tokenizers.target]);
    translator.#decoding = decoding;
    translator.#network = await Network.open(files[graph], ort, options);
    return translator;
  }

  /**
   * Translates one sentence. tag: that of a direction in model.json.
   *
   * Returns {text, unknown, cut, ended}: the translation; the stretches of the sentence that the model does not know;
   * whether the sentence's end was left out, because it has too many tokens; whether the translation ended by itself.
   */
  async translate(sentence, tag = "") {
    const { ids, unknown, cut } = readSource(this.#source, tag && sentence.trim() ? `${tag} ${sentence}` : sentence);
    if (ids.length === 0) return { text: "", unknown, cut, ended: true };
    const { max_length_ratio: ratio, max_length_extra: extra, min_length: shortest, beam } = this.#decoding;
    const limit = Math.max(1, Math.ceil(ratio * ids.length + extra));
    const inputs = {
      source: { data: [...ids, EOS], dims: [1, ids.length + 1] },
      trips: { data: [limit + 1], dims: [1] },
      min_length: { data: [shortest], dims: [1] },
    };
    const { tokens, ended } = beam === 1 ? await this.#greedy(inputs, limit) : await this.#beam(inputs, limit);
    return { text: this.#target.decode(tokens), unknown, cut, ended };
  }

  async #greedy(inputs, limit) {
    const { tokens } = await this.#network.run(inputs, ["tokens"]);
    const written = tokens.data.slice(0, limit).filter((id) => id !== EOS);
    return { tokens: written, ended: tokens.data.includes(EOS) };
  }

  async #beam(inputs, limit) {
    const { beam, length_penalty: penalty, alpha } = this.#decoding;
    const table = divisors(penalty, alpha, limit + 2);
    const own = {
      limits: { data: [limit], dims: [1] },
      beam: { data: [beam], dims: [1] },
      nbest: { data: [1], dims: [1] },
      divisors: { data: table, dims: [limit + 2] },
    };
    const found = await this.#network.run({ ...inputs, ...own }, ["log_probs", "tokens", "parents", "steps"]);
    return bestOutput(found, beam, table);
  }
}
