// Draws a tune as a score: where each sign stands, on lines as wide as there is room.
//
// The unit is the distance of two lines of the staff. y is 0 at the top line of a staff, 4 at its bottom line.
//
// One voice, as models write it. abcjs (MIT) draws far more, but has 512 kB of minified script (6.7.2; these modules: 40 kB),
// and loads its instruments from another server, which the policy of our pages forbids.

import { measuresOf } from "./measures.js";
import { MIDDLE, Notes, shifted } from "./notes.js";

const [BETWEEN, LEAST, GREATEST] = [2.5, 0.65, 1.5]; // units above a staff; stretch of a wide measure, and of a last line
const SHARPS = [10, 7, 11, 8, 5, 9, 6]; // steps of a signature, in their order
const FLATS = [6, 9, 5, 8, 4, 7, 3];
const [CLEF, SIGN, METRE] = [3.6, 1, 2.2]; // widths

/**
 * Draws a tune.
 *
 * events: of `readTune`. width: of the lines. Returns {width, height, shapes}; a shape has {x, y, index}, the place of its
 * note among the events, and is a sign of glyphs.js ({glyph, scale, flip}), a path ({d, stroke}: the width of its line;
 * none: it is filled) or a text ({text, size, anchor, weight}).
 */
export function drawScore(events, width) {
  const shapes = [];
  let [height, widest] = [0, width];
  const notes = new Notes();
  for (const line of linesOf(measuresOf(events), width)) {
    const drawn = drawLine(line, width, notes);
    shapes.push(...drawn.shapes.map((shape) => shifted(shape, 0, height + BETWEEN - drawn.top)));
    height += drawn.bottom - drawn.top + BETWEEN;
    widest = Math.max(widest, drawn.width);
  }
  return { width: widest, height: height + BETWEEN / 2, shapes };
}

/** Lines of measures: [{measures, fifths, metre, last}], with the key and the metre (undefined: it is not said) at their beginning. */
function linesOf(measures, width) {
  const lines = [];
  let [line, room, fifths] = [null, 0, 0];
  for (const measure of measures) {
    const changes = leading(measure);
    const { fixed, gaps } = sizeOf(measure, changes.length);
    if (!line || fixed + gaps > room) {
      const key = changes.find(({ event }) => event.kind === "key");
      const metre = changes.find(({ event }) => event.kind === "metre")?.event.metre;
      line = { measures: [], fifths: key ? key.event.fifths : fifths, metre, last: false };
      room = width - headWidth(line);
      lines.push(line);
    }
    line.measures.push(measure);
    room -= sizeOf(measure, line.measures.length === 1 ? changes.length : 0).fixed + gaps;
    for (const { event } of measure.items) if (event.kind === "key") fifths = event.fifths;
  }
  lines.at(-1).last = true;
  return lines;
}

/** Changes of key and metre before the first note: at the beginning of a line, they stand in its head. */
function leading({ items }) {
  const first = items.findIndex(({ base }) => base !== undefined);
  return first < 0 ? items : items.slice(0, first);
}

const headWidth = ({ fifths, metre }) => CLEF + SIGN * Math.abs(fifths) + (metre ? METRE : 0) + 0.5;

/** The width of a measure: what is fixed, and what can be stretched. skipped: items that stand in the head. */
function sizeOf({ opening, items, closing }, skipped) {
  let fixed = 0.8 + (opening ? barWidth(opening) : 0) + barWidth(closing);
  let gaps = 0;
  for (const item of items.slice(skipped)) {
    fixed += before(item);
    gaps += after(item);
  }
  return { fixed, gaps };
}

/** Room for accidentals and grace notes. */
function before({ event, first }) {
  if (event.kind !== "note" || !first) return 0;
  return event.pitches.filter(({ accidental }) => accidental !== null).length * 1.15 + event.grace.length * 1.3;
}

/** Room behind an item, by its length. */
function after({ event, base, dots }) {
  if (event.kind === "key") return SIGN * Math.max(1, Math.abs(event.fifths)) + 0.5;
  if (event.kind === "metre") return METRE;
  const time = base * (2 - 2 ** -dots);
  return Math.max(1 + 1.3 * Math.log2(1 + 16 * time) + 0.5 * dots, event.text.length * 0.95 + 0.5);
}

