// The random numbers of NumPy's default_rng, so that a seed gives the same output as in Python.
//
// PCG64 (O'Neill 2014, PCG-XSL-RR 128/64), seeded by a hash of all seeds (NumPy's SeedSequence, after O'Neill's seed_seq).

const POOL = 4; // words of 32 bits
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const word = (value) => BigInt.asUintN(32, value);

/** Numbers in [0, 1): those of numpy.random.default_rng(seeds).random(count). seeds: whole numbers from 0, BigInt too. */
export function uniforms(seeds, count) {
  const [high, low, sequenceHigh, sequenceLow] = seedWords(seeds);
  const increment = BigInt.asUintN(128, ((sequenceHigh << 64n | sequenceLow) << 1n) | 1n);
  const step = (state) => BigInt.asUintN(128, state * MULTIPLIER + increment);
  let state = step(BigInt.asUintN(128, increment + (high << 64n | low)));
  return Float64Array.from({ length: count }, () => {
    state = step(state);
    const mixed = BigInt.asUintN(64, (state >> 64n) ^ state);
    const turn = state >> 122n;
    return Number(BigInt.asUintN(64, (mixed >> turn) | (mixed << (64n - turn))) >> 11n) / 2 ** 53;
  });
}

/** Four words of 64 bits, to which all of the seeds contribute. */
function seedWords(seeds) {
  const given = seeds.flatMap((seed) => words(BigInt(seed)));
  let constant = 0x43b0d7e5n;
  const hashed = (value) => {
    const mixed = value ^ constant;
    constant = word(constant * 0x931e8875n);
    const product = word(mixed * constant);
    return product ^ (product >> 16n);
  };
  const pool = Array.from({ length: POOL }, (_, place) => hashed(given[place] ?? 0n));
  const add = (place, value) => {
    const mixed = word(0xca01f9ddn * pool[place] - 0x4973f715n * hashed(value));
    pool[place] = mixed ^ (mixed >> 16n);
  };
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) if (from !== to) add(to, pool[from]);
  }
  for (const value of given.slice(POOL)) for (let to = 0; to < POOL; to++) add(to, value);

  constant = 0x8b51f9ddn;
  const state = Array.from({ length: 8 }, (_, place) => {
    const mixed = pool[place % POOL] ^ constant;
    constant = word(constant * 0x58f38dedn);
    const product = word(mixed * constant);
    return product ^ (product >> 16n);
  });
  return [0, 2, 4, 6].map((place) => state[place] | (state[place + 1] << 32n));
}

/** The words of 32 bits of a number, the lowest first; one for 0. */
function words(number) {
  return number < 2n ** 32n ? [number] : [word(number), ...words(number >> 32n)];
}
