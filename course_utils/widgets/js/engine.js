// The engine of the course for one sequence: it reads a cell's table of local derivatives (CELLS, made from the cells'
// own Python) as course_utils/engine does. Matrices are rows one after the other: W_h[k * G H + j].

// For each product of a cell, the first column of W_h that it uses: the blocks follow one another.
function firstColumns(cell, H) {
  let next = 0;
  return cell.products.map(([, targets]) => (next += targets.length * H) - targets.length * H);
}

// h_t = cell(x_t W_x + b, h_{t-1} W_h) over x (T × D): {v: arrays by name, T, H}. Gates are (T × H), states (T+1 × H).
// start: {state: its first H numbers}, zero if left out.
function unroll(cell, w, x, T, H, start = {}) {
  const v = {}, width = cell.gates.length * H, D = x.length / T, columns = firstColumns(cell, H);
  for (const name of cell.states) v[name] = new Float64Array((T + 1) * H);
  for (const [name, first] of Object.entries(start)) v[name].set(first);
  for (const name of [...cell.gates, ...cell.kept, 'product']) v[name] = new Float64Array(T * H);
  const a = cell.gates.map(name => v[name]);
  for (let t = 0; t < T; t++) {
    for (let g = 0; g < a.length; g++) addProduct(a[g], t * H, x, t * D, D, w.W_x, width, g * H, H);
    for (let g = 0; g < a.length; g++) for (let j = 0; j < H; j++) a[g][t * H + j] += w.b[g * H + j];
    cell.products[0]?.[1].forEach((name, k) => addProduct(v[name], t * H, v.h, t * H, H, w.W_h, width, k * H, H));
    cell.stages.forEach((stage, k) => {
      if (k) addProduct(v.product, t * H, v[cell.sources[k - 1]], t * H, H, w.W_h, width, columns[k], H);
      for (let j = 0; j < H; j++) stage(v, w, null, t * H + j, j, H);
    });
  }
  return {v, T, H};
}

// out[at …] += x[from …] W[:, column …]: D numbers times a block of H columns.
function addProduct(out, at, x, from, D, W, width, column, H) {
  for (let d = 0; d < D; d++) {
    const value = x[from + d], row = d * width + column;
    if (value) for (let j = 0; j < H; j++) out[at + j] += value * W[row + j];
  }
}

// Back-propagation from the last step for R = H rows of each state in `wanted` at once: after it, the blocks d[s + '_prev']
// (R × H) are ∂(wanted)_T/∂s_t. visit(t, d, log) for t = T … 0; what it sees has been divided by 10 to the power log, so
// that nothing underflows. For t < T, d[gate] is the gradient of the pre-activation at step t + 1.
function pullBack(cell, w, {v, T, H}, wanted, visit) {
  const R = wanted.length * H, before = cell.states.map(name => name + '_prev');
  const d = {}, plan = planBack(cell, H), p = localDerivatives(cell, w, v, T, H);
  for (const name of plan.names) d[name] = new Float64Array(R * H);
  wanted.forEach((name, k) => { for (let j = 0; j < H; j++) d[name + '_prev'][(k * H + j) * H + j] = 1; });
  let log = 0;
  visit(T, d, log);
  for (let t = T - 1; t >= 0; t--) {
    cell.states.forEach((name, k) => { [d[name], d[before[k]]] = [d[before[k]], d[name]]; });
    for (const name of plan.names) if (!cell.states.includes(name)) d[name].fill(0);
    for (const step of plan.steps) {
      if (step.product === null) addScaled(d[step.inp], d[step.out], p[step.partial], t * H, R, H);
      else step.out.forEach((name, k) => addTransposed(d[step.inp], d[name], w.W_h, plan.width, step.column + k * H, R, H));
    }
    log += rescale(d, before);
    visit(t, d, log);
  }
}

// The edges of a cell, outputs first, and the names of all nodes.
function planBack(cell, H) {
  const columns = firstColumns(cell, H);
  const steps = cell.edges.map(([out, inp, partial, product]) => ({out, inp, partial, product, column: columns[product]}));
  const names = new Set([...cell.states, ...cell.states.map(name => name + '_prev'), ...cell.gates]);
  for (const {out, inp} of steps) for (const name of [out, inp].flat()) names.add(name);
  return {steps: steps.reverse(), names: [...names], width: cell.gates.length * H};
}

function localDerivatives(cell, w, v, T, H) {
  const p = cell.edges.filter(([, , partial]) => partial !== null).map(() => new Float64Array(T * H));
  for (let t = 0; t < T; t++) for (let j = 0; j < H; j++) cell.partials(v, w, p, t * H + j, j, H);
  return p;
}

function addScaled(into, from, factor, at, R, H) {
  for (let r = 0; r < R; r++) for (let j = 0; j < H; j++) into[r * H + j] += from[r * H + j] * factor[at + j];
}

function addTransposed(into, from, W, width, column, R, H) {
  for (let r = 0; r < R; r++) {
    for (let k = 0; k < H; k++) {
      let sum = 0;
      for (let j = 0, at = k * width + column; j < H; j++) sum += from[r * H + j] * W[at + j];
      into[r * H + k] += sum;
    }
  }
}

// Divides everything by the largest entry of the blocks, when that comes near the limits of a float; returns its log10.
function rescale(d, blocks) {
  let largest = 0;
  for (const name of blocks) for (const value of d[name]) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || (largest > 1e-60 && largest < 1e60)) return 0;
  for (const block of Object.values(d)) for (let k = 0; k < block.length; k++) block[k] /= largest;
  return Math.log10(largest);
}

// log10 ‖∂s_T/∂s_k‖, k = 0 … T, of the blocks `rows` × `columns` (names of states); order: 2 or 'fro'.
function jacobianNorms(cell, w, trace, {rows = cell.states, columns = cell.states, order = 2} = {}) {
  const logs = new Float64Array(trace.T + 1), R = rows.length * trace.H;
  pullBack(cell, w, trace, rows, (t, d, log) => {
    logs[t] = log + logNorm(columns.map(name => d[name + '_prev']), R, trace.H, order);
  });
  return logs;
}
