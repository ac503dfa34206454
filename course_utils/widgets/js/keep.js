// Notebook 20: what is left of a number after a lag, and how full its memory is (experiments/curves/keeping.py)

const powers = (q, n) => (q === 1 ? n : (1 - q ** n) / (1 - q));  // 1 + q + … + q^(n−1)

// The memory m = keeps m + writes x, x ~ N(0, 1), at each lag.
function linear(keeps, writes, lags) {
  const log = Math.log10(writes), step = Math.log10(keeps);
  return {keeps: lags.map(() => keeps), writes: lags.map(() => writes), left: lags.map(T => log + T * step),
    size: lags.map(T => writes * Math.sqrt(powers(keeps ** 2, T + 1)))};
}

// The sLSTM's c / n: what it writes is divided by all that was written, so that i cancels.
function normalised(keep, lags) {
  const n = T => powers(keep, T + 1);
  return {keeps: lags.map(T => keep * powers(keep, T) / n(T)), writes: lags.map(T => 1 / n(T)),
    left: lags.map(T => T * Math.log10(keep) - Math.log10(n(T))),
    size: lags.map(T => Math.sqrt(powers(keep ** 2, T + 1)) / n(T))};
}

function lstm(keep, write, lags, median) {
  const {left: inside, ...memory} = linear(keep, write, lags);
  return {...memory, inside, left: inside.map((log, k) => log - 2 * Math.log10(Math.cosh(median * memory.size[k])))};
}

const stream = remembered((seed, n) => generator(seed).normal(n));

// The tanh RNN's units, run side by side: log10 of tanh′ α tanh′ … since the first input, and their states, step by step.
const ran = remembered((keep, write, {most, units: H, seed}) => {
  const T = most + 1, w = {W_x: new Float64Array(H * H), W_h: new Float64Array(H * H), b: new Float64Array(H)};
  for (let j = 0; j < H; j++) [w.W_x[j * H + j], w.W_h[j * H + j]] = [write, keep];
  const {v} = unroll(CELLS.TanhRNN, w, stream(seed, T * H), T, H), [slope] = localDerivatives(CELLS.TanhRNN, w, v, T, H);
  const passed = slope.map(Math.log10), step = Math.log10(keep);
  for (let n = H; n < T * H; n++) passed[n] += passed[n - H] + step;
  return {passed, h: v.h};
});

function run(keep, write, lags, data) {
  const {passed, h} = ran(keep, write, data), H = data.units, log = Math.log10(write);
  const middle = T => passed.slice(T * H, (T + 1) * H).sort()[H >> 1], first = middle(0), logs = lags.map(middle);
  const size = T => Math.sqrt(h.subarray((T + 1) * H, (T + 2) * H).reduce((sum, value) => sum + value * value, 0) / H);
  return {keeps: logs.map((value, k) => 10 ** ((value - first) / lags[k])), writes: lags.map(() => write * 10 ** first),
    left: logs.map(value => value + log), size: lags.map(size)};
}

function compute({nines, write, lag}, {data}) {
  const keep = 1 - 10 ** -nines, lags = [...data.lags, lag], share = keep / (keep + write);
  const cells = {LSTM: lstm(keep, write, lags, data.median), 'GRU, minGRU': linear(keep, 1 - keep, lags),
    minLSTM: linear(share, 1 - share, lags), sLSTM: normalised(keep, lags),
    'RG-LRU': linear(keep, Math.sqrt(1 - keep ** 2) * write, lags), 'tanh RNN': run(keep, write, lags, data)};
  return {lag, nines, keep, write, cells, data};
}

// The places of the two pairs of axes and of the columns of the table below them.
function places(width) {
  const narrow = width < 560, axes = narrow ? 190 : 235, half = Math.round(width / 2), row = narrow ? 16 : 18;
  const columns = narrow ? [30, .53, .69, .85, .995] : [46, .42, .68, .85, .985];
  return {narrow, axes, half, row, height: axes + 9 * row, columns: columns.map((x, k) => (k ? Math.round(x * width) : x))};
}

const FORMULAS = {  // what multiplies the memory, and the input
  LSTM: ['*α*', '*i*'], 'GRU, minGRU': ['*α*', '1 − *α*'], minLSTM: ['*α*/(*α* + *i*)', '*i*/(*α* + *i*)'],
  sLSTM: ['*αn*_{T−1}/*n*_T', '*i*/*n*_T'], 'RG-LRU': ['*α*', '√(1 − *α*^2) *i*'], 'tanh RNN': ['*α* tanh′', '*i* tanh′']};

// A size in two digits.
const short = number => (number < .001 ? power(Math.log10(number)) : number.toPrecision(2));

