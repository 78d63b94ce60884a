// What the browser remembers of the page; where it does not allow that, the page forgets.

/** What was kept under a name; `otherwise`: nothing was. */
export function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`seq2seq.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps what JSON can hold. */
export function keep(name, value) {
  try {
    localStorage.setItem(`seq2seq.${name}`, JSON.stringify(value));
  } catch {
    // it lasts as long as the page
  }
}
