// One message as an element: who, when, what, and what hangs below it.

import { dismiss, dropSending } from './actions.js';
import { components, file, webOnly } from './components.js';
import { avatar, displayName, dots, h, icon } from './dom.js';
import { channel, channels, member, store } from './store.js';
import { clock, sentAt } from './time.js';

const LOADING = 1 << 7;
const EPHEMERAL = 1 << 6;

/** Whether a message begins a new block of its author's, given the one before it. */
export function beginsBlock(message, before) {
  if (!before || before.author.id !== message.author.id || usedCommand(message) || message.message_reference) return true;
  if (((before.flags ?? 0) & EPHEMERAL) !== ((message.flags ?? 0) & EPHEMERAL)) return true;
  return new Date(message.timestamp) - new Date(before.timestamp) > 7 * 60_000;
}

/** A message; `go` opens a channel or thread. */
export function messageElement(message, first, go) {
  const author = { id: message.author.id, name: displayName(message.author), bot: message.author.bot };
  const sent = new Date(message.timestamp);
  const reply = first ? replyLine(message) : null;
  const ephemeral = ((message.flags ?? 0) & EPHEMERAL) !== 0;
  const classes = ['message', first && 'first', reply && 'replies', ephemeral && 'ephemeral', pingsMe(message) && 'mentions-me'];
  return enliven(h('article', {
    class: classes.filter(Boolean).join(' '), 'data-id': message.id, tabindex: '-1',
    'aria-label': `${author.name}, ${sentAt(sent)}${ephemeral ? ', only you can see this' : ''}`,
  },
  reply,
  first ? avatar(author) : h('span', { class: 'clock', 'aria-hidden': 'true' }, clock(sent)),
  first && h('div', { class: 'byline' },
    h('span', { class: 'name', style: nameColor(author) }, author.name),
    author.bot && h('span', { class: 'tag' }, 'APP'),
    h('span', { class: 'when' }, sentAt(sent))),
  body(message),
  threadChip(message, go),
  failure(message),
  ephemeral && privateLine(message)));
}

/** Lets the keyboard reach what the server's HTML makes clickable. */
function enliven(element) {
  for (const one of element.querySelectorAll('.spoiler, .mention[data-channel], .mention[data-command]')) {
    one.tabIndex = 0;
    one.setAttribute('role', 'button');
    if (one.matches('.spoiler')) one.setAttribute('aria-label', 'Spoiler');
  }
  return element;
}

/** A role's colour for the name, like Discord's. */
function nameColor(author) {
  const color = member(author.id)?.color;
  return color ? `color:#${color.toString(16).padStart(6, '0')}` : undefined;
}

function usedCommand(message) {
  return message.interaction_metadata?.type === 2 || message.interaction?.type === 2;
}

function pingsMe(message) {
  const mine = member(store.me)?.roles ?? [];
  return message.mention_everyone
    || message.mentions?.some((one) => one.id === store.me)
    || message.mention_roles?.some((id) => mine.includes(id));
}

function replyLine(message) {
  const metadata = message.interaction_metadata;
  if (usedCommand(message)) {
    const user = message.interaction?.user ?? metadata.user;
    const name = message.interaction?.name ?? metadata.name ?? message.command_name ?? 'a command';
    const who = { id: user.id, name: displayName(user) };
    return h('div', { class: 'reply-line' }, avatar(who, 'tiny'), h('b', {}, who.name), ' used ',
      h('span', { class: 'command' }, `/${name}`));
  }
  const original = message.message_reference?.message_id;
  if (!original) return null;
  const target = message.referenced_message ?? store.messages.find((one) => one.id === original);
  if (!target) return null;
  const who = { id: target.author.id, name: displayName(target.author), bot: target.author.bot };
  const jump = () => document.querySelector(`[data-id="${original}"]`)?.scrollIntoView({ block: 'center' });
  return h('button', { class: 'reply-line', type: 'button', onclick: jump }, avatar(who, 'tiny'), h('b', {}, who.name),
    h('span', { class: 'preview' }, plainText(target) || 'Click to see the message'));
}

