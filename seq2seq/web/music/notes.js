// The notes of a line: heads, stems, flags and beams, and what stands over and under them.

export const MIDDLE = 6; // step of the middle line, B
const STEM = 3.5; // length
const SIGNS = { 2: "doubleSharp", 1: "sharp", 0: "natural", "-1": "flat", "-2": "doubleFlat" };
const HEADS = { 1: "whole", 0.5: "half" };
const number = (value) => value.toFixed(2);
const height = (step) => 2 + (MIDDLE - step) / 2;
const flags = (base) => Math.max(0, Math.round(-Math.log2(base)) - 2);

/** A shape at another place. */
export const shifted = (shape, x, y) => ({ ...shape, x: shape.x + x, y: shape.y + y });

export class Notes {
  #measure = []; // items that were placed: {item, x, up, tip}
  #ties = []; // {step, x, index} that wait for their second note
  #slurs = []; // {x, y} that wait for their end

  /** Begins a line whose first measure begins at x. */
  begin(x) {
    this.shapes = [];
    [this.top, this.bottom] = [-1.8, 6]; // those of the clef
    this.texts = [];
    this.endings = [];
    this.left = x;
    for (const curve of [...this.#ties, ...this.#slurs]) curve.x = x - 0.5;
  }

  /** Places a note or a rest; x: the middle of its head. */
  place(item, x) {
    const { event } = item;
    if (event.text && item.first) this.texts.push({ text: event.text, x });
    const placed = { item, x };
    this.#measure.push(placed);
    if (event.kind === "rest") return this.#rest(placed);
    if (item.first) this.#graces(placed);
    this.#heads(placed);
  }

  /** Draws what depends on all notes of a measure. */
  finishMeasure() {
    const notes = this.#measure.filter(({ item }) => item.event.kind === "note");
    const groups = new Map();
    for (const note of notes) {
      const key = note.item.group ?? note;
      groups.set(key, [...(groups.get(key) ?? []), note]);
    }
    for (const group of groups.values()) this.#stems(group);
    this.#tuplets();
    for (const note of notes) this.#curves(note);
    this.#measure = [];
  }

  /** An ending over the measure between two places. */
  ending(ending, left, right) {
    this.endings.push({ ...ending, left, right });
  }

  /** Finishes a line that ends at x. Returns its shapes, and how far they reach. */
  finish(x) {
    for (const tie of this.#ties) this.#tie(tie, x);
    for (const slur of this.#slurs) this.#slur(slur, { x, y: slur.y });
    if (this.texts.length) {
      const y = this.top - 0.6;
      this.shapes.push(...this.texts.map(({ text, x }) => ({ text, x: x - 0.6, y, size: 1.7, anchor: "start", weight: "bold" })));
      this.top = y - 1.4;
    }
    if (this.endings.length) {
      const y = this.top - 2;
      for (const { numbers, first, last, left, right } of this.endings) {
        const [begin, end] = [first ? "V1.8M0 0" : "", last ? "V1.8" : ""];
        this.#path(`M0 0${begin}H${number(right - left - 0.3)}${end}`, 0.12, left + 0.3, y);
        if (first) this.shapes.push({ text: `${numbers.join(", ")}.`, x: left + 0.8, y: y + 1.5, size: 1.5, anchor: "start" });
      }
      this.top = y - 0.3;
    }
    return { shapes: this.shapes, top: this.top, bottom: this.bottom };
  }

  #draw(shape) {
    this.shapes.push(shape);
    this.#reach(shape.y);
  }

  #path(d, stroke, x, y, index) {
    this.shapes.push({ d, stroke, x, y, index });
  }

  #reach(y) {
    this.top = Math.min(this.top, y - 0.6);
    this.bottom = Math.max(this.bottom, y + 0.6);
  }

  #rest({ item, x }) {
    const { event, index, base, dots } = item;
    if (event.hidden) return;
    const count = Math.max(1, flags(base));
    const glyph = base >= 1 / 4 ? `rest${1 / base}` : "rest8";
    for (let place = 0; place < count; place++) {
      const [left, y] = [x - 0.12 * place, 2 + place - (count > 1 ? 1 : 0)];
      this.#draw({ glyph, x: left, y, index });
      if (glyph === "rest8") this.#draw({ glyph: "dot", x: left - 0.3, y: y - 0.65, index });
    }
    this.#dots(x, 1.5, dots, index);
    if (event.bars > 1) this.#draw({ text: String(event.bars), x, y: -0.6, size: 2, anchor: "middle", weight: "bold", index });
  }

