/** A graph in ONNX Runtime, from arrays to arrays. */
export class Network {
  #ort;
  #session;

  constructor(ort, session) {
    this.#ort = ort;
    this.#session = session;
  }

  /** graph: the content of a file, a Uint8Array. ort: ONNX Runtime. options: of the session. */
  static async open(graph, ort, options = {}) {
    const quiet = { logSeverityLevel: 3 }; // errors; warnings are about what its optimiser leaves as it is
    return new Network(ort, await ort.InferenceSession.create(graph, { ...quiet, ...options }));
  }

  /**
   * Computes some outputs.
   *
   * inputs: {name: {data, dims}}; a Float64Array is one of doubles, all else is whole numbers. wanted: the names of the
   * outputs. Returns {name: {data, dims}}, where whole numbers are numbers, not BigInt.
   */
  async run(inputs, wanted) {
    const feeds = Object.entries(inputs).map(([name, { data, dims }]) => [name, this.#tensor(data, dims)]);
    const results = await this.#session.run(Object.fromEntries(feeds), wanted);
    const outputs = wanted.map((name) => {
      const { data, dims } = results[name];
      return [name, { data: data instanceof BigInt64Array ? Array.from(data, Number) : data.slice(), dims }];
    });
    for (const tensor of Object.values(results)) tensor.dispose();
    return Object.fromEntries(outputs);
  }

  #tensor(data, dims) {
    if (data instanceof Float64Array) return new this.#ort.Tensor("float64", data, dims);
    return new this.#ort.Tensor("int64", BigInt64Array.from(data, BigInt), dims);
  }
}
