// A small bot of discord.js, which lives in the simulated Discord as it would in the real one: nothing of the library
// is changed, and only the address of the API is set. What it finds wrong it says in a line that begins with PROBLEM.
'use strict';

const assert = require('node:assert/strict');
const {
  ActionRowBuilder, AttachmentBuilder, ButtonBuilder, ButtonStyle, ChannelSelectMenuBuilder, ChannelType, Client,
  ComponentType, ContainerBuilder, Events, FileBuilder, FileUploadBuilder, GatewayIntentBits, LabelBuilder,
  MediaGalleryBuilder, MentionableSelectMenuBuilder, MessageFlags, ModalBuilder, Options, Partials,
  RoleSelectMenuBuilder, SectionBuilder, SeparatorBuilder, StringSelectMenuBuilder, TextDisplayBuilder,
  TextInputBuilder, TextInputStyle, ThumbnailBuilder, UserSelectMenuBuilder,
} = require('discord.js');
const commands = require('../commands.js');

// The smallest picture there is: one grey point.
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMessageReactions,
    GatewayIntentBits.DirectMessages,
  ],
  partials: [Partials.Channel],
  makeCache: Options.cacheEverything(),
  rest: { api: `${process.env.DISCORD_API_BASE}/api` },
});

const say = (line) => process.stdout.write(`${line}\n`);
const problem = (where, error) => say(`PROBLEM ${where}: ${error?.stack ?? error}`.replaceAll('\n', ' | '));
process.on('unhandledRejection', (error) => problem('promise', error));
process.on('warning', (warning) => problem('warning', warning));
client.on(Events.Error, (error) => problem('client', error));
client.on(Events.Warn, (warning) => problem('client', warning));
client.on(Events.ShardError, (error) => problem('shard', error));
client.on(Events.Invalidated, () => problem('shard', 'the session was invalidated'));
client.on(Events.ShardResume, () => say('RESUMED'));
client.rest.on('invalidRequestWarning', (data) => problem('rest', JSON.stringify(data)));

const nameOf = (one) => one.displayName ?? one.globalName ?? one.name;
const names = (collection) => [...collection.values()].map(nameOf).join(', ');
const button = (id, label, style = ButtonStyle.Secondary) =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(style);
const row = (...components) => new ActionRowBuilder().addComponents(components);
const text = (content) => new TextDisplayBuilder().setContent(content);

function panel() {
  return {
    content: 'Choose',
    components: [
      row(button('change', 'Change', ButtonStyle.Primary), button('whisper', 'Whisper'), button('later', 'Later'),
        button('form', 'Form', ButtonStyle.Success),
        new ButtonBuilder().setStyle(ButtonStyle.Link).setLabel('Docs').setURL('https://example.com')),
      row(new StringSelectMenuBuilder().setCustomId('words').setPlaceholder('Words').setMinValues(1).setMaxValues(2)
        .addOptions({ label: 'One', value: '1', description: 'the first', emoji: { name: '1️⃣' } },
          { label: 'Two', value: '2' }, { label: 'Three', value: '3' })),
      row(new UserSelectMenuBuilder().setCustomId('users').setPlaceholder('Users').setMaxValues(3)),
      row(new RoleSelectMenuBuilder().setCustomId('roles').setPlaceholder('Roles')),
      row(new ChannelSelectMenuBuilder().setCustomId('channels').setPlaceholder('Channels')
        .setChannelTypes(ChannelType.GuildText)),
    ],
  };
}

