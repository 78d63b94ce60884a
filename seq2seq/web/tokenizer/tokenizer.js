// Text to token ids and back, by a sentencepiece model: what seq2seq/text/tokenizer.py does, without sentencepiece.

import { Bpe } from "./bpe.js";
import { BYTE, CONTROL, UNKNOWN, UNUSED, USER_DEFINED, readModel } from "./model_proto.js";
import { Normaliser } from "./normaliser.js";
import { Trie } from "./trie.js";
import { Unigram } from "./unigram.js";
import { SPACE, characterLength, packed, text as decoded, utf8 } from "./utf8.js";

export const PAD = 0;
export const UNK = 1;
export const BOS = 2;
export const EOS = 3;

/** One vocabulary, whose first ids are PAD, UNK, BOS and EOS. */
export class Tokenizer {
  #model;
  #ids = new Map(); // of the pieces that text is made of: neither special ones nor bytes
  #bytes = new Map(); // of the 256 bytes, with byte fallback
  #normaliser;
  #denormaliser = null;
  #segmenter;

  /** model: the content of a sentencepiece `.model` file, a Uint8Array. Throws an Error if it is damaged. */
  constructor(model) {
    this.#model = readModel(model);
    const { pieces, kind, normaliser, denormaliser, spaceAsSuffix } = this.#model;
    if ([CONTROL, UNKNOWN, CONTROL, CONTROL].some((type, id) => pieces[id]?.type !== type)) {
      throw new Error("the ids 0 to 3 of the tokenizer are not those of padding, unknown, start and end");
    }
    const symbols = new Trie();
    pieces.forEach(({ piece, type }, id) => {
      if (type === BYTE) this.#bytes.set(byteOf(piece), id);
      else if (type !== CONTROL && type !== UNKNOWN) this.#ids.set(piece, id);
      if (type === USER_DEFINED) symbols.add(piece, id);
    });
    this.#normaliser = new Normaliser(normaliser, symbols, { spaceAsSuffix });
    if (denormaliser.rules.length > 0) this.#denormaliser = new Normaliser(denormaliser, new Trie());
    if (kind === "unigram") this.#segmenter = new Unigram(pieces, this.#ids);
    else if (kind === "bpe") this.#segmenter = new Bpe(pieces, this.#ids, symbols);
    else this.#segmenter = { ends: kind === "word" ? wordEnds : (bytes) => characterEnds(bytes, symbols) };
  }

  /** unigram, bpe, word or char. */
  get kind() {
    return this.#model.kind;
  }

  /** Tokens in the vocabulary, special ones included. */
  get size() {
    return this.#model.pieces.length;
  }

  /** The token ids of a text, without BOS and EOS. */
  encode(text) {
    const ids = [];
    for (const [id, piece] of this.#segments(text)) {
      if (id !== UNK || !this.#model.byteFallback) ids.push(id);
      else for (const byte of piece) ids.push(this.#bytes.get(byte));
    }
    return ids;
  }

  /** The stretches of the normalised text that become UNK, in order. */
  unknown(text) {
    if (this.#model.byteFallback) return [];
    return this.#segments(text).filter(([id]) => id === UNK).map(([, piece]) => spaced(piece));
  }

  /** The text of token ids. PAD, BOS and EOS are ignored; UNK becomes ⁇, bytes that are no UTF-8 become U+FFFD. */
  decode(ids) {
    let result = "";
    let bytes = ""; // of neighbouring tokens
    for (const id of ids) {
      const { piece, type } = this.#piece(id);
      if (id === PAD || id === BOS || id === EOS) continue;
      if (type === BYTE) {
        bytes += byteOf(piece);
        continue;
      }
      result += utf8(decoded(bytes));
      bytes = "";
      if (type === UNKNOWN) result += this.#model.unknownSurface;
      else if (type !== CONTROL) result += piece.replaceAll(SPACE, " ");
    }
    result += utf8(decoded(bytes));
    return spaced(this.#denormaliser?.apply(result) ?? result);
  }

  /** The tokens themselves, U+2581 for a space. */
  pieces(ids) {
    return ids.map((id) => decoded(this.#piece(id).piece));
  }

  /** The part of a text that the model sees and a decoder can restore. */
  normalise(text) {
    return spaced(this.#normalised(text));
  }

  #piece(id) {
    const piece = this.#model.pieces[id];
    if (piece === undefined) throw new RangeError(`${id} is not an id of this vocabulary`);
    return piece;
  }

  #normalised(text) {
    return this.#normaliser.apply(utf8(text).replaceAll(SPACE, " "));
  }

  /** Ids and bytes of the pieces of a text; without byte fallback, a run of unknown pieces is one. */
  #segments(text) {
    const bytes = this.#normalised(text);
    const segments = [];
    let start = 0;
    for (const end of this.#segmenter.ends(bytes)) {
      const piece = bytes.slice(start, end);
      const found = this.#ids.get(piece);
      const id = found === undefined || this.#model.pieces[found].type === UNUSED ? UNK : found;
      if (id === UNK && segments.at(-1)?.[0] === UNK) segments.at(-1)[1] += piece;
      else segments.push([id, piece]);
      start = end;
    }
    return segments;
  }
}

/** A text of a `word` model: each word has the space before it. */
function wordEnds(bytes) {
  const ends = [];
  for (let at = bytes.indexOf(SPACE, 1); at > 0; at = bytes.indexOf(SPACE, at + 1)) ends.push(at);
  return bytes ? [...ends, bytes.length] : [];
}

/** A text of a `char` model: characters and symbols. */
function characterEnds(bytes, symbols) {
  const ends = [];
  for (let at = 0; at < bytes.length; ends.push(at)) at += symbols.longestAt(bytes, at) || characterLength(bytes, at);
  return ends;
}

/** The byte that a piece such as <0x41> stands for. */
function byteOf(piece) {
  return packed([parseInt(piece.slice(3, 5), 16)]);
}

/** The text of bytes, with spaces for their marks, and none at its ends. */
function spaced(bytes) {
  const result = decoded(bytes).replaceAll("\u2581", " ");
  let [start, end] = [0, result.length];
  while (result[start] === " ") start++;
  while (end > start && result[end - 1] === " ") end--;
  return result.slice(start, end);
}
