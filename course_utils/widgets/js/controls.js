// Sliders, lists, lines of text and buttons: the browser's own, with their names, units and values for everybody.

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const html = (tag, attributes, text) => {
  const made = element(tag, attributes);
  made.innerHTML = text;
  return made;
};

// A control's value as a reader hears it: 2.0 steps. (A unit such as "0: never" explains values.)
const spoken = ({step, unit}, value) => {
  const [, only, meaning] = unit.match(/^([\d.]+): (.*)/) ?? [];
  if (only !== undefined && Number(only) === value) return meaning;
  return `${minus(value.toFixed(decimals(step)))} ${only === undefined ? asSpeech(unit) : ''}`.trim();
};
const decimals = step => (String(step).split('.')[1] ?? '').length;
const called = ({name}) => html('span', {class: 'course-name'}, asHtml(name));
const rounded = ({low, high, step}, value) => {
  const steps = Math.round((Math.min(high, Math.max(low, value)) - low) / step);
  return Number((low + steps * step).toFixed(decimals(step)));
};

// Entered: the line is left, or Enter is pressed.
function onEntry(input, act) {
  input.addEventListener('change', act);
  input.addEventListener('keydown', event => { if (event.key === 'Enter') act(); });
}

// Each kind: what stands on the page, how a value is shown, and what calls `moved(value)`.
const KINDS = {
  slider(control, moved) {
    const {low: min, high: max, step, unit} = control, name = asSpeech(control.name);
    const range = element('input', {type: 'range', min, max, step, 'aria-label': name});
    const number = element('input', {type: 'number', min, max, step, 'aria-label': `${name}, as a number`});
    range.addEventListener('input', () => moved(rounded(control, Number(range.value))));
    const write = value => { number.value = value.toFixed(decimals(step)); };
    onEntry(number, () => {  // nonsense leaves the slider where it is, a number too far goes to its end
      if (!Number.isNaN(number.valueAsNumber)) moved(rounded(control, number.valueAsNumber));
      write(Number(range.value));
    });
    const box = element('div', {class: 'course-control course-slider'},
      called(control), range, number, html('span', {class: 'course-unit'}, asHtml(unit)));
    return {box, inputs: [range, number], show(value) {
      range.value = value;
      write(value);
      range.setAttribute('aria-valuetext', spoken(control, value));
    }};
  },
  choice(control, moved) {
    const list = element('select', {'aria-label': asSpeech(control.name)}, ...control.options.map(text => new Option(text)));
    list.addEventListener('change', () => moved(control.options[list.selectedIndex]));
    const box = element('label', {class: 'course-control'}, called(control), list);
    return {box, inputs: [list], show(value) { list.selectedIndex = control.options.indexOf(value); }};
  },
  text(control, moved) {
    const line = element('input', {type: 'text', 'aria-label': asSpeech(control.name), spellcheck: 'false'});
    onEntry(line, () => moved(line.value));
    if (control.often) line.addEventListener('input', () => moved(line.value));
    const box = element('label', {class: 'course-control course-wide'}, called(control), line);
    return {box, inputs: [line], show(value) { if (line.value !== value) line.value = value; }};
  },
};

// All controls of an explorer: `moved(settings)` is called when the reader has moved one or pressed a button.
class Controls {
  constructor(state, moved, fixed) {
    this.state = state;
    this.fixed = fixed;  // whether only the buttons do something
    this.start = Object.fromEntries(state.controls.map(({id, value}) => [id, value]));
    this.shown = {...this.start};
    this.parts = new Map(state.controls.map(control => [
      control.id, KINDS[control.kind](control, value => moved({...this.shown, [control.id]: value}))]));
    const buttons = Object.entries({Reset: {}, ...state.presets}).map(([name, values]) => {
      const button = element('button', {type: 'button', class: 'course-button'}, name);
      button.addEventListener('click', () => moved({...this.start, ...values}, name === 'Reset'));
      return button;
    });
    this.buttons = element('div', {class: 'course-buttons'}, ...buttons);
    this.box = element('div', {class: 'course-controls'}, ...[...this.parts.values()].map(part => part.box), this.buttons);
  }

  // Show these values, and grey out what has no effect with them.
  show(settings) {
    this.shown = {...settings};
    const [by, names] = this.state.used ?? [];
    for (const [id, part] of this.parts) {
      if (part.value !== settings[id]) part.show(part.value = settings[id]);
      const idle = this.fixed || (by !== undefined && !names[settings[by]].includes(id));
      if (part.idle === idle) continue;
      part.idle = idle;
      for (const input of part.inputs) input.disabled = idle;
      part.box.classList.toggle('course-idle', idle);
    }
  }
}
