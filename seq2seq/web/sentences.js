import { goesOn } from "./abbreviations.js";

/**
 * The sentences of a text, in order: {before, sentence}, where before is the white space in front of it. The last one may
 * be empty, with the white space at the end of the text.
 */
export function sentencesOf(text, language) {
  const parts = text.split(/(\n)/).flatMap((part) => (part.trim() ? split(part, language) : [part]));
  const sentences = [];
  let before = "";
  for (const part of parts) {
    const sentence = part.trim();
    if (sentence === "") {
      before += part;
      continue;
    }
    const start = part.indexOf(sentence);
    sentences.push({ before: before + part.slice(0, start), sentence });
    before = part.slice(start + sentence.length);
  }
  return before ? [...sentences, { before, sentence: "" }] : sentences;
}

function split(line, language) {
  if (!Intl.Segmenter) return [line];
  const sentences = [];
  for (const { segment } of segmenterOf(language).segment(line)) {
    const text = sentences.at(-1);
    if (text && goesOn(text, segment, language)) sentences[sentences.length - 1] += segment;
    else sentences.push(segment);
  }
  return sentences;
}

/** A language that is no tag of BCP 47 has the browser's own rules. */
function segmenterOf(language) {
  const options = { granularity: "sentence" };
  try {
    return new Intl.Segmenter(language || undefined, options);
  } catch {
    return new Intl.Segmenter(undefined, options);
  }
}
