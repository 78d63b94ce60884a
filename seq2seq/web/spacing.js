// The white space between two translated sentences: seq2seq/documents/sentences.py, separator.

// Behind the scripts are marks and numbers without one; script extensions would have them, and others besides.
const UNSPACED_WORD =
  /^(?=[\p{L}\p{N}\p{M}])[\p{sc=Thai}\p{sc=Lao}\p{sc=Myanmar}\p{sc=Khmer}\p{sc=Tibetan}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}\u3006\u302a-\u302d\u3031-\u3035\u303c\u3099\u309a\u30fc\u3192-\u3195\u3220-\u3229\u3280-\u3289\uff70\uff9e\uff9f]$/u;
const WIDE_MARK = /^(?=\p{P})[\u2329\u232a\u3000-\u303f\u30a0\u30fb\ufe10-\ufe6f\uff00-\uff60]$/u;

/** Whether no space is expected beside a character: one of a script without spaces, or a mark of such a script. */
export const isUnspaced = (character) => UNSPACED_WORD.test(character) || WIDE_MARK.test(character);

/**
 * The white space between two translations.
 *
 * before, after: sentence and translation, as {sentence, text}. between: the white space between the sentences.
 */
export function separator(before, between, after) {
  if (!before.text || !after.text) return between;
  const unspaced = isUnspaced(last(before.text)) && isUnspaced(first(after.text));
  if (isUnspaced(last(before.sentence)) && isUnspaced(first(after.sentence))) return between || (unspaced ? "" : " ");
  return unspaced && between === " " ? "" : between;
}

const first = (text) => String.fromCodePoint(text.codePointAt(0));
const last = (text) => text.match(/.$/su)?.[0] ?? "";
