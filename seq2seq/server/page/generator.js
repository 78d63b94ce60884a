import { ServerError, askForEvents } from "./api.js";
import { showGeneration } from "./web/views/generation.js";
import { byId } from "./web/views/parts.js";
import { writesTunes } from "./web/views/tune.js";

const DECODING = { temperature: 1, seed: 1 };

/** Shows the view for a model. */
export function showGenerator(model, tags) {
  const showMore = writesTunes(tags) ? showNotation : undefined;
  return showGeneration({ tags, decoding: DECODING }, showMore)(new RemoteGenerator(model));
}

/** A generator of the server, with the interface of that in the browser (seq2seq/web/models/generator.js). */
class RemoteGenerator {
  #model;

  constructor(model) {
    this.#model = model;
  }

  /** Writes a text. grow: called with the text so far. Returns {text, ended, notes, abc}. */
  async generate(tags, { seed, temperature }, grow = () => {}) {
    const asked = { model: this.#model, tags, seed, temperature, method: "sample", format: "abc", stream: true };
    let text = "";
    for await (const { name, data } of askForEvents("v1/generate", asked)) {
      if (name === "token") grow((text += data.text));
      if (name === "error") throw new ServerError(`The server says: ${data.error}.`);
      if (name === "text") return { text: data.text, ended: true, notes: data.note ? [data.note] : [], abc: data.abc };
    }
    throw new ServerError("The connection was lost before the text was complete.");
  }
}

/** Shows the notation of a tune. */
function showNotation({ abc }) {
  byId("notation").hidden = false;
  byId("abc").textContent = abc;
  URL.revokeObjectURL(byId("save").href);
  byId("save").href = URL.createObjectURL(new Blob([abc], { type: "text/vnd.abc" }));
}
