// Axes and curves as SVG. A picture is rewritten part by part, and only those parts whose text has changed.

const MARGIN = {left: 46, right: 15, top: 14, bottom: 34, line: 17};
const INK = 'var(--ink)', GREY = 'var(--soft)', PALE = 'var(--pale)';  // as light or dark as the page wants them
const FAR = 1e4;  // coordinates are cut off here: browsers stop drawing at larger ones
const dot = number => Math.round(number * 10) / 10;

// Round numbers between the limits, about `n` of them.
function ticks([low, high], n = 5) {
  const rough = (high - low) / n, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(k => k * size >= rough * .999) * size;
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  if (last - first < 2 && n < 12) return ticks([low, high], 2 * n);
  return Array.from({length: last - first + 1}, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

// Limits for log10 values: whole steps around 0 and the finite ones, but not below `least`.
function decades(curves, step = 10, least = -Infinity) {
  let low = -1, high = 1;
  for (const curve of curves) {
    for (const value of curve) if (Number.isFinite(value)) { low = Math.min(low, value); high = Math.max(high, value); }
  }
  return [step * Math.floor(Math.max(low, least) / step), step * Math.ceil(high / step)];
}

// A pair of axes in the box {x, y, w, h}, in pixels, with room for `captions` lines above it. ghost: curves that show what
// was before.
class Panel {
  constructor({x, y, w, h}, {xlim, ylim, xlabel = '', ylabel = '', powers = false, xpowers = false, captions = 1}) {
    const top = MARGIN.top + MARGIN.line * captions;
    Object.assign(this, {xlim, ylim, captions: [], curves: [], ghosts: []});
    this.box = {x: x + MARGIN.left, y: y + top, w: w - MARGIN.left - MARGIN.right, h: h - top - (xlabel ? MARGIN.bottom : 20)};
    this.frame = this.axes(xlabel, ylabel, powers, xpowers);
  }

  px(x) { return Math.max(-FAR, Math.min(FAR, dot(this.box.x + this.box.w * (x - this.xlim[0]) / (this.xlim[1] - this.xlim[0])))); }
  py(y) { return Math.max(-FAR, Math.min(FAR, dot(this.box.y + this.box.h * (1 - (y - this.ylim[0]) / (this.ylim[1] - this.ylim[0]))))); }
  toX(px) { return this.xlim[0] + (px - this.box.x) / this.box.w * (this.xlim[1] - this.xlim[0]); }
  toY(py) { return this.ylim[0] + (1 - (py - this.box.y) / this.box.h) * (this.ylim[1] - this.ylim[0]); }

  axes(xlabel, ylabel, powers, xpowers) {
    const {x, y, w, h} = this.box, grid = [], text = [], label = (value, power) => (power ? asSvg(`10^{${minus(value)}}`) : minus(value));
    for (const value of ticks(this.xlim, xpowers ? 3 : w < 260 ? 4 : 6)) {
      grid.push(`M${this.px(value)} ${y}v${h}`);
      text.push(`<text x="${this.px(value)}" y="${y + h + 15}" text-anchor="middle">${label(value, xpowers)}</text>`);
    }
    for (const value of ticks(this.ylim, h < 120 ? 3 : 5)) {
      grid.push(`M${x} ${this.py(value)}h${w}`);
      text.push(`<text x="${x - 5}" y="${this.py(value) + 4}" text-anchor="end">${label(value, powers)}</text>`);
    }
    text.push(`<text x="${x + w / 2}" y="${y + h + 30}" text-anchor="middle">${asSvg(xlabel)}</text>`);
    text.push(`<text x="${x - 40}" y="${y - 13}">${asSvg(ylabel)}</text>`);
    return `<path class="grid" d="${grid.join('')}"/><path class="axis" d="M${x},${y}V${y + h}H${x + w}"/>${text.join('')}`;
  }

  // A line through the points (xs[k], ys[k]); xs may be the first x, then they are a step of 1 apart. It breaks where a
  // value is not finite.
  line(xs, ys, colour, {width = 2, dash = '', ghost = false} = {}) {
    let d = '', pen = 'M';
    for (let k = 0; k < ys.length; k++) {
      const x = typeof xs === 'number' ? xs + k : xs[k];
      if (Number.isFinite(ys[k]) && Number.isFinite(x)) { d += `${pen}${this.px(x)} ${this.py(ys[k])}`; pen = 'L'; }
      else pen = 'M';
    }
    const dashes = dash ? ` stroke-dasharray="${dash}"` : '';
    const curve = `<path class="line" style="--c:${colour}" stroke-width="${width}"${dashes} d="${d}"/>`;
    (ghost ? this.ghosts : this.curves).push(curve);
    return this;
  }

  band(xs, low, high, colour) {
    const corner = (x, y) => `${this.px(x)} ${this.py(y)}`, there = [], back = [];
    for (let k = 0; k < low.length; k++) { there.push(corner(xs + k, low[k])); back.push(corner(xs + k, high[k])); }
    this.curves.push(`<path class="band" style="--c:${colour}" d="M${[...there, ...back.reverse()].join('L')}Z"/>`);
    return this;
  }

  // A dot for each point within the limits, all in one path.
  dots(xs, ys, colour, {radius = 2.5, ghost = false} = {}) {
    let d = '';
    for (let k = 0; k < ys.length; k++) {
      const x = typeof xs === 'number' ? xs + k : xs[k], y = ys[k];
      if (x >= this.xlim[0] && x <= this.xlim[1] && y >= this.ylim[0] && y <= this.ylim[1]) d += `M${this.px(x)} ${this.py(y)}h0`;
    }
    (ghost ? this.ghosts : this.curves).push(`<path class="dots" style="--c:${colour}" stroke-width="${2 * radius}" d="${d}"/>`);
    return this;
  }

  // A line of text above the axes; pieces: [text, colour] or text.
  caption(...pieces) {
    this.captions.push(pieces.map(piece => (
      typeof piece === 'string' ? asSvg(piece) : `<tspan class="text" style="--c:${piece[1]}">${asSvg(piece[0])}</tspan>`)).join(''));
    return this;
  }

  parts() {
    const {x, y, w, h} = this.box, n = this.captions.length;
    const words = this.captions.map((text, k) => (
      `<text x="${x + w}" y="${y - 13 - MARGIN.line * (n - 1 - k)}" text-anchor="end">${text}</text>`)).join('');
    const window = `x="${x - 3}" y="${y - 3}" width="${w + 6}" height="${h + 6}" viewBox="${x - 3} ${y - 3} ${w + 6} ${h + 6}"`;
    const inner = curves => (curves.length ? `<svg ${window} style="overflow:hidden;width:${w + 6}px;height:${h + 6}px">${curves.join('')}</svg>` : '');
    return {frame: this.frame, ghosts: inner(this.ghosts), curves: inner(this.curves), words};
  }
}

// The SVG element of a picture, rewritten where it has changed.
class Picture {
  constructor(parent) {
    this.svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    this.svg.setAttribute('class', 'course-svg course-live');
    this.svg.setAttribute('role', 'img');
    parent.append(this.svg);
    this.parts = new Map();
  }

  show({width, height, panels, label}) {
    this.attribute('viewBox', `0 0 ${width} ${height}`);
    this.attribute('aria-label', label);
    const now = new Map();
    panels.forEach((panel, k) => {
      for (const [name, text] of Object.entries(panel.parts())) now.set(`${name} ${k}`, text);
    });
    for (const [name, part] of this.parts) if (!now.has(name)) { part.group.remove(); this.parts.delete(name); }
    for (const [name, text] of now) this.write(name, text);
  }

  attribute(name, value) {
    if (this.svg.getAttribute(name) !== value) this.svg.setAttribute(name, value);
  }

  write(name, text) {
    if (!this.parts.has(name)) {
      const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
      group.setAttribute('class', name.split(' ')[0]);
      this.svg.append(group);
      this.parts.set(name, {group, text: ''});
    }
    const part = this.parts.get(name);
    if (part.text !== text) { part.group.innerHTML = text; part.text = text; }
  }
}
