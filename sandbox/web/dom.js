// Small helpers to build elements: `h`, icons, avatars. No state, no network.

/** Builds an element. Props: `class`, `on…` listeners, `html` (sanitised by the server), anything else an attribute. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'html') element.innerHTML = value;
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  hash: '<path d="M10 4 8 20M16 4l-2 16M5 9h15M4 15h15"/>',
  thread: '<path d="M4 5h16v10h-7l-4 4v-4H4zM8 9h8M8 12h5"/>',
  at: '<circle cx="12" cy="12" r="3.5"/><path d="M15.5 12v1.5a2.5 2.5 0 0 0 5 0V12A8.5 8.5 0 1 0 17 18.9"/>',
  eye: '<path d="M2 12s3.6-6 10-6 10 6 10 6-3.6 6-10 6S2 12 2 12z"/><circle cx="12" cy="12" r="2.5"/>',
  warning: '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.5v.1"/>',
  chevron: '<path d="m6 9 6 6 6-6"/>',
  up: '<path d="m7 14 5-5 5 5"/>',
  external: '<path d="M14 4h6v6M20 4l-9 9M18 14v6H4V6h6"/>',
  file: '<path d="M5 2h9l5 5v15H5z"/><path d="M14 2v5h5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  bot: '<rect x="4" y="8" width="16" height="11" rx="3"/><path d="M12 8V4M9 13v1.5M15 13v1.5"/><circle cx="12" cy="3.5" r=".6"/>',
  slash: '<path d="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM15 7 9 17"/>',
};

export function icon(name) {
  const holder = document.createElement('template');
  holder.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${PATHS[name]}</svg>`;
  return holder.content.firstChild;
}

const COLORS = ['#5865f2', '#757e8a', '#3ba55c', '#c27c0e', '#ed4245', '#c2489b', '#2d8bba', '#8e6fd8'];

/** A round picture made of the first letter and a colour of the id's own. */
export function avatar(user, size = '') {
  const seed = [...(user.name || '?')].reduce((hash, letter) => (hash * 131 + letter.codePointAt(0)) % 65521, 0);
  const color = user.bot ? COLORS[0] : COLORS[seed % COLORS.length];
  const inside = user.bot ? icon('bot') : (user.name || '?').slice(0, 1).toUpperCase();
  return h('span', { class: `avatar ${size}`, style: `background:${color}`, 'aria-hidden': 'true' }, inside);
}

/** What people call a user of Discord's JSON. */
export function displayName(user) {
  return user?.global_name || user?.username || 'Unknown';
}

/** Three dots that say something is under way. */
export function dots() {
  return h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
}

/** Moves focus among `items` with the arrow keys, Home and End; returns whether the key was one of these. */
export function moveFocus(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || items.length === 0) return false;
  event.preventDefault();
  items[Math.max(0, Math.min(items.length - 1, to))].focus();
  return true;
}
