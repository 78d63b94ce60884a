// Runs the models of pages. In: {page, texts or settings, tag} of each; out: its answers. A text is translated or classified;
// settings are [tags, settings] of a generator.

import { readFileSync } from "node:fs";

const given = JSON.parse(readFileSync(0, "utf-8"));
const ort = await import(`${given[0].page}/runtime/ort.wasm.min.mjs`);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = `file://${given[0].page}/runtime/`;
const answers = [];
for (const { page, texts = [], settings = [], tag } of given) {
  const { openModel } = await import(`${page}/models/open.js`);
  const read = (name) => new Uint8Array(readFileSync(`${page}/model/${name}`));
  const description = JSON.parse(new TextDecoder().decode(read("model.json")));
  const names = [description.graph, ...Object.values(description.tokenizers)];
  const model = await openModel(description, Object.fromEntries(names.map((name) => [name, read(name)])), ort);
  const found = [];
  for (const text of texts) found.push(await (model.translate?.(text, tag) ?? model.classify(text)));
  for (const each of settings) found.push(await model.generate(...each));
  answers.push(found);
}
process.stdout.write(JSON.stringify(answers));
