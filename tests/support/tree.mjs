// Runs seq2seq/server/page/tree.js. In: the nodes of a search. Out: its lines, with the pieces of each.

import { readFileSync } from "node:fs";
import { linesOf } from "../../seq2seq/server/page/tree.js";

const pieces = ({ nodes, lines }) => [nodes.map(({ piece }) => piece), lines.map(pieces)];
process.stdout.write(JSON.stringify(linesOf(JSON.parse(readFileSync(0, "utf-8"))).map(pieces)));
