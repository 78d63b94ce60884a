// Reads tunes in ABC notation of one voice (abcnotation.com, standard 2.1), by the tokens of seq2seq/music/tokens.py.
//
// Times are in whole notes. A step is a line or space of the staff: C (middle C) is 0, c is 7.

const LENGTH = String.raw`\d*(?:/+\d*)?`;
const PITCH = String.raw`(?:\^\^?|__?|=)?[A-Ga-g][,']*`;
const NOTE = PITCH + LENGTH;
const MARK = "[.~HJLMOPRSTuv]";
const SIGN = String.raw`![^!\s"|]+!|\+[^+\s"|]+\+`;
const NUMBERS = String.raw`\d+(?:[,-]\d+)*\.?`;
const KINDS = {
  space: "[\\s`$\\\\]+",
  text: '"[^"]*"',
  sign: SIGN,
  field: String.raw`\[[IKLMNPQRTUVmrsw]:[^\]]*\]`,
  bare: String.raw`(?<![^\s|\]:])(?:M: ?(?:C\|?|[\d+()]+/\d+|none)|L: ?1/\d+|K: ?(?:[A-G][#b]?(?: ?(?:maj|min|dor|phr|lyd|mix|loc|ion|aeo)[a-z]*|m)?|HP|Hp|none))(?![^\s|\[\]:"])`,
  ending: String.raw`\[\s*${NUMBERS}`,
  bar: String.raw`\.?(?::*\|+\]?:*|::+|\[\|+\]?:*)(?:\s*${NUMBERS})?`,
  tuplet: String.raw`\([2-9](?::[1-9]?(?::[1-9]?)?)?`,
  grace: String.raw`\{/?(?:${NOTE}|${MARK}|${SIGN}|[\s()<>-])*\}`,
  chord: String.raw`\[(?:${NOTE}|${MARK}|${SIGN}|"[^"]*"|[\s()-])*\]${LENGTH}`,
  note: NOTE,
  rest: `[zx]${LENGTH}`,
  silence: String.raw`[ZX]\d*`,
  spacer: `y${LENGTH}`,
  broken: ">+|<+",
  tie: String.raw`\.?-`,
  open: String.raw`\(`,
  close: String.raw`\)`,
  mark: String.raw`${MARK}(?=${MARK}|[!+"(\[{^_=A-Ga-gxyz])`,
  overlay: "&",
};
const TOKEN = new RegExp(
  Object.entries(KINDS)
    .map(([kind, pattern]) => `(?<${kind}>${pattern})`)
    .join("|"),
  "y",
);
const TIMES = { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 }; // notes whose time a tuplet takes; of others by the metre
const FIFTHS = { F: -1, C: 0, G: 1, D: 2, A: 3, E: 4, B: 5 };
const MODES = { min: -3, aeo: -3, m: -3, dor: -2, phr: -4, lyd: 1, mix: -1, loc: -5 };
const LETTERS = "CDEFGAB";
const ACCIDENTALS = { "^^": 2, "^": 1, "=": 0, _: -1, __: -2 };
const NOT_DRAWN = new Set(["sign", "mark", "overlay"]); // understood, but neither drawn nor played

/**
 * Reads a tune.
 *
 * tags: those of the model, of which M:, L: and K: count. body: its music.
 *
 * Returns {events, left}. left: what is neither drawn nor played, as written. An event has a `kind`:
 * - note, rest: `written` and `time` are its length as it is drawn and as it is played; a note has `pitches` ({step,
 *   accidental}), `grace`, `tied` to the next, slurs that it opens and closes; both have a chord symbol (`text`), a
 *   `tuplet` ({number, id}), and say whether they are `joined` to the note before. A rest may be `hidden`, or of `bars`.
 * - bar: `line` (single, double, final, opening), repeats that `ends` and `begins` there, numbers of an `ending`.
 * - metre ({above, below}; null: free), key ({fifths}).
 */
export function readTune(tags, body) {
  return new Reader(tags).read(body);
}

/** The accidentals of a key, by letter. */
export function signature(fifths) {
  const order = fifths > 0 ? "FCGDAEB" : "BEADGCF";
  return Object.fromEntries([...order.slice(0, Math.abs(fifths))].map((letter) => [letter, Math.sign(fifths)]));
}

export const letterOf = (step) => LETTERS[((step % 7) + 7) % 7];

