// What the page knows: the server as the acting member sees it, the channel looked at, what is under way.

export const store = {
  /** The acting member's id. */
  me: null,
  guild: null,
  channel: null,
  members: [],
  guilds: [],
  commands: [],
  failures: [],
  lively: false,
  /** Messages of the channel looked at, oldest first. */
  messages: [],
  /** Commands sent and not answered yet, or not answered at all; shown below the messages. */
  sending: [],
  /** `message/custom_id` of components that wait for the bot. */
  pending: new Set(),
  /** Message id → sentence shown below it. */
  failed: new Map(),
  /** Channel id → { count of pings } for channels with news. */
  unread: new Map(),
};

export const key = (message, customId) => `${message}/${customId}`;

export function member(id) {
  return store.members.find((one) => one.id === id);
}

export function guild() {
  return store.guilds.find((one) => one.id === store.guild) ?? store.guilds[0];
}

export function channels() {
  return store.guilds.flatMap((one) => one.channels).concat(store.dms ?? []);
}

export function channel(id = store.channel) {
  return channels().find((one) => one.id === id);
}

/** Puts a message where it belongs in time, replacing what it was before. */
export function keep(message) {
  const at = store.messages.findIndex((one) => one.id === message.id);
  if (at >= 0) {
    store.messages[at] = message;
    return false;
  }
  store.messages.push(message);
  store.messages.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  return true;
}

export function forget(id) {
  store.messages = store.messages.filter((one) => one.id !== id);
}
