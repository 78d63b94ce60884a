// Runs seq2seq/web/tokenizer. In: [{model: base64, texts, ids}], out: what each model makes of them. Or in:
// {damaged: [base64]}, out: what is wrong with each, null if nothing is.

import { readFileSync } from "node:fs";
import { Tokenizer } from "../../seq2seq/web/tokenizer/tokenizer.js";

const open = (model) => new Tokenizer(Uint8Array.from(Buffer.from(model, "base64")));

function refusal(model) {
  try {
    open(model);
    return null;
  } catch (error) {
    return error.message;
  }
}

function results({ model, texts, ids }) {
  const tokenizer = open(model);
  const encoded = texts.map((text) => tokenizer.encode(text));
  return {
    kind: tokenizer.kind,
    size: tokenizer.size,
    encoded,
    normalised: texts.map((text) => tokenizer.normalise(text)),
    unknown: texts.map((text) => tokenizer.unknown(text)),
    decoded: [...encoded, ...ids].map((row) => tokenizer.decode(row)),
    pieces: ids.map((row) => tokenizer.pieces(row)),
  };
}

const given = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(given.damaged?.map(refusal) ?? given.map(results)));
