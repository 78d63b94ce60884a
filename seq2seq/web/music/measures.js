// A tune in measures: what stands between two bar lines, how long notes are written, and which share a beam.

/**
 * The measures of a tune: [{opening, items, closing, ending}].
 *
 * opening, closing: the events of the bar lines around it; null: there is none, or it is the closing one of the measure
 * before. ending: {numbers, first, last} of a measure in an ending. items: keys and metres that change, notes and rests;
 * a note has {event, index, base, dots, tied, group}: the length of its head and the number of its dots; a length that no
 * single note has is written as several, `tied`, from the `first` to the `last`. Notes of one group share a beam.
 */
export function measuresOf(events) {
  const measures = [emptyMeasure()];
  let metre = null;
  events.forEach((event, index) => {
    const measure = measures.at(-1);
    if (event.kind === "metre") metre = event.metre;
    if (event.kind !== "bar") measure.items.push(...partsOf(event, index));
    else if (measure.items.some(sounds)) {
      measure.closing = event;
      beam(measure, metre);
      measures.push(emptyMeasure());
    } else if (measures.length === 1) measure.opening = measure.opening ? joined(measure.opening, event) : event;
    else measures.at(-2).closing = joined(measures.at(-2).closing, event);
  });
  beam(measures.at(-1), metre);
  if (!measures.at(-1).items.some(sounds) && measures.length > 1) measures.pop();
  markEndings(measures);
  return measures;
}

const sounds = ({ base }) => base !== undefined;
const emptyMeasure = () => ({ opening: null, items: [], closing: null, ending: null });

/** One bar line in place of two. */
function joined(one, other) {
  const [ends, begins] = [one.ends || other.ends, one.begins || other.begins];
  const line = one.line === "none" ? other.line : other.line === "none" ? one.line : "double";
  return { ...other, line, ends, begins, ending: other.ending ?? one.ending };
}

function markEndings(measures) {
  let numbers = null;
  let before = measures[0].opening;
  for (const measure of measures) {
    const first = Boolean(before?.ending);
    if (first) numbers = before.ending;
    before = measure.closing;
    const last = !before || before.ends || before.begins || before.ending !== null || before.line !== "single";
    if (numbers) measure.ending = { numbers, first, last };
    if (last) numbers = null;
  }
}

/** An event in the lengths that notes have: powers of two, with up to two dots. */
function partsOf(event, index) {
  if (event.kind !== "note" && event.kind !== "rest") return [{ event, index }];
  if (event.bars) return [{ event, index, base: 1, dots: 0, first: true, last: true }];
  const parts = [];
  let left = event.written;
  while (left > 1 / 128) {
    const base = Math.min(1, 2 ** Math.floor(Math.log2(left + 1e-9)));
    const dots = [2, 1, 0].find((count) => base * (2 - 2 ** -count) <= left + 1e-9);
    parts.push({ event, index, base, dots });
    left -= base * (2 - 2 ** -dots);
  }
  if (event.kind === "note") parts.forEach((part, place) => (part.tied = place < parts.length - 1 || Boolean(event.tied)));
  parts.forEach((part, place) => Object.assign(part, { first: place === 0, last: place === parts.length - 1 }));
  return parts;
}

/** Groups notes with flags that are written together, by the beats of the metre. */
function beam({ items, opening }, metre) {
  const total = items.filter(({ first }) => first).reduce((sum, { event }) => sum + event.time, 0);
  const bar = metre ? metre.above / metre.below : 0;
  let time = opening ? Math.max(0, bar - total) : 0; // an upbeat ends with the bar
  let group = -1;
  let [last, lastBeat] = [null, -1];
  for (const item of items) {
    if (item.base === undefined) continue;
    const beat = metre ? Math.floor(time / beatOf(metre) + 1e-6) : 0;
    const beamed = item.event.kind === "note" && item.base < 1 / 4;
    const on = beamed && last && (item.event.joined || !item.first) && beat === lastBeat;
    if (beamed) item.group = on ? group : ++group;
    last = beamed ? item : null;
    lastBeat = beat;
    if (item.first) time += item.event.time;
  }
}

/** The part of a bar under one beam. */
function beatOf({ above, below }) {
  if (above % 3 === 0 && below >= 8) return 3 / below;
  return below === 2 || above % 4 === 0 ? 1 / 2 : 1 / 4;
}
