// Says how a program asks a model for a forecast.

import { byId } from "./web/views/parts.js";

const VALUES = [112, 118, 132, null, 121, 135]; // null: a value that is missing
const FIRST = "2026-01-01";

/** Shows what the model reads, and a request that it answers. */
export function showForecaster(model, read) {
  const { frequency, horizon, context, channels, known_covariates: known, past_covariates: past } = read;
  if (channels.length > 0) {
    byId("reads").textContent = `This model forecasts ${channels.join(", ")} together; requests have one channel.`;
    byId("example").textContent = "seq2seq forecast MODEL series.csv";
    return;
  }
  const numbers = [...known, ...past];
  const beside = numbers.length > 0 ? `, and beside the values: ${numbers.join(", ")}` : "";
  const steps = `${context} ${frequency ?? "numbered"} steps`;
  byId("reads").textContent = `This model reads up to ${steps}, and forecasts ${horizon}${beside}.`;
  const start = frequency === null ? {} : { start: FIRST };
  const zeros = (length) => Array.from({ length }, () => 0);
  const lengths = numbers.map((name) => [name, VALUES.length + (known.includes(name) ? horizon : 0)]);
  const covariates = Object.fromEntries(lengths.map(([name, length]) => [name, zeros(length)]));
  const series = { ...start, values: VALUES, ...(numbers.length > 0 ? { covariates } : {}) };
  const asked = JSON.stringify({ model, series }).replaceAll("'", "\\u0027");
  byId("example").textContent = [
    `curl ${new URL("v1/forecast", location.href)} \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${asked}'`,
  ].join("\n");
}
