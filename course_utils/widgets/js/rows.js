// A table whose rows are chosen: by lists (a row says which options it fits) and by a text that occurs in it.

const explorer = {
  compute(settings, {controls, data}) {
    const lists = controls.filter(({kind, id, options}) => kind === 'choice' && settings[id] !== options[0]);
    let rows = data.rows.filter(row => lists.every(({id}) => row.fits[id].includes(settings[id])));
    const line = controls.find(({kind}) => kind === 'text'), text = line && settings[line.id].trim().toLowerCase();
    if (text) {
      const just = row => row.first.some(part => part.toLowerCase() === text);
      rows = rows.filter(row => row.text.toLowerCase().includes(text));
      rows = [...rows.filter(just), ...rows.filter(row => !just(row))];
    }
    return {rows, text, chosen: lists.map(({id, name}) => `${name} ${settings[id]}`), data};
  },

  draw: ({rows, data: {before, after}}) => ({html: before + rows.map(row => row.html).join('') + after}),

  words({rows, text, chosen, data}) {
    if (text !== undefined) return rows.length ? escaped(`${rows.length} found, first: ${rows[0].first.slice(0, 2).join(', ')}.`) : 'Nothing found: try fewer letters.';
    return escaped(`${rows.length} of ${data.total} ${data.noun}${chosen.length ? `: ${chosen.join('; ')}` : ''}`);
  },
};
