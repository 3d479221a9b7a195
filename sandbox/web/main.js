// Starts the page: fetches the state, draws it, and keeps it current with what the sandbox tells.

import { onChange } from './actions.js';
import { api, listen } from './api.js';
import { refreshComposer, write } from './composer.js';
import { displayName, h, icon, moveFocus } from './dom.js';
import { beginsBlock, messageElement, plainText, sendingElement } from './message.js';
import { drawSidebar, setDrawer, startSidebar } from './sidebar.js';
import { channel, forget, keep, member, store } from './store.js';
import { setNow, tick, weekday } from './time.js';

const view = document.getElementById('messages');
const latest = document.getElementById('to-latest');
const live = document.getElementById('live');

/** Message id → the element drawn for it and what it was drawn from, so that only what changed is replaced. */
let drawn = new Map();
let stop = () => {};
let refetch = null;
/** What the message box was last fitted to. */
let fitted = '';
/** While a pointer is down nothing is redrawn: a button replaced under it would never see the click. */
let held = false;
let postponed = false;
/** Opened without naming a channel: goes where something happens, until somebody chooses. */
let wandering = location.hash.length < 2;
/** How many fetches of messages are under way, and what changed since the first of them began. */
let loading = 0;
let meanwhile = [];

async function loadState() {
  Object.assign(store, await api.state(store.me, store.channel));
  setNow(store.now);
  const known = channel(store.channel);
  if (!known) store.channel = liveliest()?.id ?? null;
  const home = store.guilds.find((one) => one.channels.some((place) => place.id === store.channel));
  store.guild = home?.id ?? store.guild ?? store.guilds[0]?.id;
  drawSidebar();
  drawHeader();
  const fit = JSON.stringify([store.me, store.channel, channel()?.name, store.commands]);
  if (fit !== fitted) refreshComposer();
  fitted = fit;
  return Boolean(known);
}

/** The channel with the latest message, or the first one. */
function liveliest() {
  const places = store.guilds[0]?.channels.filter((one) => !one.parent) ?? [];
  return places.reduce((best, one) => (BigInt(one.last ?? 0) > BigInt(best.last ?? 0) ? one : best), places[0]);
}

async function loadMessages() {
  const place = store.channel;
  if (!place) return;
  loading += 1;
  const messages = await api.messages(store.me, place);
  loading -= 1;
  if (place !== store.channel) return;
  store.messages = messages;
  // News that came while this was under way may be newer.
  meanwhile.forEach((change) => change());
  if (loading === 0) meanwhile = [];
  draw();
}

/** Asks for the state again soon; many changes in a row make one request. */
function stateChanged() {
  refetch ??= setTimeout(async () => {
    refetch = null;
    if (!(await loadState())) await go(store.channel);
    draw();
  }, 60);
}

async function go(id) {
  if (!id) return;
  store.channel = id;
  store.unread.delete(id);
  store.messages = [];
  drawn = new Map();
  view.replaceChildren();
  location.hash = id;
  setDrawer(false);
  await loadState();
  await loadMessages();
  toEnd();
}

async function actAs(id) {
  store.me = id;
  sessionStorage.setItem('me', id);
  Object.assign(store, { unread: new Map(), failed: new Map(), pending: new Set(), sending: [] });
  subscribe();
  await loadState();
  await go(store.channel);
}

function subscribe() {
  stop();
  stop = listen(store.me, {
    message: ({ message }) => arrived(message),
    gone: ({ id }) => { note(() => forget(id)); draw(); },
    state: stateChanged,
    connected: async () => { await loadState(); await loadMessages(); },
  });
}

function arrived(message) {
  // The number below a thread's first message counts what is in it.
  if (channel(message.channel_id)?.parent) stateChanged();
  const isHere = message.channel_id === store.channel || message.id === store.channel;
  settle(message);
  if (!isHere) {
    if (wandering && store.messages.length === 0 && !channel(message.channel_id)?.parent) {
      go(message.channel_id);
      return;
    }
    if (message.author.id === store.me || message.edited_timestamp) return;
    const pinged = message.mentions?.some((one) => one.id === store.me) || message.mention_everyone
      || message.mention_roles?.some((id) => member(store.me)?.roles.includes(id));
    store.unread.set(message.channel_id, (store.unread.get(message.channel_id) ?? 0) + (pinged ? 1 : 0));
    drawSidebar();
    return;
  }
  const fresh = note(() => keep(message));
  if (fresh && message.author.id !== store.me) live.textContent = `${displayName(message.author)}: ${plainText(message)}`;
  draw(fresh ? message.id : null);
  if (fresh && message.author.id === store.me) toEnd();
}

/** Changes the messages, also those that are just being fetched. */
function note(change) {
  if (loading > 0) meanwhile.push(change);
  return change();
}

/** An answer has come, if only "is thinking": what waited for it waits no longer. */
function settle(message) {
  const source = message.message_reference?.message_id ?? message.interaction_metadata?.interacted_message_id;
  for (const waiting of store.pending) if (waiting.startsWith(`${source}/`)) store.pending.delete(waiting);
  const via = message.interaction_metadata;
  if (via?.type === 2 && via.user.id === store.me) store.sending = store.sending.filter((row) => row.failed || row.channel !== message.channel_id);
}

function drawHeader() {
  const here = channel();
  const parent = here?.parent && channel(here.parent);
  const title = document.getElementById('channel-name');
  title.replaceChildren(...(parent ? [
    icon('hash'), h('button', { class: 'parent', onclick: () => go(parent.id) }, parent.name), '›', icon('thread'),
  ] : [icon(here?.type === 1 ? 'at' : 'hash')]), h('span', {}, here?.name ?? ''));
  document.title = here ? `${parent || here.type === 1 ? '' : '#'}${here.name} · Sandbox` : 'Sandbox';
}

/** Draws the messages of the channel looked at, replacing only what changed. */
function draw(fresh = null) {
  if (held) {
    postponed = true;
    return;
  }
  const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < 90;
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
  latest.hidden = atEnd || !(fresh || !latest.hidden);
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
  const from = JSON.stringify([message, first, waiting, store.failed.get(message.id), thread?.count, thread?.name]);
  return reuse(next, message.id, from, () => {
    const element = messageElement(message, first, go);
    if (fresh) element.classList.add('arrived');
    return element;
  });
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

function toEnd() {
  view.scrollTop = view.scrollHeight;
  latest.hidden = true;
}

view.addEventListener('pointerdown', ({ target }) => { held = Boolean(target.closest('button, a, .select')); });
for (const end of ['pointerup', 'pointercancel']) {
  window.addEventListener(end, () => setTimeout(() => {
    held = false;
    if (postponed) draw();
    postponed = false;
  }));
}
view.addEventListener('scroll', () => {
  if (view.scrollHeight - view.scrollTop - view.clientHeight < 40) latest.hidden = true;
});
view.addEventListener('load', () => { if (latest.hidden) toEnd(); }, true);
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
window.addEventListener('hashchange', () => { if (location.hash.slice(1) !== store.channel) go(location.hash.slice(1)); });

onChange((end) => {
  draw();
  if (end) toEnd();
});
startSidebar({
  go: (id) => {
    wandering = false;
    return go(id);
  },
  actAs,
});
store.me = sessionStorage.getItem('me');
store.channel = location.hash.slice(1) || null;
await loadState();
subscribe();
await go(store.channel);