/** The words of a message without their looks, for previews and screen readers. */
export function plainText(message) {
  const holder = document.createElement('template');
  const texts = (list) => (list ?? []).map((one) =>
    [one.html ?? '', texts(one.components), one.label ?? ''].join(' ')).join(' ');
  const embeds = (message.embeds ?? []).map((one) => `${one.title ?? ''} ${one.html ?? ''}`).join(' ');
  holder.innerHTML = [message.html ?? '', embeds, texts(message.components)].join(' ');
  return holder.content.textContent.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function body(message) {
  if ((message.flags ?? 0) & LOADING) {
    return h('div', { class: 'thinking' }, dots(), `${displayName(message.author)} is thinking…`);
  }
  if (message.type === 18 || message.type === 21) {
    return h('div', { class: 'system' }, message.type === 18 ? `started a thread: ${message.content}` : 'Start of the thread');
  }
  const edited = message.edited_timestamp && h('span', { class: 'edited' }, '(edited)');
  const parts = [];
  if (message.html) parts.push(h('div', { class: 'md', html: message.html }));
  for (const embed of message.embeds ?? []) parts.push(embedElement(embed));
  const usesV2 = ((message.flags ?? 0) & (1 << 15)) !== 0;
  if (!usesV2) parts.push(attachments(message));
  parts.push(components(message));
  const shown = parts.filter(Boolean);
  const lastLine = shown[0]?.matches('.md') ? shown[0].lastElementChild : null;
  if (edited && lastLine?.matches('p')) lastLine.append(edited);
  else if (edited) shown.push(edited);
  return shown;
}

function attachments(message) {
  if (!message.attachments?.length) return null;
  return h('div', { class: 'attachments' }, message.attachments.map((one) => {
    if (!one.content_type?.startsWith('image/')) return file(one);
    return h('figure', {}, h('img', { src: webOnly(one.url), alt: one.description ?? '', width: one.width, height: one.height }),
      one.description && h('span', { class: 'alt', title: one.description }, 'ALT'));
  }));
}

function embedElement(embed) {
  const color = embed.color === undefined || embed.color === null ? undefined : `border-color:#${embed.color.toString(16).padStart(6, '0')}`;
  const title = embed.title && (embed.url
    ? h('a', { class: 'title', href: webOnly(embed.url), target: '_blank', rel: 'noopener noreferrer' }, embed.title)
    : h('div', { class: 'title' }, embed.title));
  const footer = [embed.footer?.text, embed.timestamp && sentAt(new Date(embed.timestamp))].filter(Boolean).join(' • ');
  return h('div', { class: `embed ${embed.thumbnail ? 'with-thumb' : ''}`, style: color },
    embed.author && h('div', { class: 'author' }, embed.author.name),
    title,
    embed.html && h('div', { class: 'md', html: embed.html }),
    embed.fields?.length && h('div', { class: 'fields' }, embed.fields.map((field) =>
      h('div', { class: field.inline ? 'inline' : '' }, h('b', {}, field.name), h('div', { class: 'md', html: field.html })))),
    embed.image && h('img', { src: webOnly(embed.image.url), alt: embed.image.description ?? '' }),
    embed.thumbnail && h('img', { class: 'thumb', src: webOnly(embed.thumbnail.url), alt: '' }),
    footer && h('div', { class: 'footer' }, footer));
}

function threadChip(message, go) {
  const thread = message.thread && (channels().find((one) => one.id === message.thread.id) ?? message.thread);
  if (!thread || channel()?.id === thread.id) return null;
  const count = thread.count ?? thread.message_count ?? 0;
  return h('button', { class: 'chip', type: 'button', onclick: () => go(thread.id) }, icon('thread'),
    h('b', {}, thread.name), h('span', {}, `${count} ${count === 1 ? 'Message' : 'Messages'} ›`));
}

function failure(message) {
  const sentence = store.failed.get(message.id);
  return sentence && h('div', { class: 'failed', role: 'alert' }, icon('warning'), sentence);
}

function privateLine(message) {
  return h('div', { class: 'private' }, icon('eye'), 'Only you can see this · ',
    h('button', { type: 'button', onclick: () => dismiss(message) }, 'Dismiss message'));
}

/** A command on its way, or one that was never answered. */
export function sendingElement(row, bot) {
  const who = member(row.me) ?? { id: '0', name: '?' };
  return h('article', { class: 'message first replies', 'data-id': row.id, tabindex: '-1' },
    h('div', { class: 'reply-line' }, avatar(who, 'tiny'), h('b', {}, who.name), ' used ', h('span', { class: 'command' }, row.command)),
    avatar(bot),
    h('div', { class: 'byline' }, h('span', { class: 'name' }, bot.name), h('span', { class: 'tag' }, 'APP')),
    row.failed
      ? h('div', {}, h('div', { class: 'failed', role: 'alert' }, icon('warning'), row.failed),
        h('div', { class: 'private' }, icon('eye'), 'Only you can see this · ',
          h('button', { type: 'button', onclick: () => dropSending(row.id) }, 'Dismiss message')))
      : h('div', { class: 'thinking' }, dots(), 'Sending command…'));
}
