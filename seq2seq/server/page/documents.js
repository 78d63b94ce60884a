// Documents that are dropped on the page, or chosen.

import { askForFile } from "./api.js";
import { recover, report, say } from "./web/status.js";
import { byId } from "./web/views/parts.js";

/** Translates documents; languages: gives the chosen ones. */
export function translateDocuments(languages) {
  listen(languages);
  byId("choose").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", () => {
    translate([...byId("file").files], languages());
    byId("file").value = "";
  });
}

/** Documents may be dropped anywhere; they are no pages to open. */
function listen(languages) {
  const shows = (dropping) => byId("main").classList.toggle("dropping", dropping);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    shows(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? shows(false));
  addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    shows(false);
    translate([...event.dataTransfer.files], languages());
  });
}

async function translate(files, languages) {
  for (const file of files) {
    say(`Translating ${file.name} …`);
    try {
      const form = new FormData();
      for (const [name, value] of Object.entries(languages)) form.append(name, value);
      form.append("file", file);
      offer(await askForFile("v1/translate_file", form), file.name, languages.target);
      say("Ready.");
      recover();
    } catch (error) {
      report(error);
      return;
    }
  }
}

/** A link to a translated document: letter.de.docx for letter.docx. */
function offer(document_, name, language) {
  const place = name.lastIndexOf(".");
  const [stem, ending] = place > 0 ? [name.slice(0, place), name.slice(place)] : [name, ""];
  const download = `${stem}.${language}${ending}`;
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(document_),
    download,
    textContent: `Save ${download}`,
  });
  const item = document.createElement("li");
  item.append(link);
  byId("documents").append(item);
}
