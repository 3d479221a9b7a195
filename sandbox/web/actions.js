// What the acting member does: presses, choices, dialogs, commands. Everything goes to the sandbox and comes back as news.

import { api } from './api.js';
import { key, store } from './store.js';
import { openModal } from './modal.js';

let redraw = () => {};

/** Sets the function that shows a change of what is under way; told `true`, it goes to the end of the messages. */
export function onChange(listener) {
  redraw = listener;
}

/** A component was used: shows it waiting, then the answer or that none came. */
async function use(message, customId, what, more) {
  const id = key(message.id, customId);
  if (store.pending.has(id)) return;
  store.pending.add(id);
  store.failed.delete(message.id);
  redraw();
  const body = { as: store.me, channel: message.channel_id, message: message.id, custom_id: customId, ...more };
  const answer = await api.act(what, body);
  // A bot that took its time was "thinking" before, which settled this.
  const waited = store.pending.delete(id);
  if (answer.error && waited) store.failed.set(message.id, answer.sent ? 'This interaction failed' : answer.error);
  redraw();
  if (answer.modal) openModal(answer.modal, (values) => submit(answer.modal, message.channel_id, values));
}

export function press(message, customId) {
  return use(message, customId, 'press', {});
}

export function choose(message, customId, values) {
  return use(message, customId, 'choose', { values });
}

/** Sends a dialog's values; resolves to a sentence when something was wrong with them. */
async function submit(modal, channel, values) {
  const answer = await api.act('submit', { as: store.me, channel, modal: modal.key, values });
  if (answer.modal) openModal(answer.modal, (more) => submit(answer.modal, channel, more));
  if (!answer.error) return null;
  return answer.sent ? 'Something went wrong. Try again.' : answer.error;
}

/** Runs a slash command; resolves to a sentence when it was not sent. */
export async function slash(text, shown, files) {
  const row = { id: `sending-${Date.now()}`, channel: store.channel, me: store.me, command: shown, failed: null };
  store.sending.push(row);
  redraw(true);
  const deed = { as: store.me, channel: store.channel, text };
  const answer = files.length ? await api.upload(deed, files) : await api.act('slash', deed);
  if (answer.error && answer.sent) row.failed = 'The application did not respond';
  else store.sending = store.sending.filter((one) => one !== row);
  redraw(true);
  if (answer.modal) openModal(answer.modal, (values) => submit(answer.modal, row.channel, values));
  return answer.error && !answer.sent ? answer.error : null;
}

export function dropSending(id) {
  store.sending = store.sending.filter((one) => one.id !== id);
  redraw();
}

export async function say(text) {
  const answer = await api.act('say', { as: store.me, channel: store.channel, text });
  return answer.error ?? null;
}

export function dismiss(message) {
  return api.act('dismiss', { as: store.me, channel: message.channel_id, message: message.id });
}

/** What the bot suggests for the last option, or null when it did not answer. */
export async function complete(text) {
  const answer = await api.act('complete', { as: store.me, channel: store.channel, text });
  return answer.choices ?? null;
}

export async function setLively(on) {
  const answer = await api.act('lively', { on });
  if (answer.ok) store.lively = on;
}
