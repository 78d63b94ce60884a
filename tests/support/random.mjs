// Runs seq2seq/web/models/random.js. In: lists of seeds, as texts; out: some numbers of each.

import { readFileSync } from "node:fs";
import { uniforms } from "../../seq2seq/web/models/random.js";

const seeds = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(seeds.map((each) => Array.from(uniforms(each.map(BigInt), 7)))));