function layout() {
  return new ContainerBuilder().setAccentColor(0x5865f2)
    .addTextDisplayComponents(text('# Layout'))
    .addSectionComponents(new SectionBuilder().addTextDisplayComponents(text('A section'))
      .setThumbnailAccessory(new ThumbnailBuilder().setURL('attachment://dot.png').setDescription('a dot')))
    .addSectionComponents(new SectionBuilder().addTextDisplayComponents(text('With a button'))
      .setButtonAccessory(button('redo', 'Redo')))
    .addSeparatorComponents(new SeparatorBuilder())
    .addMediaGalleryComponents(new MediaGalleryBuilder().addItems({ media: { url: 'attachment://dot.png' } }))
    .addFileComponents(new FileBuilder().setURL('attachment://notes.txt'))
    .addActionRowComponents(row(new MentionableSelectMenuBuilder().setCustomId('anyone').setPlaceholder('Anyone')));
}

const files = () => [
  new AttachmentBuilder(PICTURE, { name: 'dot.png', description: 'A dot' }),
  new AttachmentBuilder(Buffer.from('Notes'), { name: 'notes.txt' }),
];

const label = (title) => new LabelBuilder().setLabel(title);

function form() {
  return new ModalBuilder().setCustomId('filled').setTitle('About you').addLabelComponents(
    label('Name').setDescription('What they call you').setTextInputComponent(
      new TextInputBuilder().setCustomId('name').setStyle(TextInputStyle.Short).setMaxLength(30)),
    label('Level').setStringSelectMenuComponent(new StringSelectMenuBuilder().setCustomId('level')
      .addOptions({ label: 'Easy', value: 'easy' }, { label: 'Hard', value: 'hard' })),
    label('Friends').setUserSelectMenuComponent(new UserSelectMenuBuilder().setCustomId('friends').setMaxValues(3)),
    label('Where').setChannelSelectMenuComponent(new ChannelSelectMenuBuilder().setCustomId('where')),
    label('Proof').setFileUploadComponent(new FileUploadBuilder().setCustomId('proof').setRequired(false)));
}

