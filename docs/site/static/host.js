// Starts the explorers of a page: each gets a model that holds its state, as a kernel would in Jupyter.

class Model {
  #state; #listeners = new Map();

  constructor(state) { this.#state = { ...state }; }

  get(name) { return this.#state[name]; }

  set(name, value) {
    if (Object.is(this.#state[name], value)) return;
    this.#state[name] = value;
    for (const callback of [...(this.#listeners.get(`change:${name}`) ?? [])]) callback(this, value);
  }

  on(event, callback) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(callback);
  }

  off(event, callback) {
    if (callback) this.#listeners.get(event)?.delete(callback);
    else this.#listeners.delete(event);
  }

  save_changes() {} // there is no kernel to tell
}

async function start(host) {
  const model = new Model(JSON.parse(host.querySelector(":scope > script").textContent));
  const el = document.createElement("div");
  el.className = "course-explorer-live";
  host.classList.add("live");
  host.prepend(el);
  try {
    await courseExplorers[host.dataset.kind].render({ model, el });
    dispatchEvent(new Event("resize")); // page.js looks for what scrolls
  } catch (error) { // the picture stays
    host.classList.remove("live");
    el.remove();
    console.error(`explorer ${host.dataset.kind}:`, error);
  }
}

const waiting = new Set(document.querySelectorAll(".course-explorer-host"));

function startShown() { // what is folded has no width yet; it is started when it is unfolded
  for (const host of waiting) {
    if (!host.closest("details:not([open])") && waiting.delete(host)) start(host);
  }
}

startShown();
document.addEventListener("toggle", startShown, true);
