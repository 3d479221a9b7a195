// A small bot of oceanic.js, which lives in the simulated Discord as it would in the real one: nothing of the library
// is changed, and only the address of the API is set. What it finds wrong it says in a line that begins with PROBLEM.
'use strict';

const assert = require('node:assert/strict');
const {
  ApplicationCommandTypes, ButtonStyles, ChannelTypes, Client, ComponentTypes, MessageFlags, TextInputStyles,
} = require('oceanic.js');
const commands = require('../commands.js');

// The smallest picture there is: one grey point.
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

const client = new Client({
  auth: `Bot ${process.env.DISCORD_TOKEN}`,
  gateway: { intents: ['GUILDS', 'GUILD_MESSAGES', 'GUILD_MESSAGE_REACTIONS', 'DIRECT_MESSAGES'] },
  rest: { baseURL: `${process.env.DISCORD_API_BASE}/api/v10` },
});

const say = (line) => process.stdout.write(`${line}\n`);
const problem = (where, error) => say(`PROBLEM ${where}: ${error?.stack ?? error}`.replaceAll('\n', ' | '));
process.on('unhandledRejection', (error) => problem('promise', error));
process.on('warning', (warning) => problem('warning', warning));
// A connection that was cut is an error to the library; what a bot does wrong there, the sandbox records.
client.on('error', (error) => { if (error.name !== 'GatewayError') problem('client', error); });
client.on('warn', (warning) => problem('client', warning));
client.on('shardResume', () => say('RESUMED'));

const names = (list) => list.map((one) => one.displayName ?? one.globalName ?? one.name).join(', ');
const button = (customID, label, style = ButtonStyles.SECONDARY) =>
  ({ type: ComponentTypes.BUTTON, customID, label, style });
const row = (...components) => ({ type: ComponentTypes.ACTION_ROW, components });
const text = (content) => ({ type: ComponentTypes.TEXT_DISPLAY, content });
const select = (type, customID, more = {}) => ({ type, customID, ...more });

function panel() {
  return {
    content: 'Choose',
    components: [
      row(button('change', 'Change', ButtonStyles.PRIMARY), button('whisper', 'Whisper'), button('later', 'Later'),
        button('form', 'Form', ButtonStyles.SUCCESS),
        { type: ComponentTypes.BUTTON, style: ButtonStyles.LINK, label: 'Docs', url: 'https://example.com' }),
      row(select(ComponentTypes.STRING_SELECT, 'words', { placeholder: 'Words', minValues: 1, maxValues: 2, options: [
        { label: 'One', value: '1', description: 'the first', emoji: { name: '1️⃣' } }, { label: 'Two', value: '2' },
        { label: 'Three', value: '3' }] })),
      row(select(ComponentTypes.USER_SELECT, 'users', { placeholder: 'Users', maxValues: 3 })),
      row(select(ComponentTypes.ROLE_SELECT, 'roles', { placeholder: 'Roles' })),
      row(select(ComponentTypes.CHANNEL_SELECT, 'channels',
        { placeholder: 'Channels', channelTypes: [ChannelTypes.GUILD_TEXT] })),
    ],
  };
}

function layout(...more) {
  return {
    type: ComponentTypes.CONTAINER, accentColor: 0x5865f2, components: [
      text('# Layout'),
      { type: ComponentTypes.SECTION, components: [text('A section')],
        accessory: { type: ComponentTypes.THUMBNAIL, media: { url: 'attachment://dot.png' }, description: 'a dot' } },
      { type: ComponentTypes.SECTION, components: [text('With a button')], accessory: button('redo', 'Redo') },
      { type: ComponentTypes.SEPARATOR },
      { type: ComponentTypes.MEDIA_GALLERY, items: [{ media: { url: 'attachment://dot.png' } }] },
      { type: ComponentTypes.FILE, file: { url: 'attachment://notes.txt' } },
      row(select(ComponentTypes.MENTIONABLE_SELECT, 'anyone', { placeholder: 'Anyone' })),
      ...more,
    ],
  };
}

const files = () => [{ name: 'dot.png', contents: PICTURE }, { name: 'notes.txt', contents: Buffer.from('Notes') }];

