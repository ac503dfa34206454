// Notebook 04: what a bound says of the gradient, and what is so. (experiments/curves/bound.py)

// As init_params(cell, H, H, rng, recurrent="gaussian") draws, then a first state and inputs N(0, 1).
const network = remembered((seed, H, most) => {
  const rng = generator(seed);
  rng.uniform(H * H, 1);  // W_x, which the identity replaces
  const W_h = rng.normal(H * H).map(value => value / Math.sqrt(H));
  return {W_h, start: rng.normal(H).map(value => value / 2), x: rng.normal(most * H)};
});

const identity = H => Float64Array.from({length: H * H}, (_, k) => Number(k % (H + 1) === 0));

const explorer = {
  compute({activation, gain, length, noise}, {data}) {
    const {H, seed, most, unit, sigma} = data, {cell, slope, colour} = data.activations[activation];
    const {W_h, start, x} = network(seed, H, most);
    const w = {W_x: identity(H), W_h: W_h.map(value => value * gain), b: new Float64Array(H)};
    const inputs = x.subarray(0, length * H).map(value => value * noise);
    const norms = jacobianNorms(CELLS[cell], w, unroll(CELLS[cell], w, inputs, length, H, {h: start}));
    const eigenvalues = unit.map(([real, imaginary]) => [gain * real, gain * imaginary]);
    const radius = Math.max(...eigenvalues.map(([real, imaginary]) => Math.hypot(real, imaginary)));
    const power = base => norms.map((_, k) => (length - k) * Math.log10(base));
    return {length, colour, norms, eigenvalues, rho: radius, bound: power(slope * sigma * gain), radius: power(radius), data};
  },

  draw(found, {width, ghost}) {
    const narrow = width < 560, height = narrow ? 400 : Math.round(Math.min(340, 60 + width * .42));
    const side = height - 4, {length, colour} = found;
    const boxes = narrow ? [{x: 0, y: 220, w: 176, h: 180}, {x: 0, y: 0, w: width, h: 220}]
      : [{x: 0, y: 0, w: side, h: height}, {x: side, y: 0, w: width - side, h: height}];
    const reach = Math.max(1.6, 1.1 * found.rho);
    const plane = new Panel(boxes[0], {xlim: [-reach, reach], ylim: [-reach, reach], xlabel: 'real part', ylabel: narrow ? '' : 'imaginary', captions: 1});
    const angles = Array.from({length: 101}, (_, k) => Math.PI * k / 50);
    plane.caption('eigenvalues of *W*_h').line(angles.map(Math.cos), angles.map(Math.sin), GREY, {width: 1});
    plane.dots(found.eigenvalues.map(([real]) => real), found.eigenvalues.map(([, imaginary]) => imaginary), colour);
    const [low, high] = decades([found.norms, found.bound, found.radius]);
    const norms = new Panel(boxes[1], {xlim: [0, length], ylim: [low, high], xlabel: 'time step *k*', ylabel: '‖∂*h*_T/∂*h*_k‖', powers: true, captions: 3});
    if (ghost) norms.line(length - ghost.length, ghost.norms, PALE, {width: 6, ghost: true});
    norms.line(0, found.bound, INK, {dash: '6 4'}).line(0, found.radius, GREY, {dash: '2 3'}).line(0, found.norms, colour, {width: 3});
    norms.caption([`dotted: ρ^{T−k}, ${power(found.radius[0])} at *k* = 0`, GREY]);
    norms.caption([`dashed: bound (γσ_{max})^{T−k}, ${power(found.bound[0])}`, INK]);
    norms.caption([`measured: ${found.norms[0] === -Infinity ? 'exactly 0' : power(found.norms[0])}`, colour]);
    const label = `Eigenvalues of W_h, the largest of modulus ${fixed(found.rho, 2)}; gradient norms over ${length} steps, `
      + `at step 0 ${found.norms[0] === -Infinity ? 'exactly 0' : `ten to the power ${fixed(found.norms[0], 1)}`}`;
    return {width, height, panels: [plane, norms], label};
  },

  words({norms, bound, radius, rho}) {
    const measured = norms[0] === -Infinity ? 'exactly 0' : power(norms[0]);
    return asHtml(`At *k* = 0 the gradient is ${measured}; the bound allows ${power(bound[0])}, ρ = ${fixed(rho, 2)} alone would give ${power(radius[0])}.`);
  },

  measures: ({norms, bound, rho}) => ({measured: norms[0], bound: bound[0], rho}),
};
