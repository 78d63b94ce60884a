// Text as UTF-8 in a string of one character per byte. The rules of sentencepiece count, match and compare bytes; as
// strings these can be cut, joined and looked up.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The mark for a space inside a piece (U+2581). */
export const SPACE = utf8("\u2581");

/** The bytes of a text. A lone surrogate, which UTF-8 cannot write, becomes U+FFFD. */
export function utf8(text) {
  return packed(encoder.encode(text));
}

/** Bytes as a string. */
export function packed(bytes) {
  let string = "";
  for (const byte of bytes) string += String.fromCharCode(byte);
  return string;
}

/** The text of bytes; each byte that is no part of a character becomes U+FFFD. */
export function text(bytes) {
  try {
    return decode(bytes);
  } catch {
    let result = "";
    for (let at = 0, length; at < bytes.length; at += length) {
      length = characterLength(bytes, at);
      try {
        result += decode(bytes.slice(at, at + length));
      } catch {
        result += "\ufffd";
        length = 1;
      }
    }
    return result;
  }
}

/** Bytes of the character that starts at an offset, by its first byte; no more than there are. */
export function characterLength(bytes, at) {
  const first = bytes.charCodeAt(at);
  const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return Math.min(length, bytes.length - at);
}

function decode(bytes) {
  const array = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) array[at] = bytes.charCodeAt(at);
  return decoder.decode(array);
}
