// What a tune sounds like: the order of its bars, and the pitch and time of each note. Times are in whole notes.

import { letterOf, signature } from "./tune.js";

const SEMITONES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const MIDDLE_C = 60; // in MIDI
const MOST = 9; // times that a part is played
const GRACE = 1 / 32; // time of a grace note, which the note that it ornaments has less

/**
 * The sounds of a tune, its repeats played.
 *
 * Grace notes sound before their note, in at most half of its time; before one that prolongs another, they are silent.
 *
 * events: of `readTune`. Returns {sounds, marks, time}: sounds are {key, start, time}, with keys as in MIDI; marks say when
 * an event sounds, {index, start, time}, rests and tied notes too; time is the length of all.
 */
export function soundsOf(events) {
  const [sounds, marks] = [[], []];
  let now = 0;
  let key = {};
  let accidentals = new Map(); // of the measure, by step
  let ties = new Map(); // sounds that the next note may prolong, by step
  for (const index of orderOf(events)) {
    const event = events[index];
    if (event.kind === "key") key = signature(event.fifths);
    if (event.kind === "bar") accidentals = new Map();
    if (event.kind !== "note" && event.kind !== "rest") continue;
    const keyOf = ({ step, accidental }) => {
      if (accidental !== null) accidentals.set(step, accidental);
      const raised = accidentals.get(step) ?? key[letterOf(step)] ?? 0;
      return MIDDLE_C + 12 * Math.floor(step / 7) + SEMITONES[letterOf(step)] + raised;
    };
    const graces = event.pitches.some(({ step }) => ties.has(step)) ? [] : (event.grace ?? []);
    const time = Math.min(GRACE, event.time / 2 / graces.length);
    graces.forEach((pitch, place) => sounds.push({ key: keyOf(pitch), start: now + place * time, time }));
    const late = graces.length ? graces.length * time : 0;
    const tied = new Map();
    for (const pitch of event.pitches) {
      const own = keyOf(pitch);
      let sound = ties.get(pitch.step);
      if (sound) sound.time += event.time;
      else sounds.push((sound = { key: own, start: now + late, time: event.time - late }));
      if (event.tied) tied.set(pitch.step, sound);
    }
    ties = tied;
    marks.push({ index, start: now, time: event.time });
    now += event.time;
  }
  return { sounds, marks, time: now };
}

/** The order in which events are played: repeats twice, or as often as they have endings. */
export function orderOf(events) {
  const order = [];
  let [begin, pass] = [0, 1];
  for (let place = 0; place < events.length; place++) {
    const event = events[place];
    order.push(place);
    if (event.kind !== "bar") continue;
    if (event.ends && pass < passesOf(events, begin)) {
      pass++;
      place = begin - 1;
      continue;
    }
    if (event.ends || event.begins) [begin, pass] = [place + 1, 1];
    if (event.ending && !event.ending.includes(pass)) place = endingOf(events, place, pass);
  }
  return order;
}

/** How often the part that begins at a place is played. */
function passesOf(events, begin) {
  let most = 2;
  for (let place = begin; place < events.length; place++) {
    const { kind, ends, begins, ending } = events[place];
    if (kind !== "bar") continue;
    const next = ending ?? events[place + 1]?.ending;
    if (next) most = Math.min(MOST, Math.max(most, ...next));
    if (begins || (ends && !next)) break;
  }
  return most;
}

/** The bar line at which, instead of an ending, that of a pass begins; if there is none, where the ending closes. */
function endingOf(events, place, pass) {
  const bars = events.flatMap((event, other) => (other > place && event.kind === "bar" ? [other] : []));
  const stop = bars.find((other) => events[other].begins) ?? events.length;
  const own = bars.find((other) => other <= stop && events[other].ending?.includes(pass));
  return own ?? bars.find((other) => events[other].ends || events[other].line !== "single") ?? events.length;
}
