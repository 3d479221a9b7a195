// Starts the page: fetches the state, draws it, and keeps it current with what the sandbox tells.

import { onChange } from './actions.js';
import { api, listen } from './api.js';
import { refreshComposer } from './composer.js';
import { displayName, h, icon } from './dom.js';
import { clear, draw, drawSoon, startList, toEnd } from './list.js';
import { plainText } from './message.js';
import { drawSidebar, setDrawer, startSidebar } from './sidebar.js';
import { channel, forget, keep, member, store } from './store.js';
import { setNow } from './time.js';

const live = document.getElementById('live');
const offline = document.getElementById('offline');

let stop = () => {};
let refetch = null;
/** What the message box was last fitted to. */
let fitted = '';
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
  const messages = await api.messages(store.me, place).finally(() => { loading -= 1; });
  const news = meanwhile;
  if (loading === 0) meanwhile = [];
  if (place !== store.channel) return;
  store.messages = messages;
  // News that came while this was under way may be newer.
  news.forEach((change) => change());
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
  clear();
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
    gone: ({ id }) => { note(() => forget(id)); drawSoon(); },
    state: stateChanged,
    connected: async () => {
      offline.hidden = true;
      await loadState();
      await loadMessages();
    },
    lost: () => { offline.hidden = false; },
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
  drawSoon(fresh ? message.id : null, fresh && message.author.id === store.me);
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

window.addEventListener('hashchange', () => { if (location.hash.slice(1) !== store.channel) go(location.hash.slice(1)); });

onChange((end) => {
  draw();
  if (end) toEnd();
});
startList(go);
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
