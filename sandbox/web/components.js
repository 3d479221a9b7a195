// Message components, old and new, as elements.

import { choose, press } from './actions.js';
import { dots, h, icon } from './dom.js';
import { select } from './select.js';
import { key, store } from './store.js';

const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

/** All components of a message, or null when it has none. */
export function components(message) {
  if (!message.components?.length) return null;
  return h('div', { class: 'components' }, message.components.map((one) => component(message, one)));
}

function component(message, one) {
  switch (one.type) {
    case 1: return h('div', { class: 'row' }, one.components.map((child) => component(message, child)));
    case 2: return button(message, one);
    case 3: case 5: case 6: case 7: case 8: return selectIn(message, one);
    case 9: return section(message, one);
    case 10: return h('div', { class: 'md', html: one.html });
    case 11: return picture(message, one, 'thumbnail');
    case 12: return h('div', { class: 'gallery' }, one.items.map((item) => picture(message, item, '')));
    case 13: return file({ ...attached(message, one.file), filename: one.name, size: one.size }, one.spoiler);
    case 14: return separator(one);
    case 17: return container(message, one);
    default: return h('div', { class: 'system' }, `(component of type ${one.type})`);
  }
}

function button(message, one) {
  const content = [one.emoji && h('span', {}, one.emoji.name), one.label && h('span', {}, one.label)];
  if (one.style === 5) {
    return h('a', { class: 'button link', href: webOnly(one.url), target: '_blank', rel: 'noopener noreferrer' },
      content, icon('external'));
  }
  const pending = store.pending.has(key(message.id, one.custom_id));
  return h('button', {
    class: `button ${STYLES[one.style] ?? 'secondary'} ${pending ? 'pending' : ''}`, type: 'button',
    disabled: one.disabled, 'aria-busy': pending ? 'true' : undefined, 'data-key': one.custom_id,
    onclick: () => press(message, one.custom_id),
  }, content, pending && dots());
}

function selectIn(message, one) {
  const pending = store.pending.has(key(message.id, one.custom_id));
  return select(one, { disabled: one.disabled || pending, chosen: (values) => choose(message, one.custom_id, values) });
}

function section(message, one) {
  return h('div', { class: 'section' },
    h('div', { class: 'texts' }, one.components.map((text) => component(message, text))),
    h('div', { class: 'accessory' }, component(message, one.accessory)));
}

function separator(one) {
  const classes = [one.divider === false ? '' : 'line', one.spacing === 2 ? 'wide' : ''];
  return h('div', { class: `separator ${classes.join(' ')}`, role: one.divider === false ? undefined : 'separator' });
}

function container(message, one) {
  const accent = Number.isInteger(one.accent_color);
  const style = accent ? `--accent:#${one.accent_color.toString(16).padStart(6, '0')}` : undefined;
  const box = h('div', { class: `container ${accent ? 'accent' : ''} ${one.spoiler ? 'spoiler-box' : ''}`, style },
    one.components.map((child) => component(message, child)));
  if (one.spoiler) box.addEventListener('click', () => box.classList.add('shown'));
  return box;
}

/** The attachment that `attachment://name` means, or the address itself. */
function attached(message, media) {
  const name = media.url?.startsWith('attachment://') ? media.url.slice('attachment://'.length) : null;
  const found = message.attachments?.find((one) => one.filename === name || one.url === media.url);
  return found ?? { url: media.url, filename: name ?? decodeURIComponent(media.url?.split('/').pop() ?? 'file'), size: media.size };
}

function picture(message, item, className) {
  const source = attached(message, item.media);
  const text = item.description ?? source.description ?? '';
  const image = h('img', { class: className, src: webOnly(source.url), alt: text, title: text || undefined, loading: 'lazy' });
  return h('figure', { class: item.spoiler ? 'spoiler-picture' : '' }, image);
}

/** A file to download. */
export function file(attachment) {
  const { size } = attachment;
  const weight = size > 1024 ? `${(size / 1024).toFixed(1)} KB` : `${size} bytes`;
  return h('a', { class: 'file', href: webOnly(attachment.url), download: attachment.filename ?? '' }, icon('file'),
    h('span', {}, attachment.filename ?? 'file', size !== undefined && h('small', {}, weight)));
}

/** An address that may stand in the page: of the web, or of the sandbox itself. */
export function webOnly(url) {
  return /^(https?:\/\/|\/)/.test(url ?? '') ? url : undefined;
}
