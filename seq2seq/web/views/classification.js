import { byId, listen, showLanguage, showNotes } from "./parts.js";

const MOST = 10; // labels that are shown
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** Shows the view. Returns what starts it, given a classifier, and gives what classifies anew. showMore: shows what else the results have. */
export function showClassification({ languages }, showMore = () => {}) {
  showLanguage(byId("source"), byId("source-name"), languages.source);
  return async (classifier) => {
    let latest = 0;
    const now = listen(async (text) => {
      const call = ++latest;
      const result = await classifier.classify(text.replace(/\s+/g, " "));
      if (call !== latest) return;
      show(result);
      showMore(result);
    });
    await now();
    return now;
  };
}

function show(result) {
  const { labels, cut } = result;
  const [best] = labels;
  byId("target").textContent = best ? `${best[0]}, ${percent.format(best[1])}` : "";
  byId("labels").hidden = !best;
  byId("labels").tBodies[0].replaceChildren(...labels.slice(0, MOST).map(([label, probability]) => row(label, probability)));
  showNotes([result], cut ? ["The text is too long; its end is not read."] : []);
}

function row(label, probability) {
  const [name, bar, share] = ["th", "td", "td"].map((kind) => document.createElement(kind));
  Object.assign(name, { scope: "row", textContent: label, dir: "auto" });
  const meter = Object.assign(document.createElement("meter"), { max: 1, value: probability });
  meter.setAttribute("aria-hidden", "true"); // the number beside it says the same
  bar.append(meter);
  share.textContent = percent.format(probability);
  const line = document.createElement("tr");
  line.append(name, bar, share);
  return line;
}
