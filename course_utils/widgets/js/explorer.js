// What all explorers share. `explorer`, from the part before this one, says how one kind computes and draws:
//   compute(settings, state) → found         draw(found, {width, ghost}) → {width, height, panels, label} or {html}
//   words(found) → HTML                      measures(found) → {name: number}, which challenges are about
//   handles(found, settings, panels) → [{x, y, colour, drag(px, py) → settings that change}]
// A model has `state` (what never changes), `moved` (the settings) and, with a kernel, `reply`.

const PAUSE = 600, REST = 150;  // milliseconds: after which a new movement begins; after which the kernel is told
const FIXED = 'Here the buttons show stored answers. In Jupyter, with the trained network at hand, everything moves.';
const LIMIT = 940;  // pixels: no picture is wider

class View {
  constructor(model, el) {
    this.model = model;
    this.state = model.get('state');
    const fixed = this.state.partial && !model.get('kernel');
    this.controls = new Controls(this.state, (settings, reset) => { this.stop?.(); this.move(settings, reset); }, fixed);
    this.build(el);
    this.settings = {...this.controls.start, ...model.get('moved')};
    this.last = -Infinity;
    this.ghost = null;
    this.held = new Map();  // which handle each finger holds
    this.draw();
  }

  build(el) {
    this.view = element('div', {class: 'course-view'});
    this.error = element('p', {class: 'course-error', role: 'alert', hidden: ''});
    this.words = element('p', {class: 'course-words'});
    this.said = element('p', {class: 'course-hidden', 'aria-live': 'polite'});
    this.tasks = element('ul', {class: 'course-tasks', hidden: ''});
    const side = element('div', {class: 'course-side'}, this.view, this.error, this.words, this.tasks, this.said);
    this.box = element('div', {class: 'course-explorer', role: 'group', 'aria-label': this.state.title},
      element('div', {class: 'course-body'}, this.controls.box, side));
    if (this.state.play) this.addPlayer();
    if (this.controls.fixed) this.controls.box.append(element('p', {class: 'course-note'}, FIXED));
    el.append(this.box);
    keepKeys();
    this.stops = [followScheme(this.box), this.followWidth()];
  }

  // The reader has moved something; `reset` forgets what was before.
  move(settings, reset = false) {
    const now = performance.now();
    this.touched = true;
    if (reset) this.ghost = null;
    else if (now - this.last > PAUSE) this.ghost = this.found ?? null;
    this.last = reset ? -Infinity : now;
    this.settings = settings;
    this.soon();
    this.tell();
  }

