import { ServerError, askForEvents } from "./api.js";
import { byId } from "./web/views/parts.js";

/** A generator of the server, with the interface of that in the browser (seq2seq/web/models/generator.js). */
export class RemoteGenerator {
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

const TUNE = /^[MLRK]:/; // a tag of a tune

/** Shows a text as a tune, if its tags are those of one. */
export function showTune({ abc }, tags) {
  byId("tune").hidden = !tags.some((tag) => TUNE.test(tag));
  byId("abc").textContent = abc;
  URL.revokeObjectURL(byId("save").href);
  byId("save").href = URL.createObjectURL(new Blob([abc], { type: "text/vnd.abc" }));
}
