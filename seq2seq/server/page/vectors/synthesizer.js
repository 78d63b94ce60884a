// The view of a model that writes sequences of vectors.

import { recover, report } from "../web/status.js";
import { chosenTags, showTags } from "../web/views/generation.js";
import { byId, showNotes } from "../web/views/parts.js";
import { ask } from "../api.js";
import { draw, legend } from "./drawing.js";

const COUNT = 12;

/** Shows the view for a model, with its first tag ticked. */
export function showSynthesizer(model, tags, { numbers, temperature }) {
  showTags(tags);
  const first = byId("tags").querySelector("input");
  if (first) first.checked = true;
  byId("count").value = COUNT;
  byId("temperature").value = temperature;
  byId("seed").value = 1;
  byId("legend").textContent = legend(numbers);
  byId("write").addEventListener("click", () => write(model).then(recover, report));
}

/** Draws sequences, and raises the seed, so that the next ones are others. */
async function write(model) {
  const [count, temperature, seed] = ["count", "temperature", "seed"].map((id) => byId(id));
  const wrong = [count, temperature, seed].find((field) => !field.reportValidity());
  if (wrong) return wrong.focus();
  byId("write").disabled = true;
  byId("drawn").classList.add("stale");
  try {
    const settings = { count: Number(count.value), temperature: Number(temperature.value), seed: Number(seed.value) };
    const { sequences } = await ask("v1/synthesize", { model, tags: chosenTags(), ...settings });
    byId("drawn").replaceChildren(...draw(sequences));
    save(sequences);
    seed.value = settings.seed + 1;
    const notes = sequences.flatMap(({ note }, place) => (note ? [`Sequence ${place + 1} ${note}.`] : []));
    showNotes([], notes);
  } finally {
    byId("drawn").classList.remove("stale");
    byId("write").disabled = false;
    byId("write").focus();
  }
}

/** Lets the link save the sequences, as `seq2seq generate --json` writes them. */
function save(sequences) {
  const lines = sequences.map((one) => `${JSON.stringify(one)}\n`);
  URL.revokeObjectURL(byId("save").href);
  byId("save").href = URL.createObjectURL(new Blob(lines, { type: "application/jsonl" }));
  byId("save").hidden = false;
}
