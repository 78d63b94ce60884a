// Where a full stop ends no sentence, which Intl.Segmenter does not know.

const ANYWHERE = "dr mr mrs ms prof st";
/** Abbreviations that a word follows, by language, in lower case and without the last full stop. */
const LISTS = {
  cs: "dr ing mgr např p prof sv tzv ul",
  da: "bl.a dr f.eks fr hr prof",
  de: "abs bzw ca d dipl dr evtl fr ggf hr hrn i ing inkl mag mio mrd n o prof s sog st u v vgl z",
  en: "capt cf col cpl dr e.g fig gen gov hon i.e lt maj messrs mr mrs ms mt pres prof rep rev sen sgt st vs",
  es: "dr dra gral p.ej prof sr sra sres srta sta sto ud uds",
  fr: "cf dr mlle mm mme mmes p.ex pr st ste",
  it: "avv dott dott.ssa ing p.es prof sig sig.ra sigg",
  nb: "bl.a dr f.eks fr hr prof",
  nl: "bijv dhr dr drs ing ir mevr mr mw prof",
  no: "bl.a dr f.eks fr hr prof",
  pl: "dr gen im inż ks m.in mgr np płk prof św tzw ul",
  pt: "dr dra exmo p.ex prof sr sra srta sto",
  ru: "акад гр им проф св т.е т.к тов ул",
  sk: "dr ing mgr napr p prof sv tzv ul",
  sv: "bl.a dr fr hr prof s.k t.ex",
  uk: "акад гр ім проф св т.зв вул",
};
/** Abbreviations that a number follows: "No. 5", but "No. Never." */
const NUMBERED = new Set("abb abs art bd cap fig nº no nos nr p pp s tab vol".split(" "));
/** "am 3. Mai": other languages write their months small, which Intl.Segmenter knows. */
const GERMAN_DATE = /(?:^|\s)\d\d?\.[^\S\r\n\u2028\u2029]*$/u;
const GERMAN_MONTH = /^(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jänner)\b/u;
const LAST_WORD = /([^\s()[\]{}"“”„«»‘’'/–—-]+)\.[^\S\r\n\u2028\u2029]*$/u;
const INITIAL = /(?:^|\P{L})\p{Lu}$/u;

/** Whether a sentence goes on: `text` ends in an abbreviation, an initial or a date's day, and `next` follows it. */
export function goesOn(text, next, language) {
  const [, word] = text.match(LAST_WORD) ?? [];
  if (word === undefined) return false;
  const [base] = (language || "").toLowerCase().split("-");
  if (base === "de" && GERMAN_DATE.test(text) && GERMAN_MONTH.test(next)) return true;
  const known = (LISTS[base] ?? ANYWHERE).split(" ");
  const plain = word.toLowerCase();
  return INITIAL.test(word) || known.includes(plain) || (NUMBERED.has(plain) && /^\d/u.test(next));
}
