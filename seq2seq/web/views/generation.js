import { recover, report } from "../status.js";
import { byId, copies, showNotes } from "./parts.js";
import { Tune, writesTunes } from "./tune.js";

/** Shows the view. Returns what starts it, given a generator. showMore: shows what else the results have. */
export function showGeneration({ tags, decoding }, showMore = () => {}) {
  showTags(tags);
  byId("temperature").value = decoding.temperature;
  byId("seed").value = decoding.seed;
  return (generator) => {
    copies(byId("target"));
    byId("write").disabled = false;
    const tune = writesTunes(tags) ? new Tune() : null;
    byId("write").addEventListener("click", () => write(generator, tune, showMore).then(recover, report));
  };
}

/** Shows a box for each tag. */
export function showTags(tags) {
  byId("tags").hidden = tags.length === 0;
  byId("tags").append(...tags.map(checkbox));
}

/** The tags whose boxes are ticked. */
export const chosenTags = () => Array.from(byId("tags").querySelectorAll(":checked"), (box) => box.value);

function checkbox(tag) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", value: tag });
  label.append(box, tag);
  return label;
}

/** Writes a text, and raises the seed, so that the next one is another. */
async function write(generator, tune, showMore) {
  const [temperature, seed] = ["temperature", "seed"].map((id) => byId(id));
  const wrong = [temperature, seed].find((field) => !field.reportValidity());
  if (wrong) return wrong.focus();
  byId("write").disabled = true;
  byId("target").classList.add("stale");
  tune?.stop();
  await new Promise((resume) => setTimeout(resume)); // the page is painted before the engine takes the thread
  try {
    const chosen = chosenTags();
    const settings = { temperature: Number(temperature.value), seed: Number(seed.value) };
    const result = await generator.generate(chosen, settings, (text) => (byId("target").textContent = text));
    const { text, ended, notes = [] } = result;
    byId("target").textContent = text;
    tune?.show(text, chosen);
    showMore(result, chosen);
    byId("copy").disabled = text === "";
    seed.value = settings.seed + 1;
    showNotes([], ended ? notes : ["The text has reached its greatest length, and breaks off.", ...notes]);
  } finally {
    byId("target").classList.remove("stale");
    byId("write").disabled = false;
    byId("write").focus();
  }
}