function drawLine(line, width, notes) {
  const sizes = line.measures.map((measure, place) => sizeOf(measure, place === 0 ? leading(measure).length : 0));
  const sum = (name) => sizes.reduce((total, size) => total + size[name], 0);
  let stretch = (width - headWidth(line) - sum("fixed")) / sum("gaps");
  if (line.last && stretch > GREATEST) stretch = 1.2;
  stretch = Math.max(LEAST, stretch);
  const shapes = head(line);
  let x = headWidth(line);
  notes.begin(x);
  line.measures.forEach((measure, place) => {
    const left = x;
    if (measure.opening) x += drawBar(shapes, measure.opening, x);
    x += 0.8;
    for (const item of measure.items.slice(place === 0 ? leading(measure).length : 0)) {
      x += before(item);
      if (item.event.kind === "key") shapes.push(...keySigns(item.event.fifths, x));
      else if (item.event.kind === "metre") shapes.push(...metreSigns(item.event.metre, x));
      else notes.place(item, x + 0.6);
      x += after(item) * stretch;
    }
    notes.finishMeasure();
    const right = x;
    x += drawBar(shapes, measure.closing, x);
    if (measure.ending) notes.ending(measure.ending, left, right);
  });
  for (let y = 0; y < 5; y++) shapes.unshift({ d: `M0 ${y}H${x.toFixed(2)}`, stroke: 0.1, x: 0, y: 0 });
  const drawn = notes.finish(x);
  return { shapes: [...shapes, ...drawn.shapes], top: drawn.top, bottom: drawn.bottom, width: x };
}

function head({ fifths, metre }) {
  const shapes = [{ glyph: "clef", x: 1.7, y: 3 }, ...keySigns(fifths, CLEF)];
  return metre ? [...shapes, ...metreSigns(metre, CLEF + SIGN * Math.abs(fifths))] : shapes;
}

function keySigns(fifths, x) {
  const steps = (fifths > 0 ? SHARPS : FLATS).slice(0, Math.abs(fifths));
  const glyph = fifths > 0 ? "sharp" : "flat";
  return steps.map((step, place) => ({ glyph, x: x + SIGN * (place + 0.3), y: 2 + (MIDDLE - step) / 2 }));
}

function metreSigns(metre, x) {
  if (!metre) return [];
  const digits = { x: x + 0.9, size: 2.7, anchor: "middle", weight: "bold" };
  return [
    { ...digits, text: String(metre.above), y: 1.9 },
    { ...digits, text: String(metre.below), y: 3.9 },
  ];
}

function barWidth(bar) {
  if (!bar || bar.line === "none") return 0.2;
  if (bar.ends || bar.begins) return bar.ends && bar.begins ? 2.7 : 1.7;
  return bar.line === "single" ? 0.2 : 0.9;
}

/** Draws a bar line; returns its width. */
function drawBar(shapes, bar, x) {
  const thick = (at) => shapes.push({ d: "M.2 0H.6V4H.2Z", x: at, y: 0 });
  const thin = (at) => shapes.push({ d: "M.1 0V4", stroke: 0.15, x: at, y: 0 });
  const dots = (at) => shapes.push(...[1.5, 2.5].map((y) => ({ glyph: "dot", x: at, y })));
  if (!bar || bar.line === "none") return barWidth(bar);
  if (bar.ends) {
    dots(x + 0.25);
    thin(x + 0.65);
    thick(x + 0.9);
  }
  if (bar.begins) {
    const at = bar.ends ? x + 0.9 : x - 0.2;
    if (!bar.ends) thick(at);
    thin(at + 0.8);
    dots(at + 1.4);
  }
  if (bar.ends || bar.begins) return barWidth(bar);
  if (bar.line === "opening") thick(x - 0.2);
  else thin(x);
  if (bar.line === "final") thick(x + 0.2);
  else if (bar.line !== "single") thin(x + 0.5);
  return barWidth(bar);
}
