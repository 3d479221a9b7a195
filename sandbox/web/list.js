// The messages of the channel looked at, drawn so that only what changed is replaced, and the place in them kept.

import { write } from './composer.js';
import { h, icon, moveFocus } from './dom.js';
import { beginsBlock, messageElement, sendingElement } from './message.js';
import { channel, store } from './store.js';
import { tick, weekday } from './time.js';

const view = document.getElementById('messages');
const latest = document.getElementById('to-latest');

let go = () => {};
/** Message id → the element drawn for it and what it was drawn from. */
let drawn = new Map();
const texts = new WeakMap();
/** Whether the end is in sight, and to be kept in sight. */
let atEnd = true;
let lastTop = 0;
/** While a pointer is down nothing is redrawn: a button replaced under it would never see the click. */
let held = false;
let postponed = false;
let queued = null;

/** Draws the messages of the channel looked at, replacing only what changed. */
export function draw(fresh = null) {
  if (held) {
    postponed = true;
    return;
  }
  look();
  const focus = focusedKey();
  const next = new Map();
  const elements = [welcome()];
  let before = null;
  for (const message of store.messages) {
    const day = new Date(message.timestamp).toDateString();
    if (!before || new Date(before.timestamp).toDateString() !== day) elements.push(reuse(next, `day ${day}`, '', () => dayLine(message)));
    elements.push(messageRow(next, message, before, message.id === fresh));
    before = message;
  }
  const bot = store.bot ?? { id: '0', name: 'Bot', bot: true };
  for (const row of store.sending.filter((one) => one.channel === store.channel)) {
    elements.push(reuse(next, row.id, JSON.stringify(row), () => sendingElement(row, bot)));
  }
  drawn = next;
  arrange(elements);
  restoreFocus(focus);
  tick(view);
  if (atEnd) toEnd();
  else if (fresh) latest.hidden = false;
}

/** Draws with the next frame, once however often it is asked for; `end` goes to the end then. */
export function drawSoon(fresh = null, end = false) {
  if (!queued) {
    requestAnimationFrame(() => {
      const what = queued;
      queued = null;
      draw(what.fresh);
      if (what.end) toEnd();
    });
  }
  queued = { fresh: fresh ?? queued?.fresh ?? null, end: end || Boolean(queued?.end) };
}

/** Places `elements` in the view, moving only those that are not where they belong: moving one would blur what is in it. */
function arrange(elements) {
  const wanted = new Set(elements);
  for (const child of [...view.children]) if (!wanted.has(child)) child.remove();
  elements.forEach((element, at) => {
    if (view.children[at] !== element) view.insertBefore(element, view.children[at] ?? null);
  });
}

function messageRow(next, message, before, fresh) {
  const first = beginsBlock(message, before);
  const waiting = [...store.pending].filter((one) => one.startsWith(`${message.id}/`));
  const thread = message.thread && channel(message.thread.id);
  const from = [text(message), first, waiting, store.failed.get(message.id), thread?.count, thread?.name].join('\n');
  return reuse(next, message.id, from, () => {
    const element = messageElement(message, first, go);
    if (fresh) element.classList.add('arrived');
    return element;
  });
}

/** A message as text, to see whether it changed; kept, because hundreds are compared for one that did. */
function text(message) {
  if (!texts.has(message)) texts.set(message, JSON.stringify(message));
  return texts.get(message);
}

function reuse(next, id, from, make) {
  const old = drawn.get(id);
  // A select that is open stays until it closes.
  const inUse = old?.element.querySelector('.list:not([hidden])');
  const entry = old?.from === from || inUse ? old : { from, element: make() };
  next.set(id, entry);
  return entry.element;
}

function welcome() {
  const here = channel();
  const old = view.querySelector('.welcome');
  if (old?.dataset.id === `${here?.id} ${here?.name}`) return old;
  const parent = here?.parent && channel(here.parent);
  const [sign, text] = parent ? ['thread', `A thread of #${parent.name}`]
    : here?.type === 1 ? ['at', `This is the beginning of your direct messages with ${here.name}.`]
      : ['hash', `This is the start of the #${here?.name ?? ''} channel.`];
  const title = parent || here?.type === 1 ? here.name : `Welcome to #${here?.name ?? ''}!`;
  return h('div', { class: 'welcome', 'data-id': `${here?.id} ${here?.name}` },
    h('div', { class: 'disc' }, icon(sign)), h('h2', {}, title), h('p', {}, text));
}

function dayLine(message) {
  return h('div', { class: 'day', role: 'separator' }, weekday(new Date(message.timestamp)).replace(/^\S+ /, ''));
}

function focusedKey() {
  const element = document.activeElement;
  if (!view.contains(element)) return null;
  return { id: element.closest('[data-id]')?.dataset.id, key: element.dataset.key, element };
}

function restoreFocus(focus) {
  if (!focus?.id || document.activeElement === focus.element) return;
  const row = view.querySelector(`[data-id="${CSS.escape(focus.id)}"]`);
  const target = focus.key && row?.querySelector(`[data-key="${CSS.escape(focus.key)}"]:not(:disabled)`);
  (target || row)?.focus({ preventScroll: true });
}

/** Sees whether somebody went away from the end. What grows below leaves the place alone, so only a way up counts. */
function look() {
  const top = view.scrollTop;
  if (view.scrollHeight - top - view.clientHeight < 60) atEnd = true;
  else if (top < lastTop) atEnd = false;
  lastTop = top;
  if (atEnd) latest.hidden = true;
}

export function toEnd() {
  view.scrollTop = view.scrollHeight;
  lastTop = view.scrollTop;
  latest.hidden = true;
  atEnd = true;
}

/** Forgets what was drawn, because another channel follows. */
export function clear() {
  drawn = new Map();
  view.replaceChildren();
}

/** Wires the view; `open` opens a channel. */
export function startList(open) {
  go = open;
  view.addEventListener('pointerdown', ({ target }) => { held = Boolean(target.closest('button, a, .select')); });
  for (const end of ['pointerup', 'pointercancel']) {
    window.addEventListener(end, () => setTimeout(() => {
      held = false;
      if (postponed) draw();
      postponed = false;
    }));
  }
  view.addEventListener('scroll', look);
  // A picture that arrives, or a keyboard on a phone that opens, pushes the end out of sight.
  view.addEventListener('load', () => { if (atEnd) toEnd(); }, true);
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(view);
  view.addEventListener('keydown', (event) => {
    if ((event.key === 'Enter' || event.key === ' ') && event.target.matches('.spoiler, .mention')) {
      event.preventDefault();
      event.target.click();
    }
    if (event.target === view || event.target.matches('.message')) moveFocus(event, [...view.querySelectorAll('.message')]);
  });
  view.addEventListener('click', ({ target }) => {
    const spoiler = target.closest('.spoiler');
    spoiler?.classList.add('shown');
    spoiler?.removeAttribute('aria-label');
    const mention = target.closest('.mention');
    if (mention?.dataset.channel) go(mention.dataset.channel);
    if (mention?.dataset.command) write(`${mention.dataset.command} `);
  });
  latest.addEventListener('click', toEnd);
}
