// Reads a serialised sentencepiece model: a Protocol Buffers message (sentencepiece_model.proto).
//
// A field is a varint (number << 3 | wire type) and a value; wire type 0 is a varint, 1 eight bytes, 2 a varint length
// and as many bytes, 5 four bytes. A field that occurs again replaces the first, or adds to it where it is a list or a
// message.

import { packed, utf8 } from "./utf8.js";

/** Types of pieces. */
export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
export const USER_DEFINED = 4;
export const UNUSED = 5;
export const BYTE = 6;

const KINDS = { 1: "unigram", 2: "bpe", 3: "word", 4: "char" };

/**
 * The facts of a model that encoding and decoding depend on. Strings are bytes (utf8.js).
 *
 * pieces: {piece, score, type} by id. kind: unigram, bpe, word or char. unknownSurface: what an unknown token becomes
 * in decoded text. normaliser, denormaliser: {rules (bytes), addPrefix, removeExtraSpaces, escapeSpaces}.
 */
export function readModel(bytes) {
  const model = {
    pieces: [],
    kind: "unigram",
    byteFallback: false,
    spaceAsSuffix: false,
    unknownSurface: utf8(" \u2047 "),
    normaliser: normaliserSpec(),
    denormaliser: normaliserSpec(),
  };
  readFields(bytes, {
    1: (value) => model.pieces.push(readPiece(value)),
    2: (value) =>
      readFields(value, {
        3: (type) => (model.kind = KINDS[type]),
        24: (flag) => (model.spaceAsSuffix = Boolean(flag)),
        35: (flag) => (model.byteFallback = Boolean(flag)),
        44: (surface) => (model.unknownSurface = packed(surface)),
      }),
    3: (value) => readNormaliser(value, model.normaliser),
    5: (value) => readNormaliser(value, model.denormaliser),
  });
  if (!model.kind || model.pieces.length === 0) throw new Error("not a sentencepiece model");
  return model;
}

function readPiece(bytes) {
  const piece = { piece: "", score: 0, type: NORMAL };
  readFields(bytes, {
    1: (value) => (piece.piece = packed(value)),
    2: (value) => (piece.score = new DataView(value.buffer, value.byteOffset, 4).getFloat32(0, true)),
    3: (value) => (piece.type = value),
  });
  return piece;
}

function normaliserSpec() {
  return { rules: new Uint8Array(), addPrefix: true, removeExtraSpaces: true, escapeSpaces: true };
}

function readNormaliser(bytes, spec) {
  readFields(bytes, {
    2: (value) => (spec.rules = value),
    3: (flag) => (spec.addPrefix = Boolean(flag)),
    4: (flag) => (spec.removeExtraSpaces = Boolean(flag)),
    5: (flag) => (spec.escapeSpaces = Boolean(flag)),
  });
}

/** Calls the function of each field's number with its value: a number, or the bytes. */
function readFields(bytes, byNumber) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length) throw new Error("not a sentencepiece model, or one that is cut short");
      const byte = bytes[at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key % 8;
    let value;
    if (wire === 0) {
      value = varint();
    } else {
      const length = wire === 2 ? varint() : { 1: 8, 5: 4 }[wire];
      if (!(at + length <= bytes.length)) throw new Error("not a sentencepiece model, or one that is cut short");
      value = bytes.subarray(at, at + length);
      at += length;
    }
    byNumber[(key - wire) / 8]?.(value);
  }
}