  // Draw at once, but only once a frame: what moves again before the frame is drawn with it.
  soon() {
    if (this.waiting) { this.stale = true; return; }
    this.stale = false;
    this.draw();
    this.waiting = requestAnimationFrame(() => { this.waiting = undefined; if (this.stale) this.soon(); });
  }

  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.model.set('moved', this.settings); this.model.save_changes(); }, REST);
  }

  draw() {
    this.controls.show(this.settings);
    try {
      const found = explorer.compute(this.settings, this.state, this);
      this.box.setAttribute('aria-busy', found === undefined);
      if (found === undefined) return;  // the kernel was asked
      this.found = found;
      this.show(explorer.draw(this.found, {width: this.width(), ghost: this.ghost}));
      this.say(explorer.words?.(this.found) ?? '');
      this.error.hidden = true;
      this.judge();
    } catch (error) {
      this.fail(`${error.name}: ${error.message}`);
    }
  }

  show(drawn) {
    this.drawn = drawn;
    if (drawn.html !== undefined) { this.view.innerHTML = drawn.html; return; }
    this.picture ??= new Picture(this.view);
    this.picture.show(drawn);
    if (explorer.handles) this.showHandles(explorer.handles(this.found, this.settings, drawn.panels));
  }

  say(text) {
    if (this.text === text) return;
    this.words.innerHTML = this.text = text;
    clearTimeout(this.saying);  // it is spoken once the reader, who has moved something, rests
    if (this.touched && !this.playing) this.saying = setTimeout(() => { this.said.textContent = spokenText(this.words); }, 3 * REST);
  }

  judge() {
    const {error, settings, solved: told} = this.model.get('reply') ?? {}, solved = {...told};
    const numbers = explorer.measures?.(this.found);
    if (error && !settings) this.fail(error, 'A task could not be checked.');  // other answers name their settings
    for (const [name, ranges] of Object.entries(this.state.challenges)) {
      solved[name] = Object.entries(ranges).every(([what, [least, most]]) => (
        numbers[what] >= (least ?? -Infinity) && numbers[what] <= (most ?? Infinity)));
    }
    this.tasks.hidden = !Object.keys(solved).length;
    const line = ([name, done]) => `<li>${escaped(name)}: <b>${done ? 'solved' : 'not yet'}</b></li>`;
    const text = Object.entries(solved).map(line).join('');
    if (this.tasks.innerHTML !== text) this.tasks.innerHTML = text;
  }

  fail(message, what = 'This picture could not be drawn.') {
    this.error.textContent = `${what} ${message}`;
    this.error.hidden = false;
    this.box.setAttribute('aria-busy', false);
  }

  width() { return Math.min(LIMIT, Math.round(this.view.clientWidth || 700)); }

  followWidth() {
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (this.width() !== width) { width = this.width(); if (!this.drawn || this.drawn.panels) this.soon(); }
    });
    observer.observe(this.view);
    return () => observer.disconnect();
  }

  // Circles on the picture that can be dragged; the sliders do the same for the keyboard.
  showHandles(handles) {
    this.handles = handles;
    while (this.knobs?.length !== handles.length) this.makeKnobs(handles.length);
    handles.forEach(({x, y, colour}, k) => {
      const place = `translate(${dot(x)} ${dot(y)})`;
      if (this.knobs[k].getAttribute('transform') !== place) this.knobs[k].setAttribute('transform', place);
      this.knobs[k].style.setProperty('--c', colour);
    });
  }

  makeKnobs(n) {
    this.knobs?.forEach(knob => knob.remove());
    this.knobs = Array.from({length: n}, () => {
      const knob = document.createElementNS('http://www.w3.org/2000/svg', 'g');
      knob.setAttribute('class', 'course-handle');
      knob.innerHTML = '<circle class="reach" r="16"/><circle class="knob" r="6"/>';
      knob.addEventListener('pointerdown', event => {
        if (event.button) return;
        knob.setPointerCapture(event.pointerId);
        event.preventDefault();
        this.held.set(event.pointerId, this.nearest(event));
      });
      knob.addEventListener('pointermove', event => { if (knob.hasPointerCapture(event.pointerId)) this.drag(event); });
      this.picture.svg.append(knob);
      return knob;
    });
  }

  // Where the pointer is, in the picture's own coordinates.
  place(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.picture.svg.getScreenCTM().inverse());
  }

  // The number of the handle that the pointer is nearest to: their circles may overlap.
  nearest(event) {
    const {x, y} = this.place(event), far = this.handles.map(handle => Math.hypot(handle.x - x, handle.y - y));
    return far.indexOf(Math.min(...far));
  }

  drag(event) {
    const {x, y} = this.place(event), handle = this.handles[this.held.get(event.pointerId)];
    const wanted = handle?.drag(x, y) ?? {}, settings = {...this.settings};
    for (const control of this.state.controls) if (control.id in wanted) settings[control.id] = rounded(control, wanted[control.id]);
    this.move(settings);
  }

  addPlayer() {
    const {control: id, interval} = this.state.play, {low, high} = this.state.controls.find(control => control.id === id);
    const button = element('button', {type: 'button', class: 'course-button course-play'});
    const say = (sign, name) => { button.textContent = sign; button.setAttribute('aria-label', name); };
    this.stop = () => { clearInterval(this.playing); this.playing = undefined; say('▶', 'Play'); };
    const next = () => {
      if (this.settings[id] >= high) this.stop();
      else this.move({...this.settings, [id]: this.settings[id] + 1});
    };
    button.addEventListener('click', () => {
      if (this.playing) { this.stop(); return; }
      if (this.settings[id] >= high) this.move({...this.settings, [id]: low});
      say('❚❚', 'Pause');
      this.playing = setInterval(next, interval);
    });
    this.stop();
    this.controls.buttons.prepend(button);
  }

  close() {
    clearInterval(this.playing);
    for (const timer of [this.telling, this.saying, this.late]) clearTimeout(timer);
    for (const stop of this.stops) stop();
  }
}

// The text of an element as it is to be heard: 10 to the power of −3, not 10−3.
function spokenText(node) {
  const copy = node.cloneNode(true);
  for (const part of copy.querySelectorAll('sup')) part.prepend(' to the power ');
  for (const part of copy.querySelectorAll('sub')) part.prepend(' ');
  return copy.textContent;
}

// A page may change from light to dark while it is open: what counts is the background that is really there.
function followScheme(box) {
  const look = () => {
    let [node, colour] = [box, null];
    for (; node && !colour; node = node.parentElement ?? node.getRootNode().host) {
      const [r, g, b, alpha = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
      if (alpha > .5) colour = [r, g, b];
    }
    const [r, g, b] = colour ?? [255, 255, 255];
    box.style.setProperty('--paper', `rgb(${r} ${g} ${b})`);
    box.dataset.scheme = .299 * r + .587 * g + .114 * b < 110 ? 'dark' : 'light';
  };
  const observer = new MutationObserver(look), media = matchMedia('(prefers-color-scheme: dark)');
  for (const node of [document.documentElement, document.body]) observer.observe(node, {attributes: true});
  media.addEventListener('change', look);
  const timer = setTimeout(look);  // once it is part of the page
  look();
  return () => { observer.disconnect(); media.removeEventListener('change', look); clearTimeout(timer); };
}

// Jupyter's notebooks take arrow keys and Enter for themselves: a plain key pressed in an explorer is marked as its own.
function keepKeys() {
  if (window.courseKeys) return;
  window.courseKeys = true;
  window.addEventListener('keydown', event => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (event.target.closest?.('.course-explorer')) event.target.toggleAttribute('data-lm-suppress-shortcuts', plain);
  }, true);
}

function render({model, el}) {
  const view = new View(model, el);
  const moved = () => {
    const settings = {...view.controls.start, ...model.get('moved')};
    if (JSON.stringify(settings) !== JSON.stringify(view.settings)) { view.settings = settings; view.soon(); }
  };
  const replied = () => (explorer.replied ? explorer.replied(view, model.get('reply')) : view.soon());
  model.on('change:moved', moved);
  model.on('change:reply', replied);
  return () => { model.off('change:moved', moved); model.off('change:reply', replied); view.close(); };
}

export default { render };
