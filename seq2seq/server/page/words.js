// Sub-word pieces to words, and attention between pieces to attention between words.

const SPACE = "\u2581"; // begins the piece that begins a word
const BYTE = /^<0x([0-9A-F]{2})>$/;

/** The words of some pieces: [{text, pieces}], where pieces are the indices of those that a word consists of. */
export function wordsOf(pieces) {
  const words = [];
  pieces.forEach((piece, index) => {
    if (index === 0 || piece.startsWith(SPACE)) words.push({ parts: [], pieces: [] });
    words.at(-1).parts.push(piece.replaceAll(SPACE, ""));
    words.at(-1).pieces.push(index);
  });
  return words.map(({ parts, pieces }) => ({ text: spelt(parts), pieces })).filter(({ text }) => text !== "");
}

/** The text of pieces, of which some are single bytes. */
function spelt(parts) {
  let text = "";
  let bytes = [];
  const flush = () => {
    text += new TextDecoder().decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (const part of parts) {
    const byte = BYTE.exec(part);
    if (byte) bytes.push(Number.parseInt(byte[1], 16));
    else {
      flush();
      text += part;
    }
  }
  flush();
  return text;
}

/**
 * Attention between words: for each word of the target, {index of a word of the source: weight}.
 *
 * alignment: [piece of the target, piece of the source, weight]; a weight of a word is the mean over its pieces of the
 * sums of theirs.
 */
export function attention(alignment, sources, targets) {
  const wordOf = (words) => new Map(words.flatMap(({ pieces }, word) => pieces.map((piece) => [piece, word])));
  const [from, to] = [wordOf(sources), wordOf(targets)];
  const found = targets.map(() => ({}));
  for (const [target, source, weight] of alignment) {
    const [word, other] = [to.get(target), from.get(source)];
    if (word === undefined || other === undefined) continue; // the end of the sentence
    found[word][other] = (found[word][other] ?? 0) + weight / targets[word].pieces.length;
  }
  return found;
}
