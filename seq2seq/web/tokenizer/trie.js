/** Keys (strings of bytes) and a number for each, found by the prefixes of a text. */
export class Trie {
  #edges = new Map(); // node * 256 + byte → node
  #values = [-1]; // -1: no key ends here

  /** Whether it holds no key. */
  get empty() {
    return this.#values.length === 1;
  }

  add(key, value) {
    let node = 0;
    for (let at = 0; at < key.length; at++) {
      const edge = node * 256 + key.charCodeAt(at);
      let next = this.#edges.get(edge);
      if (next === undefined) {
        next = this.#values.length;
        this.#values.push(-1);
        this.#edges.set(edge, next);
      }
      node = next;
    }
    this.#values[node] = value;
  }

  /** Calls visit(end, value) for each key that stands at an offset of the text, from the shortest to the longest. */
  visitPrefixes(text, at, visit) {
    let node = 0;
    while (at < text.length) {
      node = this.#edges.get(node * 256 + text.charCodeAt(at++));
      if (node === undefined) return;
      if (this.#values[node] >= 0) visit(at, this.#values[node]);
    }
  }

  /** Bytes of the longest key that stands at an offset of the text; 0: none does. */
  longestAt(text, at) {
    let length = 0;
    this.visitPrefixes(text, at, (end) => (length = end - at));
    return length;
  }
}
