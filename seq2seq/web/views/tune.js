import { GLYPHS } from "../music/glyphs.js";
import { Player } from "../music/player.js";
import { drawScore } from "../music/score.js";
import { soundsOf } from "../music/sounds.js";
import { readTune } from "../music/tune.js";
import { byId } from "./parts.js";

const SVG = "http://www.w3.org/2000/svg";
const UNIT = 8; // pixels between two lines of a staff
const WHOLE = 1.5; // seconds of a whole note: a jig has 107 beats per minute, a waltz 160
const TUNE = /^[MLRK]:/; // a tag of a tune

/** Whether a model with these tags writes tunes in ABC notation. */
export const writesTunes = (tags) => tags.some((tag) => TUNE.test(tag));

/** A tune as a score that can be played. */
export class Tune {
  #player = new Player();
  #events = [];
  #name = "";
  #heard;
  #width = 0;
  #drawn = new Map(); // elements of notes, by the index of the event
  #marked;

  constructor() {
    byId("play").addEventListener("click", () => (this.#player.playing ? this.stop() : this.#play()));
    new ResizeObserver(() => byId("score").clientWidth !== this.#width && this.#draw()).observe(byId("score"));
  }

  /** Shows a tune, in place of the last one. */
  show(text, tags) {
    this.stop();
    const { events, left } = readTune(tags, text);
    this.#events = events;
    this.#heard = soundsOf(events);
    this.#name = `Score of a tune: ${tags.join(" ")}, ${events.filter(({ kind }) => kind === "note").length} notes`;
    byId("tune").hidden = this.#heard.sounds.length === 0;
    byId("left-out").textContent = left.length > 0 ? `Neither drawn nor played: ${[...new Set(left)].join(" ")}` : "";
    this.#draw();
  }

  stop() {
    this.#player.stop();
    this.#mark(null);
  }

  #play() {
    const { sounds, marks, time } = this.#heard;
    const listen = (now) => this.#mark(now === null ? null : marks.findLast(({ start }) => start <= now));
    this.#player.play(sounds, { whole: WHOLE, time, listen });
  }

  /** Marks the note that sounds; null: none does, since nothing is played. */
  #mark(mark) {
    byId("play").textContent = mark === null ? "Play" : "Stop";
    if (mark?.index === this.#marked) return;
    for (const [index, sounds] of [[this.#marked, false], [mark?.index, true]]) {
      for (const element of this.#drawn.get(index) ?? []) element.classList.toggle("sounding", sounds);
    }
    this.#marked = mark?.index;
  }

  #draw() {
    this.#width = byId("score").clientWidth;
    if (this.#width === 0 || this.#events.length === 0) return;
    const { width, height, shapes } = drawScore(this.#events, this.#width / UNIT);
    const picture = element("svg", {
      width: width * UNIT,
      height: height * UNIT,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": this.#name,
    });
    this.#drawn = new Map();
    for (const shape of shapes) {
      const drawn = elementOf(shape);
      picture.append(drawn);
      if (shape.index !== undefined) this.#drawn.set(shape.index, [...(this.#drawn.get(shape.index) ?? []), drawn]);
    }
    byId("score").replaceChildren(picture);
    const marked = this.#marked;
    this.#marked = undefined;
    if (marked !== undefined) this.#mark({ index: marked });
  }
}

/** A shape of a score (drawScore in score.js). */
function elementOf({ x, y, text, size, anchor, weight, glyph, scale = 1, flip, ...path }) {
  if (text !== undefined) {
    const style = weight === "italic" ? { "font-style": weight } : { "font-weight": weight ?? "normal" };
    const drawn = element("text", { x, y, "font-size": size, "text-anchor": anchor, ...style });
    drawn.textContent = text;
    return drawn;
  }
  const { d, stroke } = glyph === undefined ? path : GLYPHS[glyph];
  const transform = `translate(${x} ${y}) scale(${scale} ${flip ? -scale : scale})`;
  return element("path", { d, transform, ...(stroke && { class: "stroke", "stroke-width": stroke }) });
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
