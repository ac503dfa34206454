// Random numbers exactly as NumPy's np.random.default_rng(seed) draws them, for whole seeds below 2^32, so
// that a page can repeat, number for number, what a Python script has computed.

// O'Neill's seed_seq as in NumPy's SeedSequence: one integer is stirred into eight well mixed 32-bit words.
function seedWords(seed) {
  const fold = (word) => word ^ (word >>> 16);
  const hasher = (constant, factor) => (word) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, factor);
    return fold(Math.imul(mixed, constant));
  };
  const stir = hasher(0x43b0d7e5, 0x931e8875), output = hasher(0x8b51f9dd, 0x58f38ded);
  const pool = [seed, 0, 0, 0].map(stir);
  for (let pair = 0; pair < 16; pair++) {
    const from = pair >> 2, to = pair & 3;
    if (from === to) continue;
    pool[to] = fold(Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, stir(pool[from])));
  }
  return [...pool, ...pool].map(output);
}

// The ziggurat (Marsaglia and Tsang 2000) for exp(-x²/2): 256 layers of equal area, the lowest with the tail
// beyond r; `edge` is a layer's right end, `height` the curve there. NumPy's table was computed in doubles,
// and rounding errors grow from layer to layer. To repeat it to the last bit in every browser, exp and log
// are rounded correctly here, by way of fixed-point numbers with 120 binary digits.
const normalLayers = (() => {
  const one = 1n << 120n;
  const toFixed = (number) => BigInt(number * 2 ** 120);
  const toNumber = (fixed) => Number(fixed) / 2 ** 120;
  const fixedExp = (x) => {
    let sum = one;
    for (let term = x, k = 2n; term !== 0n; k++) {  // Taylor: 1 + x + x²/2 + x³/6 ...
      sum += term;
      term = term * x / (k * one);
    }
    return sum;
  };
  const curve = (x) => toNumber(fixedExp(toFixed(-0.5 * x * x)));
  const log = (y) => {  // one Newton step doubles the digits of Math.log
    const guess = toFixed(Math.log(y)), power = fixedExp(guess);
    return toNumber(guess + (toFixed(y) - power) * one / power);
  };
  const r = 3.6541528853610088, area = 0.004928673233974652;  // r: NumPy's; area: follows from its table
  const edge = new Float64Array(256), height = new Float64Array(256).fill(1);  // height[0]: the top, 1
  for (let layer = 255; layer > 0; layer--) {
    const below = layer + 1;
    edge[layer] = layer === 255 ? r : Math.sqrt(-2 * log(area / edge[below] + height[below]));
    height[layer] = curve(edge[layer]);
    if (layer === 38) height[layer] += 2 ** -53;  // here, near a tie, NumPy's table is rounded the other way
  }
  return { r, edge, height, base: area / height[255] };  // base: the lowest layer's width if it had no tail
})();

function generator(seed) {
  // PCG64 (O'Neill 2014, XSL-RR 128/64): state = state * multiplier + increment mod 2^128, in 16-bit limbs,
  // lowest first: all sums of products are exact in plain numbers, which are far faster than BigInt.
  const multiplier = [0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360];
  const words = seedWords(seed);
  const limbs = (order) => order.flatMap((i) => [words[i] & 0xffff, words[i] >>> 16]);
  const increment = Float64Array.from(limbs([6, 7, 4, 5]), (limb, i) => 2 * limb + (i === 0 ? 1 : 0));
  const state = Float64Array.from(limbs([2, 3, 0, 1]), (limb, i) => limb + increment[i]);
  let high, low;                        // the two halves of the last 64-bit output
  let spare, hasSpare = false;          // the half that a 32-bit draw leaves for the next 32-bit draw
  const next64 = () => {
    for (let i = 7; i >= 0; i--) {      // from the top, since limb i needs the old limbs below it
      let sum = increment[i];
      for (let j = 0; j <= i; j++) sum += state[j] * multiplier[i - j];
      state[i] = sum;
    }
    for (let i = 0, carry = 0; i < 8; i++) {
      const sum = state[i] + carry;
      carry = Math.floor(sum / 65536);
      state[i] = sum - carry * 65536;
    }
    // Output: the halves of the state xor-ed, then rotated right by the number in the top six bits.
    const upper = (state[7] ^ state[3]) << 16 | (state[6] ^ state[2]);
    const lower = (state[5] ^ state[1]) << 16 | (state[4] ^ state[0]);
    const turn = state[7] >>> 10, shift = turn & 31, left = 31 - shift;
    const first = turn < 32 ? upper : lower, second = turn < 32 ? lower : upper;
    high = (first >>> shift | second << 1 << left) >>> 0;
    low = (second >>> shift | first << 1 << left) >>> 0;
  };
  next64();                             // seeding ends with a step
  const next32 = () => {
    hasSpare = !hasSpare;
    if (!hasSpare) return spare;
    next64();
    spare = high;
    return low;
  };
  const random = () => {                // the top 53 bits, as a fraction
    next64();
    return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
  };
  const normal = () => {
    const { r, edge, height, base } = normalLayers;
    for (;;) {
      next64();                         // from the lowest bit: 8 for the layer, 1 the sign, 52 the place
      const layer = low & 0xff, sign = low & 0x100 ? -1 : 1, tailSign = low & 0x20000 ? -1 : 1;
      const place = ((high & 0x1fffffff) * 2 ** 23 + (low >>> 9)) / 2 ** 52;
      const x = place * (layer > 0 ? edge[layer] : base);
      if (x < (layer > 0 ? edge[layer - 1] : r)) return sign * x;  // safely under the curve: 99 of 100 draws
      while (layer === 0) {             // in the tail beyond r (Marsaglia 1964)
        const beyond = -(1 / r) * Math.log1p(-random()), y = -Math.log1p(-random());
        if (y + y > beyond * beyond) return tailSign * (r + beyond);
      }
      const y = (height[layer - 1] - height[layer]) * random() + height[layer];
      if (y < Math.exp(-0.5 * x * x)) return sign * x;  // a point of the layer's rim, under the curve
    }
  };
  const integer = (limit) => {          // Lemire (2019): the top half of word * limit, for fair words only
    for (;;) {
      const word = next32(), bottom = Math.imul(word, limit) >>> 0;
      // The product may exceed 2^53, but its rounding error, at most 2^10, vanishes beside 2^32.
      if (bottom >= 2 ** 32 % limit) return Math.round((word * limit - bottom) / 2 ** 32);
    }
  };
  return {
    random,
    uniform: (n, limit) => new Float64Array(n).map(() => -limit + 2 * limit * random()),
    normal: (n) => new Float64Array(n).map(normal),
    integers: (n, limit) => Array.from({ length: n }, () => limit > 1 ? integer(limit) : 0),  // 1: no draw
  };
}

// What is made once and kept, by the numbers and names it was made for (an explorer's data are the same all the time);
// all is forgotten when it becomes too much.
function remembered(make, most = 50) {
  const kept = new Map();
  return (...given) => {
    const key = given.join();
    if (!kept.has(key)) {
      if (kept.size >= most) kept.clear();
      kept.set(key, make(...given));
    }
    return kept.get(key);
  };
}
