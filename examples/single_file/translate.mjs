// Translates standard input, line by line, in Node.
//
//     npm install onnxruntime-node
//     node translate.mjs MODEL.onnx tokenizer.model < sentences.txt
//     node translate.mjs MODEL.onnx source.model target.model < sentences.txt      # of a model folder that has both
//
// onnxruntime-node loads no operators of other libraries: the file is one with token ids (seq2seq export MODEL --single
// MODEL.onnx --token-ids), and the tokenizer that of a web page (seq2seq export --web), with the model folder's tokenizer.

import { readFileSync } from "node:fs";
import ort from "onnxruntime-node";
import { Tokenizer } from "../../seq2seq/web/tokenizer/tokenizer.js";

const [file, model, other = model] = process.argv.slice(2);
const [reader, writer] = [model, other].map((name) => new Tokenizer(readFileSync(name)));
const session = await ort.InferenceSession.create(file);

async function translate(sentence) {
  const source = reader.encode(sentence);
  if (source.length === 0) return "";
  const ids = new ort.Tensor("int64", BigInt64Array.from(source, BigInt), [1, source.length]);
  const { translation_ids } = await session.run({ ids });
  return writer.decode(Array.from(translation_ids.data, Number));
}

const lines = readFileSync(0, "utf-8").split("\n");
if (lines.at(-1) === "") lines.pop();
for (const line of lines) console.log(await translate(line));
