// Runs seq2seq/web/music. In: tunes, {tags, body, widths}. Out, of each: its events, what is left out, the times of its
// measures, its sounds, and for each width its score: {width, height, shapes}.

import { readFileSync } from "node:fs";
import { measuresOf } from "../../seq2seq/web/music/measures.js";
import { drawScore } from "../../seq2seq/web/music/score.js";
import { soundsOf } from "../../seq2seq/web/music/sounds.js";
import { readTune } from "../../seq2seq/web/music/tune.js";

const given = JSON.parse(readFileSync(0, "utf-8"));
const found = given.map(({ tags, body, widths = [] }) => {
  const { events, left } = readTune(tags, body);
  const times = measuresOf(events).map(({ items }) => items.filter(({ first }) => first).reduce((sum, { event }) => sum + event.time, 0));
  return { events, left, times, ...soundsOf(events), scores: widths.map((width) => drawScore(events, width)) };
});
process.stdout.write(JSON.stringify(found, (_, value) => (Number.isFinite(value) || typeof value !== "number" ? value : `${value}`)));
