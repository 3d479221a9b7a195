// Left of the messages: servers, channels, the sandbox's switches, whom one acts as. Right of them: the members.

import { setLively } from './actions.js';
import { avatar, h, icon, moveFocus } from './dom.js';
import { openFailures } from './modal.js';
import { guild, member, store } from './store.js';

const find = (id) => document.getElementById(id);
const drawer = find('drawer');
const scrim = find('scrim');
const opener = find('open-drawer');
const menu = find('members-menu');
const me = find('me');

/** What the sidebar was last drawn from. */
let drawn = '';
let on = { go: () => {}, actAs: () => {} };

/** Wires the sidebar; `go` opens a channel, `actAs` switches the member. */
export function startSidebar(handlers) {
  on = handlers;
  opener.addEventListener('click', () => setDrawer(true));
  scrim.addEventListener('click', () => setDrawer(false));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && menu.hidden) setDrawer(false); });
  find('channels').addEventListener('keydown', (event) => moveFocus(event, [...find('channels').querySelectorAll('.channel')]));
  find('lively').addEventListener('click', () => setLively(!store.lively).then(drawSidebar));
  find('failures').addEventListener('click', openFailures);
  find('failure-badge').addEventListener('click', openFailures);
  me.addEventListener('click', () => setMenu(menu.hidden));
  menu.addEventListener('keydown', menuKey);
  document.addEventListener('pointerdown', (event) => {
    if (!find('user-panel').contains(event.target)) setMenu(false, { refocus: false });
    const overlays = getComputedStyle(find('people')).position === 'absolute';
    if (overlays && ![find('people'), toggle].some((one) => one.contains(event.target))) showPeople(false);
  });
  const toggle = find('toggle-people');
  const showPeople = (shown) => {
    find('people').hidden = !shown;
    toggle.setAttribute('aria-pressed', String(shown));
  };
  toggle.addEventListener('click', () => showPeople(find('people').hidden));
  showPeople(window.innerWidth > 1100);
}

export function setDrawer(open) {
  if (drawer.classList.contains('open') === open) return;
  drawer.classList.toggle('open', open);
  scrim.hidden = !open;
  opener.setAttribute('aria-expanded', String(open));
  if (open) (drawer.querySelector('[aria-current=page]') ?? drawer.querySelector('.channel'))?.focus();
  else opener.focus();
}

function setMenu(open, { refocus = true } = {}) {
  if (menu.hidden === !open) return;
  menu.hidden = !open;
  me.setAttribute('aria-expanded', String(open));
  if (open) (menu.querySelector('[aria-selected=true]') ?? menu.firstElementChild)?.focus();
  else if (refocus) me.focus();
}

function menuKey(event) {
  if (moveFocus(event, [...menu.children])) return;
  if (event.key === 'Escape') setMenu(false);
  else if (event.key === 'Enter' || event.key === ' ') document.activeElement.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function drawSidebar() {
  const { me: acting, guild: server, channel, members, guilds, dms, failures, lively, connected, unread } = store;
  const now = JSON.stringify([acting, server, channel, members, guilds, dms, failures, lively, connected, [...unread]]);
  // What is the same stays: a button replaced under a finger never sees the click.
  if (now === drawn) return;
  drawn = now;
  keepingFocus(() => {
    drawRail();
    drawChannels();
    drawTools();
    drawMe();
    drawPeople();
  });
}

/** Redraws without taking the keyboard's place away from under it. */
function keepingFocus(draw) {
  const id = document.activeElement?.dataset?.id;
  const holder = document.activeElement?.parentElement?.id;
  draw();
  if (id && holder) find(holder)?.querySelector(`[data-id="${id}"]`)?.focus();
}

function drawRail() {
  find('rail').replaceChildren(...store.guilds.map((one) => h('button', {
    class: 'server', role: 'tab', 'aria-selected': String(one.id === store.guild), title: one.name, 'data-id': one.id,
    'aria-label': one.name, onclick: () => { if (one.channels[0]) on.go(one.channels[0].id); },
  }, one.name.split(/\s+/).map((word) => word[0]).join('').slice(0, 3).toUpperCase())));
  find('server-name').textContent = guild()?.name ?? 'Sandbox';
}

function drawChannels() {
  const all = guild()?.channels ?? [];
  const rows = all.filter((one) => !one.parent).flatMap((one) =>
    [channelRow(one), ...all.filter((thread) => thread.parent === one.id).map(channelRow)]);
  const direct = (store.dms ?? []).map(channelRow);
  find('channels').replaceChildren(
    h('h2', { class: 'category' }, 'Text channels'), ...rows,
    ...(direct.length ? [h('h2', { class: 'category' }, 'Direct messages'), ...direct] : []),
  );
}

function channelRow(one) {
  const unread = store.unread.get(one.id);
  const kind = one.type === 1 ? 'at' : one.parent ? 'thread' : 'hash';
  return h('div', { role: 'listitem' }, h('button', {
    class: `channel ${one.parent ? 'thread' : ''} ${unread !== undefined ? 'unread' : ''}`, 'data-id': one.id,
    'aria-current': one.id === store.channel ? 'page' : undefined,
    'aria-label': `${one.name}${one.parent ? ', thread' : ''}${unread !== undefined ? ', unread' : ''}`,
    onclick: () => on.go(one.id),
  }, !one.parent && icon(kind), h('span', { class: 'label' }, one.name), unread > 0 && h('span', { class: 'pings' }, String(unread))));
}

function drawTools() {
  const count = store.failures.length;
  find('lively').setAttribute('aria-checked', String(store.lively));
  const pill = find('failures').querySelector('.count');
  pill.textContent = String(count);
  pill.classList.toggle('bad', count > 0);
  const badge = find('failure-badge');
  badge.hidden = count === 0;
  badge.textContent = `${count} ${count === 1 ? 'failure' : 'failures'}`;
}

function drawMe() {
  const acting = member(store.me);
  if (!acting) return;
  me.setAttribute('aria-label', `Acting as ${acting.name}. Switch member`);
  me.replaceChildren(avatar(acting, 'small online'), h('span', { class: 'who' }, h('b', {}, acting.name), h('small', {}, 'Switch member')), icon('up'));
  menu.replaceChildren(...store.members.filter((one) => !one.bot).map((one) => h('li', {
    role: 'option', tabindex: '-1', 'aria-selected': String(one.id === store.me), 'data-id': one.id,
    onclick: () => { setMenu(false); on.actAs(one.id); },
  }, avatar(one, 'small'), one.name)));
}

function drawPeople() {
  const roles = guild()?.roles ?? [];
  const groupOf = (one) => (one.bot ? null : roles.find((role) => role.hoist && one.roles.includes(role.id)));
  const groups = new Map();
  for (const one of store.members) {
    const name = one.bot ? 'Apps' : groupOf(one)?.name ?? 'Online';
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const rank = (name) => (name === 'Apps' ? 2 : name === 'Online' ? 1 : 0);
  find('people').replaceChildren(...[...groups].sort(([a], [b]) => rank(a) - rank(b)).flatMap(([name, people]) => [
    h('h2', {}, `${name} — ${people.length}`),
    ...people.map((one) => h('div', { class: 'person' }, avatar(one, one.bot && !store.connected ? 'small offline' : 'small online'),
      h('span', { style: one.color ? `color:#${one.color.toString(16).padStart(6, '0')}` : '' }, one.name),
      one.bot && h('span', { class: 'tag' }, 'APP'))),
  ]));
}