class Reader {
  #events = [];
  #left = [];
  #metre = null;
  #unit;
  #next = this.#nothing();
  #tuplets = 0;

  constructor(tags) {
    const given = Object.fromEntries(tags.map((tag) => [tag.slice(0, 2), tag.slice(2)]));
    this.#change("K", given["K:"] ?? "none");
    this.#change("M", given["M:"] ?? "none");
    const bar = this.#metre ? this.#metre.above / this.#metre.below : 1;
    this.#unit = bar < 0.75 ? 1 / 16 : 1 / 8;
    this.#change("L", given["L:"] ?? "");
  }

  read(body) {
    let place = 0;
    while (place < body.length) {
      TOKEN.lastIndex = place;
      const found = TOKEN.exec(body);
      const kind = found && Object.keys(KINDS).find((name) => found.groups[name] !== undefined);
      const text = found ? found[0] : body[place];
      if (!found || NOT_DRAWN.has(kind) || !this.#take(kind, text)) this.#left.push(text);
      place += text.length;
    }
    return { events: this.#events, left: this.#left };
  }

  /** What is known of the next note before it comes. */
  #nothing() {
    return { grace: [], opens: 0, joined: false, share: 1, tuplet: null, text: "" };
  }

  /** Takes a token; returns whether it means something. */
  #take(kind, text) {
    const last = this.#events.at(-1);
    const sounding = last?.kind === "note" || last?.kind === "rest" ? last : null;
    switch (kind) {
      case "space":
        this.#next.joined = false;
        return true;
      case "text":
        if (!/^"[\^_<>@]/.test(text)) this.#next.text = text.slice(1, -1).trim();
        return true;
      case "field":
      case "bare": {
        const [, letter, value] = /^\[?(.): ?([^\]]*)/.exec(text);
        return this.#change(letter, value);
      }
      case "ending":
      case "bar":
        this.#bar(text);
        return true;
      case "tuplet":
        this.#openTuplet(text);
        return true;
      case "grace":
        this.#next.grace = (text.match(new RegExp(NOTE, "g")) ?? []).map(pitchOf);
        return true;
      case "chord":
        return this.#chord(text);
      case "note":
        return this.#sound([pitchOf(text)], lengthOf(text.replace(new RegExp(`^${PITCH}`), "")));
      case "rest":
        return this.#sound([], lengthOf(text.slice(1)), { hidden: text[0] === "x" });
      case "silence": {
        const bars = Number(text.slice(1) || 1);
        const bar = this.#metre ? this.#metre.above / this.#metre.below : 1;
        return bars > 0 && this.#sound([], (bar * bars) / this.#unit, { hidden: text[0] === "X", bars });
      }
      case "spacer":
        return true;
      case "broken":
        if (!sounding || this.#next.share !== 1) return false;
        return this.#break(sounding, text);
      case "tie":
        if (last?.kind !== "note") return false;
        return (last.tied = true);
      case "open":
        this.#next.opens++;
        return true;
      case "close":
        if (last?.kind !== "note") return false;
        return (last.closes = (last.closes ?? 0) + 1) > 0;
    }
    return false;
  }

  #change(letter, value) {
    if (letter === "L") {
      const found = /^(\d+)\/(\d+)$|^1$/.exec(value.trim());
      if (found) this.#unit = found[1] ? Number(found[1]) / Number(found[2]) : 1;
      return Boolean(found);
    }
    if (letter === "M") {
      const found = /^\(?(\d+(?:\+\d+)*)\)?\/(\d+)/.exec(value.replace(/^C\|/, "2/2").replace(/^C/, "4/4"));
      const above = found ? found[1].split("+").reduce((sum, beats) => sum + Number(beats), 0) : 0;
      this.#metre = above && Number(found[2]) ? { above, below: Number(found[2]) } : null;
      this.#events.push({ kind: "metre", metre: this.#metre });
      return true;
    }
    if (letter === "K") {
      this.#events.push({ kind: "key", fifths: fifthsOf(value) });
      return true;
    }
    return false;
  }

  #bar(text) {
    const [, signs, numbers] = /^(\D*?)\s*([\d,.-]*)$/.exec(text);
    const dots = (part) => part.includes(":");
    const ending = numbersOf(numbers);
    const twice = /^:+$/.test(signs); // "::" is two repeats without a line
    const ends = twice || dots(signs.split("|")[0]);
    const begins = twice || (signs.includes("|") && dots(signs.slice(signs.lastIndexOf("|"))));
    const bars = signs.replaceAll(/[^|]/g, "").length;
    let line = bars > 1 ? "double" : "single";
    if (/\|\]/.test(signs)) line = "final";
    else if (/\[\|/.test(signs)) line = "opening";
    if (signs.trim() === "[") line = "none"; // an ending that begins without a bar line
    this.#events.push({ kind: "bar", line, ends, begins, ending });
    this.#next = { ...this.#nothing(), text: this.#next.text };
  }