function form() {
  const label = (name, component, more = {}) => ({ type: ComponentTypes.LABEL, label: name, component, ...more });
  return { customID: 'filled', title: 'About you', components: [
    label('Name', { type: ComponentTypes.TEXT_INPUT, customID: 'name', style: TextInputStyles.SHORT, maxLength: 30 },
      { description: 'What they call you' }),
    label('Level', select(ComponentTypes.STRING_SELECT, 'level',
      { options: [{ label: 'Easy', value: 'easy' }, { label: 'Hard', value: 'hard' }] })),
    label('Friends', select(ComponentTypes.USER_SELECT, 'friends', { maxValues: 3 })),
    label('Where', select(ComponentTypes.CHANNEL_SELECT, 'where')),
    label('Proof', { type: ComponentTypes.FILE_UPLOAD, customID: 'proof', required: false }),
  ] };
}

const acts = {
  async ping(i) {
    const { callback, message } = await i.createMessage({ content: 'pong' });
    assert.equal(message?.content ?? (await i.getOriginal()).content, 'pong');
    assert.ok(callback === null || callback.interaction.id === i.id);
  },
  async echo(i) {
    const o = i.data.options;
    const parts = [o.getString('text', true), o.getInteger('times'), o.getNumber('ratio'), o.getBoolean('loud'),
      o.getMember('user')?.displayName, o.getChannel('channel')?.name, o.getRole('role')?.name,
      o.getAttachment('file')?.filename];
    await i.createMessage({ content: parts.map((part) => part ?? '-').join(' ') });
  },
  async set(i) {
    const way = i.data.options.getSubCommand(true).join(' ');
    const number = i.data.options.getInteger('number') ?? 'nothing';
    await i.createMessage({ content: `${way}: ${number}`, flags: MessageFlags.EPHEMERAL });
  },
  async find(i) { await i.createMessage({ content: `found ${i.data.options.getString('word', true)}` }); },
  async panel(i) { await i.createMessage(panel()); },
  async form(i) { await i.createModal(form()); },
  async layout(i) {
    await i.createMessage({ flags: MessageFlags.IS_COMPONENTS_V2, components: [layout()], files: files() });
    const message = await i.getOriginal();
    assert.equal(message.attachments.size, 0, 'files that components show are not attachments');
    const gallery = message.components[0].components.find((one) => one.type === ComponentTypes.MEDIA_GALLERY);
    assert.equal(gallery.items[0].media.contentType, 'image/png');
    assert.ok(gallery.items[0].media.attachmentID, 'the medium names its attachment');
  },
  async files(i) {
    await i.createMessage({ content: 'Two files', files: files(),
      attachments: [{ id: '1', filename: 'dot.png', description: 'A dot' }, { id: '2', filename: 'notes.txt' }] });
    const first = [...(await i.getOriginal()).attachments.values()];
    assert.deepEqual(first.map((one) => one.filename), ['dot.png', 'notes.txt']);
    assert.equal(first[0].description, 'A dot');
    const edited = await i.editOriginal({ content: 'Two others', attachments: [{ id: first[0].id }, { id: '1' }],
      files: [{ name: 'more.json', contents: Buffer.from('{}') }] });
    assert.deepEqual([...edited.attachments.values()].map((one) => one.filename), ['dot.png', 'more.json']);
  },
  async slow(i) {
    await i.defer();
    const embeds = [{ title: 'A card', fields: [{ name: 'a', value: 'b' }] }];
    await i.editOriginal({ content: 'Done at last', embeds });
  },
  async quietly(i) {
    await i.defer(MessageFlags.EPHEMERAL);
    await i.editOriginal({ content: 'Between us' });
    const open = (await i.createFollowup({ content: 'For everybody' })).message;
    const closed = (await i.createFollowup({ content: 'Also between us', flags: MessageFlags.EPHEMERAL })).message;
    await i.editFollowup(open.id, { content: 'For everybody, edited' });
    assert.equal((await i.getFollowup(open.id)).content, 'For everybody, edited');
    await i.deleteFollowup(closed.id);
    await i.deleteOriginal();
  },
  async thread(i) {
    await i.defer();
    const { channel } = i;
    const start = await channel.createMessage({ content: 'Here it begins' });
    const thread = await start.startThread({ name: 'From a message', autoArchiveDuration: 60 });
    await thread.createMessage({ content: 'In the thread' });
    await thread.addMember(i.user.id);
    assert.equal((await client.rest.channels.getThreadMember(thread.id, i.user.id)).userID, i.user.id);
    await thread.removeMember(i.user.id);
    // This library's cache keeps the old name; members see the new one.
    await thread.edit({ name: 'Renamed' });
    await thread.edit({ archived: true });
    await thread.edit({ archived: false });
    await thread.createMessage({ content: 'Open again' });
    const other = await channel.startThreadWithoutMessage({ name: 'By itself', type: ChannelTypes.PUBLIC_THREAD });
    await other.join();
    assert.ok((await i.guild.getActiveThreads()).threads.some((one) => one.id === other.id));
    assert.equal((await channel.getPublicArchivedThreads()).threads.length, 0);
    await i.editOriginal({ content: `Threads: Renamed, ${other.name}` });
  },
  async dm(i) {
    const channel = await i.user.createDM();
    await channel.createMessage({ content: 'Hello in private', components: [row(button('ack', 'Understood'))] });
    await i.createMessage({ content: 'Sent', flags: MessageFlags.EPHEMERAL });
  },
  async tidy(i) {
    await i.defer();
    const { channel } = i;
    const sent = [];
    for (const content of ['first', 'second', 'third']) sent.push(await channel.createMessage({ content }));
    const [first] = sent;
    await first.createReaction('👍');
    await first.createReaction('🎉');
    const fresh = await channel.getMessage(first.id);
    assert.equal(fresh.reactions.find((one) => one.emoji.name === '👍').count, 1);
    assert.deepEqual((await first.getReactions('👍')).map((one) => one.id), [client.user.id]);
    await first.deleteReaction('👍');
    await first.deleteReactions('🎉');
    await first.deleteReactions();
    await first.pin();
    assert.deepEqual((await channel.getPins()).map((pin) => pin.message.id), [first.id]);
    assert.deepEqual((await channel.getPinnedMessages()).map((one) => one.id), [first.id]);
    await first.unpin();
    assert.equal((await channel.getMessages({ limit: 2 })).length, 2);
    await sent.pop().delete();
    const gone = await channel.deleteMessages(sent.map((one) => one.id));
    await i.editOriginal({ content: `Tidied ${gone}` });
  },
  async members(i) {
    await i.defer();
    const found = await i.guild.fetchMembers({ query: 'B', limit: 5 });
    const byId = await i.guild.fetchMembers({ userIDs: [i.user.id, '1'] });
    assert.deepEqual(byId.map((one) => one.id), [i.user.id]);
    const one = await i.guild.getMember(i.guild.ownerID);
    const sought = await i.guild.searchMembers({ query: 'chl', limit: 1 });
    await i.editOriginal(
      { content: `Found ${names(found)}; the owner is ${one.displayName}; sought ${names(sought)}` });
  },
  async hook(i) {
    await i.defer();
    const hook = await i.channel.createWebhook({ name: 'Herald' });
    const sent = await hook.execute({ content: 'Hear', username: 'Crier', wait: true });
    assert.equal((await hook.editMessage(sent.id, { content: 'Hear ye' })).content, 'Hear ye');
    assert.ok((await i.channel.getWebhooks()).some((one) => one.id === hook.id));
    assert.equal((await client.rest.webhooks.get(hook.id, hook.token)).name, 'Herald');
    await hook.deleteMessage(sent.id);
    await hook.edit({ name: 'Herald II' });
    await hook.deleteToken();
    await i.editOriginal({ content: 'Webhook Herald II came and went' });
  },
  async look(i) {
    await i.defer();
    const { guild } = i;
    const invite = await i.channel.createInvite({ maxAge: 60, maxUses: 1, unique: true });
    assert.equal((await client.rest.channels.getInvite(invite.code)).channel.id, i.channelID);
    await invite.deleteInvite();
    const counted = await Promise.all([guild.getEmojis(), guild.getStickers(), client.rest.misc.getStickerPacks(),
      guild.getChannels(), guild.getRoles(), guild.getInvites(), client.application.getGlobalCommands(),
      client.application.getEmojis(), client.rest.applications.getCurrent()]);
    await client.rest.guilds.get(guild.id, true);
    await client.rest.users.getCurrentUser?.();
    await i.editOriginal({ content:
      `Looked at ${counted.length}: ${counted[3].some((one) => one.id === i.channelID)} ${counted[6].length}` });
  },
  async Quote(i) { await i.createMessage({ content: `> ${i.data.target.content}` }); },
  async Greet(i) {
    await i.createMessage({ content: `Hello ${i.data.resolved.members.get(i.data.targetID).displayName}` });
  },
};