// Shaped like a Panel: a row a cell, what it keeps and writes, what is left and how large the memory is.
function table({cells, data}, {narrow, axes, row, columns}) {
  const at = (x, y, text, more = 'text-anchor="end"') => `<text x="${x}" y="${y}" ${more}>${asSvg(text)}</text>`;
  const lines = [], write = (name, numbers, {colour, dash, width = 2.5}) => {
    const y = axes + 16 + (lines.length + 1) * row, sample = `stroke-width="${width}" stroke-dasharray="${dash}"`;
    lines.push(`<path class="line" style="--c:${colour}" ${sample} d="M4 ${y - 4}H${columns[0] - 10}"/>`
      + at(columns[0], y, name, `class="text" style="--c:${colour}"`)
      + numbers.map((text, n) => at(columns[n + 1], y, text)).join(''));
  };
  for (const [name, {keeps, writes, left, size}] of Object.entries(cells)) {
    const factors = [keeps, writes].map((values, n) => `${narrow ? '' : `${FORMULAS[name][n]} = `}${fixed(values.at(-1), 4)}`);
    write(name, [...factors, power(left.at(-1)), short(size.at(-1))], data.lines[name]);
  }
  write('LSTM, ∂*c*_T/∂*x*_0', ['', '', power(cells.LSTM.inside.at(-1)), ''], {colour: data.lines.LSTM.colour, dash: '', width: 1});
  const heads = ['keeps', 'writes', '∂*h*_T/∂*x*_0', 'size'].map((head, k) => at(columns[k + 1], axes + 13, head)).join('');
  return {parts: () => ({frame: `${heads}<path class="axis" d="M4 ${axes + row + 1}H${columns.at(-1)}"/>`, words: lines.join('')})};
}

function curves(found, ghost, what, box, options) {
  const {data, lag, cells} = found, x = data.lags.map(Math.log10), end = x.length, now = Math.log10(lag);
  const panel = new Panel(box, {xlim: [0, 3], xpowers: true, powers: true, xlabel: 'lag *T* in steps', ...options});
  const logs = cell => cell[what].slice(0, end).map(what === 'size' ? Math.log10 : log => log);
  panel.line([now, now], options.ylim, GREY, {width: 1});
  for (const [name, cell] of Object.entries(ghost?.cells ?? {})) panel.line(x, logs(cell), data.lines[name].colour, {width: 4, ghost: true});
  for (const [name, cell] of Object.entries(cells)) panel.line(x, logs(cell), data.lines[name].colour, {width: 2.5, dash: data.lines[name].dash});
  return panel;
}

function draw(found, {width, ghost}) {
  const at = places(width), {axes, half, narrow} = at, {lag, cells, data} = found, {colour} = data.lines.LSTM;
  const left = curves(found, ghost, 'left', {x: 0, y: 0, w: half, h: axes}, {ylim: [-8, 0], ylabel: '∂*h*_T/∂*x*_0'});
  left.line(data.lags.map(Math.log10), cells.LSTM.inside.slice(0, -1), colour, {width: 1});
  const right = curves(found, ghost, 'size', {x: half, y: 0, w: width - half, h: axes}, {ylim: [-3, 2], ylabel: 'size of the memory'});
  right.line([0, 3], [0, 0], GREY, {width: 1, dash: '2 3'});
  if (!narrow) right.caption(['dotted: above 1 tanh is flat', GREY]);
  const said = Object.entries(cells).map(([name, {left, size}]) => `${name} ${asSpeech(power(left.at(-1)))} and ${asSpeech(short(size.at(-1)))}`);
  const label = `What is left of a number after ${lag} steps, and the size of the memory: ${said.join('; ')}`;
  return {width, height: at.height, panels: [left, right, table(found, at)], label};
}

function words({lag, nines, keep, write, cells}) {
  const {size, left, inside} = cells.LSTM, full = size.at(-1) > 1.5;
  const share = `*α* = ${fixed(keep, Math.ceil(nines) + 1)}, *i* = ${fixed(write, 3)}, *T* = ${lag}. `;
  const slope = power(left.at(-1) - inside.at(-1)), typical = Number.isFinite(inside.at(-1)) ? ` and a median tanh′(*c*) of ${slope}` : '';
  return asHtml(`${share}The LSTM's memory has size ${short(size.at(-1))}${typical}${full ? ': it is overfull' : ''}. `
    + 'Those of the coupled, normalised and √(1 − *α*^2) cells stay within 1.');
}

const measures = ({cells}) => Object.fromEntries(Object.entries(cells).flatMap(([name, {left, size}]) => (
  [[`${name}, left`, left.at(-1)], [`${name}, size`, size.at(-1)]])));

const explorer = {compute, draw, words, measures};
