// Normalisation as sentencepiece does it: a table of replacements, the longest match first, and rules for spaces.

import { SPACE, characterLength, packed } from "./utf8.js";

export class Normaliser {
  #spec;
  #spaceAsSuffix;
  #symbols;
  #rules;

  /**
   * spec: as readModel gives it. symbols: a trie of pieces that stay as they are. spaceAsSuffix: the added space stands
   * at the end of the text, not at its start.
   */
  constructor(spec, symbols, { spaceAsSuffix = false } = {}) {
    this.#spec = spec;
    this.#symbols = symbols;
    this.#spaceAsSuffix = spaceAsSuffix;
    this.#rules = spec.rules.length > 0 ? new Rules(spec.rules) : null;
  }

  /** The normal form of a text, both as bytes. */
  apply(text) {
    const { addPrefix, removeExtraSpaces, escapeSpaces } = this.#spec;
    const space = escapeSpaces ? SPACE : " ";
    let at = 0;
    if (removeExtraSpaces) {
      while (at < text.length) {
        const [replacement, length] = this.#next(text, at);
        if (replacement !== " ") break;
        at += length;
      }
    }
    if (at === text.length) return "";
    let normal = addPrefix && !this.#spaceAsSuffix ? space : "";
    let afterSpace = removeExtraSpaces;
    while (at < text.length) {
      let [replacement, length] = this.#next(text, at);
      at += length;
      if (afterSpace && replacement.startsWith(" ")) replacement = replacement.replace(/^ +/, "");
      if (replacement === "") continue;
      afterSpace = removeExtraSpaces && replacement.endsWith(" ");
      normal += replacement.replaceAll(" ", space);
    }
    if (removeExtraSpaces) {
      while (normal.endsWith(space)) normal = normal.slice(0, -space.length);
    }
    return addPrefix && this.#spaceAsSuffix ? normal + space : normal;
  }

  /** What replaces the text at an offset, and how many bytes it replaces. */
  #next(text, at) {
    const symbol = this.#symbols.longestAt(text, at);
    if (symbol > 0) return [text.slice(at, at + symbol), symbol];
    const length = characterLength(text, at);
    return this.#rules?.longestAt(text, at) ?? [text.slice(at, at + length), length];
  }
}

/**
 * The table of replacements: the size of a double-array trie, the trie, and the replacements, each with a zero after it.
 *
 * A unit of the trie (Darts-clone) has 32 bits: 0-7 the byte that leads to it, 8 whether a key ends there, 9 whether the
 * offset counts in steps of 256, 10-31 the offset to its children. The unit of a key's end has bit 31 set, and in the
 * others the position of the replacement.
 */
class Rules {
  #units;
  #replacements;
  #read = new Map(); // position → replacement

  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = view.getUint32(0, true);
    if (size % 4 !== 0 || size + 4 >= bytes.length) throw new Error("the model's table for normalisation is damaged");
    this.#units = Int32Array.from({ length: size / 4 }, (_, unit) => view.getInt32(4 + 4 * unit, true));
    this.#replacements = bytes.subarray(4 + size);
  }

  /** The replacement of the longest key that stands at an offset of the text, and the key's length; null: none does. */
  longestAt(text, at) {
    let unit = this.#units[0];
    let node = offset(unit);
    let found = null;
    for (let end = at; end < text.length; end++) {
      const byte = text.charCodeAt(end);
      node ^= byte;
      unit = this.#units[node];
      if ((unit & 0x800000ff) !== byte) break;
      node ^= offset(unit);
      if (unit & 0x100) found = [this.#units[node] & 0x7fffffff, end + 1 - at];
    }
    return found && [this.#replacement(found[0]), found[1]];
  }

  #replacement(position) {
    let replacement = this.#read.get(position);
    if (replacement === undefined) {
      replacement = packed(this.#replacements.subarray(position, this.#replacements.indexOf(0, position)));
      this.#read.set(position, replacement);
    }
    return replacement;
  }
}

function offset(unit) {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
