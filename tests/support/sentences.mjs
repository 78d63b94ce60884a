// Runs seq2seq/web/sentences.js. In: texts; out: what it makes of each, as pairs.

import { readFileSync } from "node:fs";
import { sentencesOf } from "../../seq2seq/web/sentences.js";

const texts = JSON.parse(readFileSync(0, "utf-8"));
const pairs = texts.map((text) => sentencesOf(text, "en").map(({ before, sentence }) => [before, sentence]));
process.stdout.write(JSON.stringify(pairs));
