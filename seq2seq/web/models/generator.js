import { EOS, PAD, Tokenizer } from "../tokenizer/tokenizer.js";
import { Network } from "./network.js";
import { uniforms } from "./random.js";

const FIRST = 4; // the id of the first tag

/** Tags, or nothing, to text: a graph that samples, and a tokenizer. */
export class Generator {
  #network;
  #target;
  #tags;
  #decoding;

  /** Opens a model. description: the content of model.json. files, ort, options: see `openModel`. */
  static async open({ graph, tokenizers, tags, decoding }, files, ort, options) {
    const generator = new Generator();
    generator.#target = new Tokenizer(files[tokenizers.target]);
    generator.#tags = tags;
    generator.#decoding = decoding;
    generator.#network = await Network.open(files[graph], ort, options);
    return generator;
  }

  /**
   * Writes a text.
   *
   * tags: some of the model's. settings: `seed`, `number` (of the text, from 0) and `temperature`, in place of the
   * recipe's; equal ones give equal texts, those of Python's `generate`. Returns {text, ended}, where ended says whether
   * the text ended by itself.
   */
  async generate(tags = [], settings = {}) {
    const { seed, number = 0, temperature, ...decoding } = { ...this.#decoding, ...settings };
    const ids = tags.map((tag) => this.#id(tag));
    const limit = Math.max(1, Math.ceil(decoding.max_length_ratio * ids.length + decoding.max_length_extra));
    const inputs = {
      source: { data: [...ids, EOS], dims: [1, ids.length + 1] },
      limits: { data: [limit], dims: [1] },
      trips: { data: [limit + 1], dims: [1] },
      min_length: { data: [decoding.min_length], dims: [1] },
      chances: { data: uniforms([seed, number], limit + 1), dims: [limit + 1, 1] },
      temperature: { data: Float64Array.of(temperature), dims: [1] },
      top_k: { data: [decoding.top_k], dims: [1] },
      top_p: { data: Float64Array.of(decoding.top_p), dims: [1] },
    };
    const { tokens } = await this.#network.run(inputs, ["tokens"]);
    const written = tokens.data.filter((id) => id !== PAD && id !== EOS);
    return { text: this.#target.decode(written), ended: tokens.data.includes(EOS) };
  }

  #id(tag) {
    const place = this.#tags.indexOf(tag);
    if (place === -1) throw new RangeError(`the model does not know the tag ${tag}`);
    return FIRST + place;
  }
}
