// Notebook 01: how much gradient crosses a gap of so many words? (experiments/curves/gap.py)

const WORDS = 30;  // of the vocabulary, one-hot
// PyTorch's initialisation, and random words: as init_params(TanhRNN, 30, H, rng, recurrent="torch") draws them.
const network = remembered((seed, H, most) => {
  const rng = generator(seed), limit = 1 / Math.sqrt(H);
  const [W_x, W_h, first, second] = [WORDS * H, H * H, H, H].map(n => rng.uniform(n, limit));
  return {W_x, W_h, b: first.map((value, j) => value + second[j]), words: rng.integers(most + 1, WORDS)};
});

function oneHot(words, n) {
  const x = new Float64Array(n * WORDS);
  for (let t = 0; t < n; t++) x[t * WORDS + words[t]] = 1;
  return x;
}

const explorer = {
  compute({gap, gain}, {data: {H, seeds, most, colour}}) {
    const factor = gain * Math.sqrt(3);  // PyTorch's W_h has the gain 1/√3
    const curves = Array.from({length: seeds}, (_, seed) => {
      const {W_x, W_h, b, words} = network(seed, H, most), w = {W_x, W_h: W_h.map(value => value * factor), b};
      const trace = unroll(CELLS.TanhRNN, w, oneHot(words, gap + 1), gap + 1, H);
      return jacobianNorms(CELLS.TanhRNN, w, trace, {order: 'fro'}).subarray(1).map(log => log - Math.log10(H) / 2);
    });
    const mean = curves[0].map((_, k) => curves.reduce((sum, curve) => sum + curve[k], 0) / seeds);
    return {gap, curves, mean, colour};
  },

  draw({gap, curves, mean, colour}, {width, ghost}) {
    const height = width < 560 ? 260 : 330, [low, high] = decades(curves, 10);
    const panel = new Panel({x: 0, y: 0, w: width, h: height},
      {xlim: [0, gap], ylim: [low, high], xlabel: 'time step *k*', ylabel: 'size of ∂*h*_T/∂*h*_k', powers: true, captions: width < 560 ? 3 : 2});
    if (ghost) panel.line(gap - ghost.gap, ghost.mean, PALE, {width: 6, ghost: true});
    for (const curve of curves) panel.line(0, curve, PALE, {width: 1});
    panel.line(0, mean, colour, {width: 3});
    panel.caption([`at the cause: ${power(mean[0])}`, colour]).caption(`thin: ${curves.length} random networks, thick: their mean`);
    if (width < 560) panel.caption('');  // there the name of the axis needs a line of its own
    const label = `Gradient norm over ${gap} words; ten to the power ${fixed(mean[0], 1)} reaches the cause`;
    return {width, height, panels: [panel], label};
  },

  words({gap, mean}) {
    return asHtml(`After ${gap} ${gap === 1 ? 'word' : 'words'}, ${power(mean[0])} of the gradient reaches the cause.`);
  },

  measures: ({mean}) => ({'at the cause': mean[0]}),
};
