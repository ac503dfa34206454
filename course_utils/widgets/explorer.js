// Runs once for each explorer that appears on the page. `this` is an image in it.
// ipywidgets leaves the handles of sliders and the buttons of Play without a name for screen readers: they get one.
// Notebook 7 takes the arrow keys away from sliders and lists: a plain key pressed in an explorer is marked as its own.
const image = this;
const PLAY = ['Play or pause', 'Stop', 'Repeat'];
function name(tries) {
  const box = image.closest('.course-explorer');
  for (const slider of box?.querySelectorAll('.widget-slider') ?? []) {
    slider.querySelector('[role=slider]')?.setAttribute('aria-label', slider.querySelector('.widget-label').textContent);
  }
  for (const play of box?.querySelectorAll('.widget-play') ?? []) {
    [...play.children].forEach((button, n) => button.setAttribute('aria-label', PLAY[n]));
  }
  box?.querySelector('.course-words')?.setAttribute('aria-live', 'polite');
  // a new picture need not lay out the whole notebook anew
  for (const part of box?.querySelectorAll('.widget-html') ?? []) part.style.contain = 'content';
  if (tries) setTimeout(name, 200, tries - 1);  // the parts of a widget appear one after the other
}
name(25);
if (!window.courseKeys) {
  window.courseKeys = true;
  window.addEventListener('keydown', event => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (event.target.closest?.('.course-explorer')) event.target.toggleAttribute('data-lm-suppress-shortcuts', plain);
  }, true);
}
