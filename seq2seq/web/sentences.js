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
  const segmenter = new Intl.Segmenter(language || undefined, { granularity: "sentence" });
  return Array.from(segmenter.segment(line), ({ segment }) => segment);
}