  #dots(x, y, count, index) {
    for (let dot = 0; dot < count; dot++) this.shapes.push({ glyph: "dot", x: x + 1.15 + 0.55 * dot, y, index });
  }

  #heads({ item, x }) {
    const { event, index, base, dots, first } = item;
    const glyph = HEADS[base] ?? "head";
    const signs = first ? event.pitches.filter(({ accidental }) => accidental !== null) : [];
    signs.forEach(({ step, accidental }, place) =>
      this.#draw({ glyph: SIGNS[accidental], x: x - 1.25 - 1.1 * place, y: height(step), index }),
    );
    for (const { step } of event.pitches) {
      const y = height(step);
      this.#draw({ glyph, x, y, index });
      this.#ledgers(x, step, index);
      this.#dots(x, step % 2 === 0 ? y - 0.5 : y, dots, index);
    }
  }

  #ledgers(x, step, index, half = 1) {
    for (let y = 5; y <= height(step); y++) this.#path(`M${-half} 0H${half}`, 0.13, x, y, index);
    for (let y = -1; y >= height(step); y--) this.#path(`M${-half} 0H${half}`, 0.13, x, y, index);
  }

  #graces({ item, x }) {
    const { grace, pitches } = item.event;
    const signs = pitches.filter(({ accidental }) => accidental !== null).length;
    grace.forEach(({ step }, place) => {
      const at = x - 0.4 - 1.15 * signs - 1.3 * (grace.length - place);
      const y = height(step);
      this.#draw({ glyph: "head", scale: 0.62, x: at, y });
      this.#ledgers(at, step, undefined, 0.65);
      this.#path("M0 0V-2.2", 0.1, at + 0.35, y);
      if (grace.length === 1) this.#draw({ glyph: "flag", scale: 0.62, x: at + 0.35, y: y - 2.2 });
      else if (place > 0) this.#path(`M-1.3 ${number(height(grace[place - 1].step) - y - 2.2)}L0-2.2`, 0.3, at + 0.35, y);
      this.#reach(y - 2.2);
    });
  }

  /** Stems of notes under one beam, or of a single note. */
  #stems(group) {
    const steps = group.flatMap(({ item }) => item.event.pitches.map(({ step }) => step));
    const up = MIDDLE - Math.min(...steps) > Math.max(...steps) - MIDDLE;
    const side = up ? -1 : 1; // in which direction stems grow
    for (const note of group) {
      const own = note.item.event.pitches.map(({ step }) => height(step));
      const [high, low] = [Math.min(...own), Math.max(...own)];
      Object.assign(note, { up, stem: note.x - side * 0.55, from: up ? low : high, near: up ? high : low, tip: up ? high : low });
    }
    if (group[0].item.base >= 1) return;
    if (group.length === 1) {
      const [note] = group;
      const tip = note.near + side * (STEM + Math.max(0, flags(note.item.base) - 2) * 0.75);
      note.tip = up ? Math.min(tip, 2) : Math.max(tip, 2); // of far notes, to the middle line
      for (let flag = 0; flag < flags(note.item.base); flag++) {
        this.shapes.push({ glyph: "flag", flip: !up, x: note.stem, y: note.tip - side * 0.75 * flag, index: note.item.index });
      }
    } else this.#beams(group, side);
    for (const { stem, from, tip, item } of group) {
      this.#path(`M0 ${number(from)}V${number(tip)}`, 0.13, stem, 0, item.index);
      this.#reach(tip);
    }
  }

  /** Beams of a group, whose stems they give their lengths. */
  #beams(group, side) {
    const [first, last] = [group[0], group.at(-1)];
    const run = last.stem - first.stem;
    const rise = Math.max(-1.2, Math.min(1.2, last.near - first.near));
    const most = Math.max(...group.map(({ item }) => flags(item.base)));
    const shortest = 2.9 + 0.6 * (most - 1);
    const line = (x) => (rise * (x - first.stem)) / run;
    const tips = group.map(({ near, stem }) => near + side * shortest - line(stem));
    const start = side < 0 ? Math.min(...tips) : Math.max(...tips);
    const at = (x) => start + line(x);
    for (const note of group) note.tip = at(note.stem);
    for (let level = 0; level < most; level++) {
      const has = group.map(({ item }) => flags(item.base) > level);
      has.forEach((own, place) => {
        if (!own || (place > 0 && has[place - 1])) return;
        let end = place;
        while (has[end + 1]) end++;
        let [left, right] = [group[place].stem, group[end].stem];
        if (place === end) [left, right] = place > 0 ? [left - 1.1, left] : [left, left + 1.1];
        const [a, b] = [left, right].map((x) => at(x) - side * 0.75 * level);
        const d = `M0 ${number(a)}L${number(right - left)} ${number(b)}v${-side * 0.5}L0 ${number(a - side * 0.5)}Z`;
        this.#path(d, undefined, left, 0);
      });
    }
  }

  #tuplets() {
    const found = new Map();
    for (const placed of this.#measure) {
      const { tuplet } = placed.item.event;
      if (tuplet) found.set(tuplet.id, { tuplet, notes: [...(found.get(tuplet.id)?.notes ?? []), placed] });
    }
    for (const { tuplet, notes } of found.values()) {
      const up = notes.find(({ up }) => up !== undefined)?.up ?? true;
      const ends = notes.map(({ tip = up ? -0.5 : 4.5 }) => tip);
      const y = up ? Math.min(-0.3, ...ends) - 0.9 : Math.max(4.3, ...ends) + 0.9;
      const [left, right] = [notes[0].x - 0.6, notes.at(-1).x + 0.6];
      const middle = (left + right) / 2;
      this.shapes.push({ text: String(tuplet.number), x: middle, y: y + 0.5, size: 1.6, anchor: "middle", weight: "italic" });
      const beamed = notes.every(({ item }) => item.group !== undefined && item.group === notes[0].item.group);
      if (!beamed) {
        const hook = up ? 0.6 : -0.6;
        const [width, part] = [right - left, (right - left) / 2 - 0.9];
        this.#path(`M0 ${hook}V0H${number(part)}M${number(width - part)} 0H${number(width)}V${hook}`, 0.1, left, y);
      }
      this.#reach(up ? y - 0.6 : y + 0.6);
    }
  }

  /** Ties and slurs that end at a note, and those that begin there. */
  #curves(note) {
    const { item, x } = note;
    const steps = item.event.pitches.map(({ step }) => step);
    for (const tie of this.#ties) if (steps.includes(tie.step)) this.#tie(tie, x - 0.6);
    this.#ties = [];
    if (item.tied) this.#ties = steps.map((step) => ({ step, x: x + 0.6, below: note.up, index: item.index }));
    const y = note.up ? Math.max(...steps.map(height)) + 1 : Math.min(...steps.map(height)) - 1;
    if (item.first) for (let count = 0; count < item.event.opens; count++) this.#slurs.push({ x, y, below: note.up });
    if (item.last) for (let count = 0; count < (item.event.closes ?? 0); count++) {
      const slur = this.#slurs.pop();
      if (slur) this.#slur(slur, { x, y });
    }
  }

  #tie({ step, x, below, index }, to) {
    const y = height(step) + (below ? 0.6 : -0.6);
    this.#arc(x, y, to, y, below, index);
  }

  #slur({ x, y, below }, to) {
    this.#arc(x, y, to.x, to.y, below);
  }

  #arc(x, y, toX, toY, below, index) {
    const bend = (below ? 1 : -1) * Math.min(2, 0.5 + (toX - x) * 0.08);
    const [run, rise] = [toX - x, toY - y];
    const curve = (depth) => `Q${number(run / 2)} ${number(rise / 2 + depth)}`;
    this.#path(`M0 0${curve(bend * 1.6)} ${number(run)} ${number(rise)}${curve(bend * 1.25)} 0 0Z`, undefined, x, y, index);
    this.#reach(y + bend);
  }
}