const presses = {
  async change(i) {
    await i.editParent({ content: 'Changed', components: [row({ ...button('never', 'Never'), disabled: true })] });
  },
  async whisper(i) {
    await i.createMessage({ content: `Only for ${i.member.displayName}`, flags: MessageFlags.EPHEMERAL });
  },
  async later(i) {
    await i.deferUpdate();
    await i.editOriginal({ content: 'Changed later' });
    await i.createFollowup({ content: 'And one more', flags: MessageFlags.EPHEMERAL });
  },
  async form(i) { await i.createModal(form()); },
  async words(i) { await i.createMessage({ content: `Words: ${i.data.values.getStrings().join(', ')}` }); },
  async users(i) { await i.createMessage({ content: `Users: ${names(i.data.values.getMembers(true))}` }); },
  async roles(i) { await i.createMessage({ content: `Roles: ${names(i.data.values.getRoles(true))}` }); },
  async channels(i) { await i.createMessage({ content: `Channels: ${names(i.data.values.getChannels(true))}` }); },
  async anyone(i) { await i.createMessage({ content: `Anyone: ${names(i.data.values.getMentionables(true))}` }); },
  // The files stay, since nothing is said of them.
  async redo(i) { await i.editParent({ components: [layout(text('Done again'))] }); },
  async ack(i) { await i.editParent({ content: 'Understood', components: [] }); },
};