const acts = {
  async ping(i) {
    const { resource } = await i.reply({ content: 'pong', withResponse: true });
    assert.equal(resource.message.content, 'pong');
    assert.equal((await i.fetchReply()).id, resource.message.id);
  },
  async echo(i) {
    const o = i.options;
    const parts = [o.getString('text', true), o.getInteger('times'), o.getNumber('ratio'), o.getBoolean('loud'),
      o.getMember('user')?.displayName, o.getChannel('channel')?.name, o.getRole('role')?.name,
      o.getAttachment('file')?.name];
    await i.reply(parts.map((part) => part ?? '-').join(' '));
  },
  async set(i) {
    const way = [i.options.getSubcommandGroup(false), i.options.getSubcommand()].filter(Boolean).join(' ');
    await i.reply({ content: `${way}: ${i.options.getInteger('number') ?? 'nothing'}`, flags: MessageFlags.Ephemeral });
  },
  async find(i) { await i.reply(`found ${i.options.getString('word')}`); },
  async panel(i) { await i.reply(panel()); },
  async form(i) { await i.showModal(form()); },
  async layout(i) {
    const { resource } = await i.reply(
      { flags: MessageFlags.IsComponentsV2, components: [layout()], files: files(), withResponse: true });
    const { message } = resource;
    assert.equal(message.attachments.size, 0, 'files that components show are not attachments');
    const gallery = message.components[0].components.find((one) => one.type === ComponentType.MediaGallery);
    assert.equal(gallery.items[0].media.data.content_type, 'image/png');
    assert.ok(gallery.items[0].media.data.attachment_id, 'the medium names its attachment');
  },
  async files(i) {
    await i.reply({ content: 'Two files', files: files() });
    const first = await i.fetchReply();
    assert.equal(first.attachments.size, 2);
    assert.equal(first.attachments.first().description, 'A dot');
    const keep = [...first.attachments.values()].slice(0, 1);
    const edited = await i.editReply({ content: 'Two others', attachments: keep,
      files: [new AttachmentBuilder(Buffer.from('{}'), { name: 'more.json' })] });
    assert.deepEqual([...edited.attachments.values()].map((one) => one.name), ['dot.png', 'more.json']);
  },
  async slow(i) {
    await i.deferReply();
    await i.editReply({ content: 'Done at last', embeds: [{ title: 'A card', fields: [{ name: 'a', value: 'b' }] }] });
  },
  async quietly(i) {
    await i.deferReply({ flags: MessageFlags.Ephemeral });
    await i.editReply('Between us');
    const open = await i.followUp('For everybody');
    const closed = await i.followUp({ content: 'Also between us', flags: MessageFlags.Ephemeral });
    await i.webhook.editMessage(open, 'For everybody, edited');
    assert.equal((await i.webhook.fetchMessage(open.id)).content, 'For everybody, edited');
    await i.deleteReply(closed);
    await i.deleteReply();
  },
  async thread(i) {
    await i.deferReply();
    const start = await i.channel.send('Here it begins');
    const thread = await start.startThread({ name: 'From a message', autoArchiveDuration: 60 });
    await thread.send('In the thread');
    await thread.members.add(i.user.id);
    assert.equal((await thread.members.fetch({ member: i.user.id, force: true })).id, i.user.id);
    await thread.members.remove(i.user.id);
    await thread.setName('Renamed');
    await thread.setArchived(true);
    await thread.setArchived(false);
    await thread.send('Open again');
    const other = await i.channel.threads.create({ name: 'By itself', type: ChannelType.PublicThread });
    await other.join();
    assert.ok((await i.channel.threads.fetchActive()).threads.has(other.id));
    assert.equal((await thread.fetchStarterMessage()).id, start.id);
    await i.editReply(`Threads: ${thread.name}, ${other.name}`);
  },
  async dm(i) {
    await i.user.send({ content: 'Hello in private', components: [row(button('ack', 'Understood'))] });
    await i.reply({ content: 'Sent', flags: MessageFlags.Ephemeral });
  },
  async tidy(i) {
    await i.deferReply();
    const sent = [];
    for (const content of ['first', 'second', 'third']) sent.push(await i.channel.send(content));
    const [first] = sent;
    await first.react('👍');
    await first.react('🎉');
    const fresh = await first.fetch(true);
    assert.equal(fresh.reactions.cache.get('👍').count, 1);
    assert.ok((await fresh.reactions.cache.get('👍').users.fetch()).has(client.user.id));
    await fresh.reactions.cache.get('👍').users.remove(client.user.id);
    await fresh.reactions.cache.get('🎉').remove();
    await fresh.reactions.removeAll();
    await first.pin();
    const { items } = await i.channel.messages.fetchPins();
    assert.deepEqual(items.map((item) => item.message.id), [first.id]);
    await first.unpin();
    assert.equal((await i.channel.messages.fetch({ limit: 2 })).size, 2);
    await sent.pop().delete();
    const gone = await i.channel.bulkDelete(sent);
    await i.editReply(`Tidied ${gone.size}`);
  },
  async members(i) {
    await i.deferReply();
    const found = await i.guild.members.fetch({ query: 'B', limit: 5 });
    const byId = await i.guild.members.fetch({ user: [i.user.id, '1'] });
    assert.deepEqual([...byId.keys()], [i.user.id]);
    const one = await i.guild.members.fetch({ user: i.guild.ownerId, force: true });
    const sought = await i.guild.members.search({ query: 'chl', limit: 1 });
    await i.editReply(`Found ${names(found)}; the owner is ${one.displayName}; sought ${names(sought)}`);
  },
  async hook(i) {
    await i.deferReply();
    const hook = await i.channel.createWebhook({ name: 'Herald' });
    const sent = await hook.send({ content: 'Hear', username: 'Crier' });
    assert.equal((await hook.editMessage(sent, 'Hear ye')).content, 'Hear ye');
    assert.ok((await i.channel.fetchWebhooks()).has(hook.id));
    assert.equal((await client.fetchWebhook(hook.id, hook.token)).name, 'Herald');
    await hook.deleteMessage(sent);
    await hook.edit({ name: 'Herald II' });
    await hook.delete();
    await i.editReply(`Webhook ${hook.name} came and went`);
  },
  async look(i) {
    await i.deferReply();
    const { guild } = i;
    const invite = await i.channel.createInvite({ maxAge: 60, maxUses: 1, unique: true });
    assert.equal((await client.fetchInvite(invite.code)).channel.id, i.channelId);
    await invite.delete();
    const counted = await Promise.all([guild.emojis.fetch(), guild.stickers.fetch(), client.fetchStickerPacks(),
      guild.channels.fetch(), guild.roles.fetch(), guild.invites.fetch(), client.application.commands.fetch(),
      client.application.emojis.fetch(), client.application.fetch()]);
    await guild.fetch();
    await client.guilds.fetch();
    await i.editReply(`Looked at ${counted.length}: ${counted[3].has(i.channelId)} ${counted[6].size}`);
  },
  async Quote(i) { await i.reply(`> ${i.targetMessage.content}`); },
  async Greet(i) { await i.reply(`Hello ${i.targetMember.displayName}`); },
};

