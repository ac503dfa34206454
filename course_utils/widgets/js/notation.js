// A little notation for formulas in running text: *c* is italic, _T or _{t−1} stands below, ^2 or ^{−3} above.

function runs(text) {
  const found = [];
  for (const [, italic, sign, long, short, plain] of text.matchAll(/\*([^*]+)\*|([_^])(?:\{([^}]*)\}|(\S))|([^*_^]+)/gu)) {
    if (plain !== undefined) found.push(['', plain]);
    else if (italic !== undefined) found.push(['i', italic]);
    else found.push([sign === '_' ? 'sub' : 'sup', long ?? short]);
  }
  return found;
}

const escaped = text => String(text).replace(/[&<>"]/g, sign => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[sign]);
const asHtml = text => runs(text).map(([tag, part]) => (tag ? `<${tag}>${escaped(part)}</${tag}>` : escaped(part))).join('');
const asSpeech = text => runs(text).map(([tag, part]) => (
  {sub: ` ${part} `, sup: ` to the power ${part} `}[tag] ?? part)).join('').replace(/ +/g, ' ').trim();

// The same as the inside of an SVG text element: what stands below or above is smaller, and the line goes on after it.
function asSvg(text) {
  let back = 0;
  return runs(text).map(([tag, part]) => {
    const shift = {sub: 3, sup: -5}[tag] ?? 0, move = shift + back;
    back = -shift;
    return `<tspan${move ? ` dy="${move}"` : ''}${tag ? ` class="${tag}"` : ''}>${escaped(part)}</tspan>`;
  }).join('');
}

const minus = text => String(text).replace('-', '−');
const fixed = (number, digits) => minus((Math.round(number * 10 ** digits) / 10 ** digits + 0).toFixed(digits));
// 10 to the power of a logarithm; a logarithm of −∞ is an exact 0.
const power = log => (log === -Infinity ? '0' : `10^{${fixed(log, 1)}}`);
