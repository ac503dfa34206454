// Notebook 06: where does an optimiser go at the edge of a cliff? (experiments/curves/cliff.py)

// E = (h_T − .7)² of the unit h = σ(w h + b), by the cell's own step, and ∂E/∂w, ∂E/∂b, carried along with it.
function cliff(w, b, {T, first, target}) {
  const x = new Float64Array(T), weights = {W_x: [0], W_h: [w], b: [b]};
  const {v} = unroll(CELLS.SigmoidRNN, weights, x, T, 1, {h: [first]}), [p] = localDerivatives(CELLS.SigmoidRNN, weights, v, T, 1);
  let dw = 0, db = 0;
  for (let t = 0; t < T; t++) [dw, db] = [p[t] * (v.h[t] + w * dw), p[t] * (1 + w * db)];
  const off = v.h[T] - target;
  return {error: off * off, dw: 2 * off * dw, db: 2 * off * db};
}

// The two b at which h = σ(w h + b) gains or loses a pair of solutions.
const folds = w => [1, -1].map(sign => {
  const s = (1 + sign * Math.sqrt(1 - 4 / w)) / 2;
  return Math.log(s / (1 - s)) - w * s;
});

const between = (low, high, n) => Array.from({length: n}, (_, k) => low + (high - low) * k / (n - 1));

const explorer = {
  compute({lr, clip, w, b}, {data}) {
    const points = [[w, b]], errors = [], norms = [];
    for (let k = 0; k <= data.n; k++) {
      const [w, b] = points[k], {error, dw, db} = cliff(w, b, data), norm = Math.hypot(dw, db);
      const factor = clip && norm > clip ? clip / norm : 1;
      errors.push(error);
      norms.push(norm);
      points.push([w - lr * factor * dw, b - lr * factor * db]);
    }
    points.pop();
    return {points, errors, norms, data};
  },

  draw({points, errors, norms, data}, {width, ghost}) {
    const narrow = width < 560, height = narrow ? 400 : Math.round(Math.min(340, 60 + width * .42)), half = Math.round(width / 2);
    const boxes = narrow ? [{x: 0, y: 0, w: width, h: 220}, {x: 0, y: 220, w: width, h: 180}]
      : [{x: 0, y: 0, w: half, h: height}, {x: half, y: 0, w: width - half, h: height}];
    const {colour, first} = data, ws = between(4.001, 12, 200), edge = between(1 / (first * (1 - first)), 7, 50);
    const plane = new Panel(boxes[0], {xlim: [3, 12], ylim: [-6, 10], xlabel: '*w*', ylabel: '*b*', captions: 2});
    for (const k of [0, 1]) plane.line(ws, ws.map(w => folds(w)[k]), PALE);
    plane.line(edge, edge.map(w => .5 - w * first), INK, {dash: '4 3'});
    const path = (points, options, paint = colour) => {
      const [ws, bs] = [0, 1].map(k => points.map(point => point[k]));
      plane.line(ws, bs, paint, {width: 1.5, ...options}).dots(ws, bs, paint, options);
    };
    if (ghost) path(ghost.points, {ghost: true}, PALE);
    path(points, {});
    plane.caption('grey: the folds; dashed: the wall').caption(['the path: drag its start', colour]);
    const logs = norms.map(norm => Math.log10(Math.max(norm, 1e-12)));
    const right = new Panel(boxes[1], {xlim: [0, data.n], ylim: [-8, 4], xlabel: 'step', ylabel: 'norm of the gradient', powers: true, captions: 2});
    if (ghost) right.line(0, ghost.norms.map(norm => Math.log10(Math.max(norm, 1e-12))), PALE, {width: 4, ghost: true});
    right.line(0, logs, colour).caption(`error in the end: ${fixed(errors.at(-1), 4)}`).caption([`largest: ${power(Math.max(...logs))}`, colour]);
    const at = ([w, b], digits) => `w = ${fixed(w, digits)}, b = ${fixed(b, digits)}`;
    const label = `Gradient descent from ${at(points[0], 2)} to ${at(points.at(-1), 1)}; error in the end ${fixed(errors.at(-1), 4)}`;
    return {width, height, panels: [plane, right], label};
  },

  words({points, errors, norms}) {
    const jumps = points.slice(1).map(([w, b], k) => Math.hypot(w - points[k][0], b - points[k][1])), [w, b] = points.at(-1);
    return asHtml(`Ends at *w* = ${fixed(w, 1)}, *b* = ${fixed(b, 1)} with error ${fixed(errors.at(-1), 4)}. `
      + `Longest step: ${fixed(Math.max(...jumps), 2)}. Largest gradient: ${Number(Math.max(...norms).toPrecision(3))}.`);
  },

  handles: (found, {w, b}, [plane]) => [
    {x: plane.px(w), y: plane.py(b), colour: found.data.colour, drag: (px, py) => ({w: plane.toX(px), b: plane.toY(py)})}],

  measures: ({errors, norms}) => ({'error in the end': errors.at(-1), 'largest gradient': Math.max(...norms)}),
};