  #openTuplet(text) {
    const [number, times, covered] = text.slice(1).split(":").map(Number);
    const compound = [6, 9, 12].includes(this.#metre?.above);
    const share = (times || TIMES[number] || (compound ? 3 : 2)) / number;
    this.#next.tuplet = { number, share, id: this.#tuplets++, rest: covered || number };
  }

  #chord(text) {
    const [, inside, outer] = /^\[(.*)\]([^\]]*)$/s.exec(text);
    const notes = inside.replace(new RegExp(`${SIGN}|"[^"]*"`, "g"), "").match(new RegExp(NOTE, "g"));
    if (!notes) return false;
    const inner = lengthOf(notes[0].replace(new RegExp(`^${PITCH}`), ""));
    const pitches = notes.map(pitchOf).sort((one, other) => one.step - other.step);
    const done = this.#sound(pitches, inner * lengthOf(outer));
    if (done && /-/.test(inside)) this.#events.at(-1).tied = true;
    return done;
  }

  /** Adds a note, a chord, or a rest (without pitches) of some units. */
  #sound(pitches, units, more = {}) {
    if (!(units > 0)) return false;
    const { share, tuplet, grace, opens, joined, text } = this.#next;
    const written = this.#unit * units * share;
    this.#events.push({
      kind: pitches.length ? "note" : "rest",
      pitches,
      written,
      time: written * (tuplet?.share ?? 1),
      tuplet: tuplet && { number: tuplet.number, id: tuplet.id },
      grace,
      opens,
      joined,
      text,
      ...more,
    });
    const left = tuplet && tuplet.rest > 1 ? { ...tuplet, rest: tuplet.rest - 1 } : null;
    this.#next = { ...this.#nothing(), tuplet: left, joined: true };
    return true;
  }

  #break(sounding, text) {
    const short = 2 ** -text.length;
    const [first, second] = text[0] === ">" ? [2 - short, short] : [short, 2 - short];
    sounding.written *= first;
    sounding.time *= first;
    this.#next.share = second;
    return true;
  }
}

function pitchOf(note) {
  const [, sign, letter, octave] = /^(\^\^?|__?|=)?([A-Ga-g])([,']*)/.exec(note);
  const up = octave.replaceAll(",", "").length;
  const high = letter === letter.toLowerCase() ? 7 : 0;
  const step = LETTERS.indexOf(letter.toUpperCase()) + high + 7 * (2 * up - octave.length);
  return { step, accidental: sign === undefined ? null : ACCIDENTALS[sign] };
}

/** The factor of a length: 1.5 for "3/2", 0.5 for "/", 1 for ""; 0 if there is none such. */
function lengthOf(text) {
  const [, above, slashes, below] = /^(\d*)(\/*)(\d*)$/.exec(text);
  if (below && slashes.length > 1) return 0;
  const divisor = below ? Number(below) : 2 ** slashes.length;
  return divisor && Number(above || 1) / divisor;
}

function numbersOf(text) {
  const found = text.replace(/\.$/, "");
  if (!found) return null;
  return found.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: Math.max(1, Math.min(9, to - from + 1)) }, (_, index) => from + index);
  });
}

function fifthsOf(value) {
  if (/^H[Pp]/.test(value)) return 2; // the pipes' own key
  const found = /^([A-G])([#b]?)\s*([A-Za-z]*)/.exec(value);
  if (!found) return 0;
  const mode = found[3].toLowerCase();
  const sign = { "": 0, "#": 7, b: -7 }[found[2]];
  return FIFTHS[found[1]] + sign + (MODES[mode === "m" ? mode : mode.slice(0, 3)] ?? 0);
}
