// Runs bestOutput of seq2seq/web/models/beam.js. In: searches; out: the best output of each.

import { readFileSync } from "node:fs";
import { bestOutput, divisors } from "../../seq2seq/web/models/beam.js";

const searches = JSON.parse(readFileSync(0, "utf-8"));
const outputs = searches.map(({ found, beam, penalty, alpha, limit }) => {
  found.log_probs.data = found.log_probs.data.map((value) => value ?? -Infinity); // JSON has no infinity
  return bestOutput(found, beam, divisors(penalty, alpha, limit + 2));
});
process.stdout.write(JSON.stringify(outputs));
