// Notebook 11: which settings of the gates keep a gradient alive? (experiments/curves/gates.py)

// As init_params(cell, 5, H, rng) draws W_x and W_h, gate by gate, and then the inputs N(0, 1).
const draws = remembered((name, seed, H, D, most) => {
  const rng = generator(seed), {gates} = CELLS[name];
  const blocks = n => Object.fromEntries(gates.map(gate => [gate, rng.uniform(n * H, Math.sqrt(6 / (n + H)))]));
  return {W_x: blocks(D), W_h: blocks(H), x: rng.normal(most * D)};
});

// The slider that is a gate's bias; undefined for a candidate.
function biasOf(gate, {keep, write, read}) {
  return keep.includes(gate) ? 'b_f' : write.includes(gate) ? 'b_i' : read.includes(gate) ? 'b_o' : undefined;
}

// The biases of a gate, unit by unit: those of the gate that keeps are b_f + ln(1 + s u), u evenly on (−1, 1).
function biases(gate, settings, data) {
  const name = biasOf(gate, data), sign = {b_f: 1, b_i: -1}[name] ?? 0;
  return Array.from({length: data.H}, (_, j) => (
    (settings[name] ?? 0) + sign * Math.log1p(settings.spread * (2 * j / (data.H - 1) - 1))));
}

// Weights and inputs of the settings, as gate_network makes them.
function network(name, settings, data) {
  const {H, D, noise, most, candidate, held} = data, {gates} = CELLS[name], width = gates.length * H;
  const {W_x, W_h, x} = draws(name, settings.seed, H, D, most), T = settings.length;
  const w = {W_x: new Float64Array(D * width), W_h: new Float64Array(H * width), b: new Float64Array(width)};
  gates.forEach((gate, g) => {
    const gain = candidate.includes(gate) ? settings.candidate
      : Number(settings.gates !== held || !biasOf(gate, data));
    for (let d = 0; d < noise; d++) for (let j = 0; j < H; j++) w.W_x[d * width + g * H + j] = gain * W_x[gate][d * H + j];
    for (let d = 0; d < H; d++) for (let j = 0; j < H; j++) w.W_h[d * width + g * H + j] = gain * settings.recurrent * W_h[gate][d * H + j];
    const first = {i: 1, z: -1}[gate] ?? 0;
    w.W_x.fill(settings.marker * first, noise * width + g * H, noise * width + (g + 1) * H);
    w.W_x.fill(settings.marker * (gate === 'o'), (noise + 1) * width + g * H, (noise + 1) * width + (g + 1) * H);
    w.b.set(biases(gate, settings, data), g * H);
  });
  const inputs = x.slice(0, T * D);
  for (let t = 0; t < T; t++) inputs.fill(0, t * D + noise, (t + 1) * D);
  inputs[noise] = inputs[(T - 1) * D + noise + 1] = 1;
  return {w, inputs};
}

// Σ over gates of (gradient of its pre-activations) W_xᵀ, for the inputs that are noise: a block H × noise.
function inputGradient(d, gates, w, H, noise) {
  const width = gates.length * H, block = new Float64Array(H * noise);
  gates.forEach((gate, g) => {
    for (let r = 0; r < H; r++) for (let k = 0; k < noise; k++) for (let j = 0; j < H; j++) {
      block[r * noise + k] += d[gate][r * H + j] * w.W_x[k * width + g * H + j];
    }
  });
  return block;
}

// log10 of ∏ of the gate that keeps, from every step to T, for the unit that keeps best; and each unit's half-life.
function directPath(cell, v, T, H, keep) {
  const gate = cell.gates.find(name => keep.includes(name));
  if (gate === undefined) {
    const carousel = cell.states.length > 1;  // c = c_prev + …
    return {direct: carousel ? new Float64Array(T + 1) : null, halfLives: carousel ? Array(H).fill(Infinity) : null};
  }
  const sums = new Float64Array(H), direct = new Float64Array(T + 1);
  for (let t = T - 1; t >= 0; t--) {
    for (let j = 0; j < H; j++) sums[j] += Math.log10(v[gate][t * H + j]);
    direct[t] = Math.max(...sums);
  }
  return {direct, halfLives: [...sums].map(sum => Math.log10(2) * T / Math.abs(sum))};
}

// log10 ‖∂h_T/∂h_k‖ of the tanh RNN of the same gain and seed; the gates do not matter to it.
const reference = remembered((length, recurrent, seed, data) => {
  const {w, inputs} = network('TanhRNN', {...data.start, length, recurrent, seed}, data);
  return jacobianNorms(CELLS.TanhRNN, w, unroll(CELLS.TanhRNN, w, inputs, length, data.H));
}, 200);

const middle = values => {
  const sorted = [...values].sort((a, b) => a - b), n = sorted.length;
  return (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
};

// The earliest step from which on none of the values falls below `least`.
const earliest = (values, least) => values.findLastIndex(value => value < least) + 1;

function compute(settings, {data}) {
  const name = data.cells[settings.cell], cell = CELLS[name], {H, noise, keep} = data, T = settings.length;
  const {w, inputs} = network(name, settings, data), trace = unroll(cell, w, inputs, T, H), m = cell.states.at(-1);
  const total = new Float64Array(T + 1), back = new Float64Array(T);
  pullBack(cell, w, trace, [m], (t, d, log) => {
    total[t] = log + logNorm([d[m + '_prev']], H, H, 2);
    if (t < T) back[t] = log + logNorm([inputGradient(d, cell.gates, w, H, noise)], H, noise, 2);
  });
  const squashing = cell.gates.filter(gate => biasOf(gate, data)), {recurrent, seed} = settings;
  const extreme = squashing.map(gate => trace.v[gate].filter(value => value < .1 || value > .9).length);
  const saturated = squashing.length ? extreme.reduce((sum, n) => sum + n) / (squashing.length * T * H) : null;
  return {name, cell, data, T, total, inputs: back, v: trace.v, m, saturated, reach: T - earliest(total, -3),
    reference: reference(T, recurrent, seed, data), ...directPath(cell, trace.v, T, H, keep)};
}

const steps = number => (number < 100 ? `${fixed(number, 1)} steps` : number === Infinity ? 'endless' : `${fixed(number, 0)} steps`);

function words({T, reach, inputs, saturated, halfLives, name}) {
  const parts = [];
  if (!halfLives) parts.push('No direct path.');
  else if (halfLives[0] === Infinity && name === 'NoForgetLSTM') parts.push('Half-life of the direct path: endless.');
  else parts.push(`Half-life of the direct path: ${steps(middle(halfLives))} (median unit), ${steps(Math.max(...halfLives))} (longest).`);
  parts.push(`A gradient of at least 1/1000 reaches back to step ${T - reach} (${reach} of ${T} steps).`);
  parts.push(`First input: ${power(inputs[0])}.`);
  if (saturated !== null) parts.push(`Saturated gate values: ${Math.round(100 * saturated)} %.`);
  return asHtml(parts.join(' '));
}

function measures({T, total, inputs, direct, halfLives, reach, saturated}) {
  return {length: T, total: total[0], direct: direct?.[0] ?? NaN, 'first input': inputs[0], reach, saturated: saturated ?? NaN,
    'shortest half-life': halfLives ? Math.min(...halfLives) : NaN, 'longest half-life': halfLives ? Math.max(...halfLives) : NaN};
}