async function filled(i) {
  const f = i.data.components;
  const parts = [f.getTextInput('name', true), f.getStringSelectValues('level', true).join(),
    names(f.getUserSelectValues('friends', true)), names(f.getChannelSelectValues('where', true)),
    f.getFileUploadValues('proof')?.[0]?.filename ?? 'no file'];
  if (i.message) await i.editParent({ content: parts.join('; '), components: [] });
  else await i.createMessage({ content: parts.join('; ') });
}

async function handle(i) {
  if (i.isAutocompleteInteraction()) {
    const typed = i.data.options.getFocused(true).value;
    await i.result(['closure', 'class', 'generator'].filter((word) => word.startsWith(typed))
      .map((word) => ({ name: word, value: word })));
  } else if (i.isCommandInteraction()) await acts[i.data.name](i);
  else if (i.isModalSubmitInteraction()) await filled(i);
  else await presses[i.data.customID](i);
}

client.on('interactionCreate', (i) => handle(i).catch((error) => problem(i.data.name ?? i.data.customID, error)));
client.on('messageCreate', (message) => {
  if (message.author.bot || message.guildID) return;
  client.rest.channels.createMessage(message.channelID, {
    content: `You wrote: ${message.content}`, messageReference: { messageID: message.id },
  }).catch((error) => problem('message', error));
});

// The library's own form of commands, and of options, out of Discord's.
const ownForm = ({ max_length: maxLength, min_value: minValue, max_value: maxValue, options, ...rest }) => ({
  ...rest, maxLength, minValue, maxValue, options: options?.map(ownForm),
});

client.once('ready', async () => {
  await client.editStatus('online', [{ name: 'judging', type: 0 }]);
  await client.application.bulkEditGlobalCommands(commands.map(ownForm)).catch((error) => problem('commands', error));
  assert.equal(ApplicationCommandTypes.CHAT_INPUT, 1);
  say('READY');
});
process.on('SIGTERM', () => { client.disconnect(false); process.exit(0); });
client.connect().catch((error) => problem('connect', error));
