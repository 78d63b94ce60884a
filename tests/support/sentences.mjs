// Runs seq2seq/web/sentences.js. In: pairs of text and language; out: what it makes of each, as pairs.

import { readFileSync } from "node:fs";
import { sentencesOf } from "../../seq2seq/web/sentences.js";

const texts = JSON.parse(readFileSync(0, "utf-8"));
const pairs = texts.map(([text, language]) =>
  sentencesOf(text, language).map(({ before, sentence }) => [before, sentence]),
);
process.stdout.write(JSON.stringify(pairs));
