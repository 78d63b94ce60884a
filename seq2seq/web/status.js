// What the page says about its own state.

const megabytes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const status = document.getElementById("status");
const progress = document.getElementById("progress");
let calm = ""; // the last sentence without trouble

/** Shows a sentence. */
export function say(text, { trouble = false } = {}) {
  progress.hidden = true;
  status.textContent = text;
  status.classList.toggle("trouble", trouble);
  if (!trouble) calm = text;
}

/** Shows a sentence; if there is trouble, once it is over. */
export function confirm(text) {
  if (status.classList.contains("trouble")) calm = text;
  else say(text);
}

/** Trouble is over: shows the last sentence before it. */
export function recover() {
  if (status.classList.contains("trouble")) say(calm);
}

/** Shows how much of some files is loaded; returns what takes the number of bytes. */
export function showProgress(files) {
  const total = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
  return (loaded) => {
    say(`Loading: ${megabytes.format(loaded / 1e6)} of ${megabytes.format(total / 1e6)} MB`);
    Object.assign(progress, { max: total, value: loaded, hidden: false });
  };
}

/** Shows an error: in its own words, if it has some. A question that a later one has ended is none. */
export function report(error) {
  if (error.name === "AbortError") return;
  say(error.words ?? `The model cannot run here: ${error.message}`, { trouble: true });
}
