// How the gate explorer draws what it found.

function boxes(width) {
  if (width < 560) {
    const half = Math.round(width / 2);
    return {height: 360, norms: {x: 0, y: 0, w: width, h: 220}, gates: {x: 0, y: 218, w: half, h: 142},
      memory: {x: half, y: 218, w: width - half, h: 142}};
  }
  const height = Math.round(Math.min(430, 110 + width * .36)), left = Math.round(width * .42), half = Math.round(height * .47);
  return {height, gates: {x: 0, y: 0, w: left, h: half}, memory: {x: 0, y: half, w: left, h: height - half},
    norms: {x: left, y: 0, w: width - left, h: height}};
}

// Mean of a gate over its units at each step, and the lowest and highest.
function spreadOf(values, T, H) {
  const [low, mean, high] = [0, 1, 2].map(() => new Float64Array(T));
  for (let t = 0; t < T; t++) {
    const row = values.subarray(t * H, (t + 1) * H);
    [low[t], high[t]] = [Math.min(...row), Math.max(...row)];
    mean[t] = row.reduce((sum, value) => sum + value, 0) / H;
  }
  return [low, mean, high];
}

function gatesPanel({cell, v, T, data}, box) {
  const panel = new Panel(box, {xlim: [0, T], ylim: [0, 1], ylabel: box.w < 240 ? '' : 'gates'}), said = [];
  for (const gate of cell.gates.filter(name => ![...data.candidate, 'a'].includes(name))) {
    const [low, mean, high] = spreadOf(v[gate], T, data.H), average = mean.reduce((sum, value) => sum + value, 0) / T;
    panel.band(1, low, high, data.gateColours[gate]).line(1, mean, data.gateColours[gate]);
    said.push(...(said.length ? [' · '] : [box.w < 240 ? '' : 'mean: ']), [`*${gate}* ${fixed(average, 2)}`, data.gateColours[gate]]);
  }
  return panel.caption(...(said.length ? said : ['this cell has no gates']));
}

function memoryPanel({v, m, T, data, name}, box) {
  let top = 1;
  for (const value of v[m]) top = Math.max(top, 1.05 * Math.abs(value));
  const panel = new Panel(box, {xlim: [0, T], ylim: [-top, top], xlabel: 'time step *t*', ylabel: `memory *${m}*`});
  for (let j = 0; j < data.H; j++) {
    panel.line(0, Float64Array.from({length: T + 1}, (_, t) => v[m][t * data.H + j]), data.colours[name], {width: .8});
  }
  return box.w < 240 ? panel : panel.caption(`one line a unit (${data.H})`);
}

function normsPanel({total, direct, reference, inputs, m, T, data, name}, box, ghost) {
  const colour = data.colours[name];
  const [low, high] = decades([total, reference, ...(direct ? [direct] : [])], 10, -60);
  const panel = new Panel(box, {xlim: [0, T], ylim: [low, high], xlabel: 'time step *k*', ylabel: 'norm', powers: true, captions: 3});
  if (ghost) panel.line(T - ghost.T, ghost.total, data.colours[ghost.name], {width: 5, ghost: true});
  panel.line(0, reference, PALE, {width: 3}).dots(1, inputs, GREY, {radius: 1.6});
  if (direct) panel.line(0, direct, colour, {dash: '6 4'});
  panel.line(0, total, colour, {width: 3});
  panel.caption([`dots: ‖∂*${m}*_T/∂*x*_k‖; pale: tanh RNN, ${power(reference[0])}`, GREY]);
  panel.caption([direct ? `dashed: direct path, ${power(direct[0])}` : 'no direct path', colour]);
  return panel.caption([`thick: total ‖∂*${m}*_T/∂*${m}*_k‖, ${power(total[0])} at *k* = 0`, colour]);
}

function draw(found, {width, ghost}) {
  const place = boxes(width), {name, T, total, direct} = found;
  const path = direct ? `, the direct path ${asSpeech(power(direct[0]))}` : '';
  const label = `${name}: gates and memory over ${T} steps, and gradient norms; at step 0 the total is ${asSpeech(power(total[0]))}${path}`;
  const panels = [gatesPanel(found, place.gates), memoryPanel(found, place.memory), normsPanel(found, place.norms, ghost)];
  return {width, height: place.height, panels, label};
}

// The biases of the gates, as σ(b), at the right end of the gates' axes.
function handles({cell, data}, settings, [gates]) {
  const movable = cell.gates.filter(gate => biasOf(gate, data));
  return movable.map((gate, k) => ({
    x: gates.box.x + gates.box.w * (1 - .07 * (k + .5)), y: gates.py(1 / (1 + Math.exp(-settings[biasOf(gate, data)]))), colour: data.gateColours[gate],
    drag(px, py) {
      const share = Math.min(1 - 1e-5, Math.max(1e-5, gates.toY(py)));
      return {[biasOf(gate, data)]: Math.log(share / (1 - share))};
    }}));
}

const explorer = {compute, draw, words, measures, handles};
