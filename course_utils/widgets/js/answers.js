// Pictures that Python has drawn: all of them, or some and, where a kernel runs, the rest when it is asked.

const LATE = 15000;  // milliseconds without an answer

const explorer = {
  compute(settings, state, view) {
    const key = keyOf(settings, state), {model} = view;
    view.answers ??= new Map(state.answers?.map(([values, answer]) => [JSON.stringify(values), answer]));
    this.keep(view, model.get('reply'));
    if (view.answers.has(key)) return view.answers.get(key);
    if (!model.get('kernel')) throw new Error('This position has no stored picture: open the notebook in Jupyter.');
    if (!view.asked) {  // one question at a time, so that a fast hand does not pile them up
      view.asked = true;
      model.set('asked', {settings, n: Math.random()});  // the same question may be put again
      model.save_changes();
      view.late = setTimeout(() => { view.asked = false; view.fail('The kernel does not answer. Does it run?'); }, LATE);
    }
    return undefined;
  },

  keep(view, reply) {
    if (reply?.answer) view.answers.set(keyOf(reply.settings, view.state), reply.answer);
  },

  replied(view, reply) {
    view.asked = false;
    clearTimeout(view.late);
    this.keep(view, reply);
    if (reply.error && keyOf(reply.settings, view.state) === keyOf(view.settings, view.state)) view.fail(reply.error);
    else view.soon();
  },

  draw: ([picture]) => ({html: picture}),
  words: ([, words]) => words,
};

const keyOf = (settings, state) => JSON.stringify(state.controls.map(({id}) => settings[id]));
