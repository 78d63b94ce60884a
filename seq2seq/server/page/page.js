// Asks the server what it has, and shows the view of a task.

import { ServerError, ask, keyNeeded } from "./api.js";
import { showClassifier } from "./classifier.js";
import { showForecaster } from "./forecaster.js";
import { showGenerator } from "./generator.js";
import { showTranslation } from "./translation.js";
import { showSynthesizer } from "./vectors/synthesizer.js";
import { confirm, report } from "./web/status.js";
import { byId } from "./web/views/parts.js";

const TITLES = {
  translation: "Translate",
  classification: "Classify",
  generation: "Generate",
  synthesis: "Synthesize",
  forecasting: "Forecast",
};

/** What starts the view of a task, whose template is in the page. */
const START = {
  translation: async () => showTranslation(await ask("languages"), await ask("frontend/settings"))(),
  classification: ({ name }) => showClassifier(name),
  generation: ({ name, tags }) => showGenerator(name, tags),
  synthesis: ({ name, tags, vectors }) => showSynthesizer(name, tags, vectors),
  forecasting: ({ name, series }) => showForecaster(name, series),
};

async function show(models) {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const model = models.find(({ task, name }) => task === wanted || name === wanted) ?? models[0];
  const template = byId(model.task);
  byId("main").append(template.content.cloneNode(true));
  byId("title").textContent = document.title = TITLES[model.task];
  byId("tasks").replaceChildren(...entries(models).map(([address, words, own]) => link(address, words, own(model))));
  byId("tasks").hidden = byId("tasks").childElementCount < 2;
  const shown = model.task === "translation" ? models.filter(({ task }) => task === "translation") : [model];
  const names = shown.map(({ name, license }) => (license ? `${name} (${license})` : name));
  byId("about").textContent = `Model${names.length > 1 ? "s" : ""}: ${names.join(", ")}`;
  await START[model.task](model);
  confirm("Ready.");
}

/** Where the page can go: the translator, which has all its models, and each other model. */
function entries(models) {
  const found = new Map();
  const counts = new Map();
  for (const { task } of models) counts.set(task, (counts.get(task) ?? 0) + 1);
  for (const { task, name } of models) {
    if (task === "translation") found.set(task, [task, TITLES[task], (model) => model.task === task]);
    else if (counts.get(task) === 1) found.set(name, [task, TITLES[task], (model) => model.name === name]);
    else found.set(name, [name, `${TITLES[task]}: ${name}`, (model) => model.name === name]);
  }
  return [...found.values()];
}

function link(address, words, current) {
  const element = Object.assign(document.createElement("a"), { href: `#${encodeURIComponent(address)}`, textContent: words });
  if (current) element.setAttribute("aria-current", "page");
  return element;
}

async function start() {
  try {
    const { data } = await ask("v1/models");
    const models = data.filter(({ task }) => task in TITLES);
    if (models.length === 0) throw new ServerError("The server has no model that works; its log says why.");
    addEventListener("hashchange", () => location.reload()); // which also ends what the last view has asked for
    await show(models);
  } catch (error) {
    report(error);
  }
}

await keyNeeded(byId("key-part"), byId("key"));
await start();
