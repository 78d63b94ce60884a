// A model in JavaScript. ONNX Runtime is an argument, so that browsers (onnxruntime-web) and Node (onnxruntime-node, too)
// run the same code.

import { Classifier } from "./classifier.js";
import { Generator } from "./generator.js";
import { Translator } from "./translator.js";

const KINDS = { translation: Translator, classification: Classifier, generation: Generator };

/**
 * Opens a model.
 *
 * description: the content of model.json. files: the files that it names, each a Uint8Array, by name. ort: ONNX Runtime.
 * options: of its session.
 */
export async function openModel(description, files, ort, options = {}) {
  const kind = KINDS[description.task];
  if (kind === undefined) throw new Error(`a model for ${description.task}; known are ${Object.keys(KINDS).join(", ")}`);
  return kind.open(description, files, ort, options);
}
