// Loads the model, shows what it is for, and starts it.

import { loadDescription, loadFiles } from "./files.js";
import { openModel } from "./models/open.js";
import { keepFiles } from "./offline.js";
import { confirm, report, say, showProgress } from "./status.js";
import { showClassification } from "./views/classification.js";
import { showGeneration } from "./views/generation.js";
import { showTranslation } from "./views/translation.js";

const DESCRIPTION = "model/model.json";
const VIEWS = { translation: showTranslation, classification: showClassification, generation: showGeneration };

/** Shows the view of the model's task. Returns what starts it, given the model. */
function introduce(description) {
  const { task, name, license } = description;
  const template = document.getElementById(task);
  document.getElementById("main").prepend(template.content.cloneNode(true));
  document.getElementById("title").textContent = document.title = template.title;
  document.getElementById("about").textContent = [`Model: ${name}`, license && `licence: ${license}`]
    .filter(Boolean)
    .join("; ");
  return VIEWS[task](description);
}

async function startEngine(wasm) {
  const ort = await import("./runtime/ort.wasm.min.mjs");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = new URL("runtime/", import.meta.url).href;
  ort.env.wasm.wasmBinary = wasm.buffer;
  return ort;
}

try {
  const { description, file } = await loadDescription(DESCRIPTION);
  const start = introduce(description);
  const loaded = await loadFiles(description.files, showProgress(description.files));
  const ort = await startEngine(loaded["runtime/ort-wasm-simd-threaded.wasm"]);
  const own = Object.entries(loaded).map(([address, file]) => [address.replace("model/", ""), file]);
  const model = await openModel(description, Object.fromEntries(own), ort);
  ort.env.wasm.wasmBinary = undefined; // compiled by now
  say("Ready, and from now on without a network.");
  await start(model);
  const all = async () => ({ ...(await loadFiles(description.page)), ...loaded, [DESCRIPTION]: file });
  if (await keepFiles(file, all)) confirm("Ready. Without a network, this page works, too, and can be opened again.");
} catch (error) {
  report(error);
}