const presses = {
  async change(i) {
    await i.update({ content: 'Changed', components: [row(button('never', 'Never').setDisabled(true))] });
  },
  async whisper(i) { await i.reply({ content: `Only for ${i.member.displayName}`, flags: MessageFlags.Ephemeral }); },
  async later(i) {
    await i.deferUpdate();
    await i.editReply({ content: 'Changed later' });
    await i.followUp({ content: 'And one more', flags: MessageFlags.Ephemeral });
  },
  async form(i) { await i.showModal(form()); },
  async words(i) { await i.reply(`Words: ${i.values.join(', ')}`); },
  async users(i) { await i.reply(`Users: ${names(i.members)}`); },
  async roles(i) { await i.reply(`Roles: ${names(i.roles)}`); },
  async channels(i) { await i.reply(`Channels: ${names(i.channels)}`); },
  async anyone(i) { await i.reply(`Anyone: ${[names(i.members), names(i.roles)].filter(Boolean).join(', ')}`); },
  // The files stay, since nothing is said of them.
  async redo(i) { await i.update({ components: [layout().addTextDisplayComponents(text('Done again'))] }); },
  async ack(i) { await i.update({ content: 'Understood', components: [] }); },
};

async function filled(i) {
  const f = i.fields;
  const parts = [f.getTextInputValue('name'), f.getStringSelectValues('level').join(),
    names(f.getSelectedUsers('friends')), names(f.getSelectedChannels('where')),
    f.getUploadedFiles('proof')?.first()?.name ?? 'no file'];
  if (i.isFromMessage()) await i.update({ content: parts.join('; '), components: [] });
  else await i.reply(parts.join('; '));
}

async function handle(i) {
  if (i.isAutocomplete()) {
    const typed = i.options.getFocused();
    await i.respond(['closure', 'class', 'generator'].filter((word) => word.startsWith(typed))
      .map((word) => ({ name: word, value: word })));
  } else if (i.isCommand()) await acts[i.commandName](i);
  else if (i.isModalSubmit()) await filled(i);
  else await presses[i.customId](i);
}

client.on(Events.InteractionCreate, (i) => handle(i).catch((error) => problem(i.commandName ?? i.customId, error)));
client.on(Events.MessageCreate, (message) => {
  if (message.author.bot || message.guildId) return;
  message.reply(`You wrote: ${message.content}`).catch((error) => problem('message', error));
});
client.once(Events.ClientReady, async () => {
  client.user.setPresence({ activities: [{ name: 'judging' }] });
  await client.application.commands.set(commands).catch((error) => problem('commands', error));
  say('READY');
});
process.on('SIGTERM', () => client.destroy().finally(() => process.exit(0)));
client.login(process.env.DISCORD_TOKEN).catch((error) => problem('login', error));
