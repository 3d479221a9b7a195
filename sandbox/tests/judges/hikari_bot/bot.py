"""A bot of hikari and lightbulb for the sandbox: nothing of them is changed, and they are only told where Discord is.

../story.rs says what each command has to do. What members cannot see the bot looks at by itself; whatever it finds wrong,
the library's own warnings too, it says in a line that begins with PROBLEM. hikari 2.6 has no labels in forms.
"""

import asyncio
import logging
import os
import traceback

import hikari
import lightbulb
from hikari.impl import special_endpoints as build
from parts import NOTES, PICTURE, WORDS, report_problem

INTENTS = hikari.Intents.ALL_UNPRIVILEGED


class Problems(logging.Handler):
    """The library's warnings and errors are findings too; neither its advice nor that it was cut off is."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.name == "hikari.ux" or text.endswith("Will retry shortly"):
            return
        if record.exc_info and record.exc_info[0]:
            text += " " + "".join(traceback.format_exception(*record.exc_info))
        report_problem(record.name, text)


bot = hikari.GatewayBot(
    os.environ["DISCORD_TOKEN"],
    rest_url=os.environ["DISCORD_API_BASE"] + "/api/v10",
    intents=INTENTS,
    banner=None,
)
logging.getLogger().addHandler(Problems(level=logging.WARNING))
client = lightbulb.client_from_app(bot)
bot.subscribe(hikari.StartingEvent, client.start)
rest = bot.rest


def names(those: list) -> str:
    return ", ".join(getattr(one, "display_name", None) or one.name for one in those)


def picture(name: str) -> hikari.Bytes:
    return hikari.Bytes(PICTURE, name)


def button(custom_id: str, label: str, style: int = hikari.ButtonStyle.SECONDARY) -> build.InteractiveButtonBuilder:
    return build.InteractiveButtonBuilder(style=style, custom_id=custom_id, label=label)


def panel_rows() -> list[build.MessageActionRowBuilder]:
    buttons = build.MessageActionRowBuilder()
    buttons.add_component(button("change", "Change", hikari.ButtonStyle.PRIMARY))
    for custom_id, label in (("whisper", "Whisper"), ("later", "Later"), ("form", "Form")):
        buttons.add_component(button(custom_id, label))
    buttons.add_link_button("https://example.com", label="Docs")
    words = build.MessageActionRowBuilder()
    menu = words.add_text_menu("words", placeholder="Words", min_values=1, max_values=2)
    menu.add_option("One", "1", description="the first", emoji="1️⃣").add_option("Two", "2").add_option("Three", "3")
    rows = [buttons, words]
    for kind, custom_id, label, most in (
        (hikari.ComponentType.USER_SELECT_MENU, "users", "Users", 3),
        (hikari.ComponentType.ROLE_SELECT_MENU, "roles", "Roles", 1),
    ):
        row = build.MessageActionRowBuilder()
        rows.append(row.add_select_menu(kind, custom_id, placeholder=label, min_values=1, max_values=most))
    channels = build.MessageActionRowBuilder()
    kinds = [hikari.ChannelType.GUILD_TEXT]
    rows.append(channels.add_channel_menu("channels", channel_types=kinds, placeholder="Channels", min_values=1))
    return rows


def layout_parts(*more: str) -> build.ContainerComponentBuilder:
    container = build.ContainerComponentBuilder(accent_color=hikari.Color(0x5865F2))
    container.add_text_display("# Layout")
    thumbnail = build.ThumbnailComponentBuilder(media=picture("small.png"), description="a dot")
    container.add_component(build.SectionComponentBuilder(accessory=thumbnail).add_text_display("A section"))
    section = build.SectionComponentBuilder(accessory=button("redo", "Redo"))
    container.add_component(section.add_text_display("With a button"))
    container.add_separator()
    container.add_media_gallery([build.MediaGalleryItemBuilder(media=picture("dot.png"))])
    container.add_file(hikari.Bytes(NOTES, "notes.txt"))
    anyone = build.SelectMenuBuilder(
        type=hikari.ComponentType.MENTIONABLE_SELECT_MENU, custom_id="anyone", placeholder="Anyone", min_values=1
    )
    container.add_action_row([anyone])
    for text in more:
        container.add_text_display(text)
    return container


def form_rows() -> list[build.ModalActionRowBuilder]:
    return [
        build.ModalActionRowBuilder().add_text_input("name", "Name", max_length=30),
        build.ModalActionRowBuilder().add_text_input("level", "Level", required=False, placeholder="Easy or hard"),
    ]


def command(name: str):
    """A slash command without options."""

    def made(act):
        class Made(lightbulb.SlashCommand, name=name, description=f"Try {name}"):
            @lightbulb.invoke
            async def invoke(self, ctx: lightbulb.Context) -> None:
                await act(ctx)

        client.register(Made)
        return act

    return made


async def defer(ctx: lightbulb.Context, ephemeral: bool = False) -> None:
    await ctx.defer(ephemeral=ephemeral)


async def finish(ctx: lightbulb.Context, text: str) -> None:
    await ctx.interaction.edit_initial_response(text)


@command("ping")
async def ping(ctx: lightbulb.Context) -> None:
    response = await ctx.interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "pong")
    message = response.resource.message
    assert message.content == "pong"
    assert message.id == response.interaction.response_message_id
    assert message.id == (await ctx.interaction.fetch_initial_response()).id


@client.register()
class Echo(lightbulb.SlashCommand, name="echo", description="Say it again"):
    text = lightbulb.string("text", "The text", max_length=100)
    times = lightbulb.integer("times", "How often", default=None, min_value=1, max_value=9)
    ratio = lightbulb.number("ratio", "How much", default=None)
    loud = lightbulb.boolean("loud", "How loud", default=None)
    user = lightbulb.user("user", "Who", default=None)
    channel = lightbulb.channel("channel", "Where", default=None)
    role = lightbulb.role("role", "Which", default=None)
    file = lightbulb.attachment("file", "What", default=None)

    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        loudness = None if self.loud is None else str(self.loud).lower()
        parts = [self.text, self.times, self.ratio, loudness, self.user and names([self.user])]
        parts += [self.channel and self.channel.name, self.role and self.role.name, self.file and self.file.filename]
        await ctx.respond(" ".join("-" if part is None else str(part) for part in parts))


settings = lightbulb.Group("set", "Set something")
deep = settings.subgroup("deep", "Deeper")


@settings.register
class Quiet(lightbulb.SlashCommand, name="quiet", description="Say less"):
    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond("quiet: nothing", ephemeral=True)


@settings.register
class Level(lightbulb.SlashCommand, name="level", description="How hard"):
    number = lightbulb.integer("number", "From one to five")

    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond(f"level: {self.number}", ephemeral=True)


@deep.register
class Inner(lightbulb.SlashCommand, name="inner", description="The innermost"):
    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond("deep inner: nothing", ephemeral=True)


client.register(settings)


async def complete_word(ctx: lightbulb.AutocompleteContext[str]) -> None:
    typed = ctx.focused.value or ""
    await ctx.respond([word for word in WORDS if word.startswith(typed)])


@client.register()
class Find(lightbulb.SlashCommand, name="find", description="Find a word"):
    word = lightbulb.string("word", "The word", autocomplete=complete_word)

    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond(f"found {self.word}")


@client.register()
class Quote(lightbulb.MessageCommand, name="Quote"):
    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond(f"> {self.target.content}")


@client.register()
class Greet(lightbulb.UserCommand, name="Greet"):
    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond(f"Hello {names([self.target])}")


@command("panel")
async def panel(ctx: lightbulb.Context) -> None:
    await ctx.respond("Choose", components=panel_rows())


@command("form")
async def form(ctx: lightbulb.Context) -> None:
    await ctx.respond_with_modal("About you", "filled", components=form_rows())


@command("layout")
async def layout(ctx: lightbulb.Context) -> None:
    create = hikari.ResponseType.MESSAGE_CREATE
    response = await ctx.interaction.create_initial_response(create, components=[layout_parts()])
    message = response.resource.message
    assert not message.attachments, "files that components show are no attachments"
    gallery = next(one for one in message.components[0].components if one.type is hikari.ComponentType.MEDIA_GALLERY)
    assert gallery.items[0].media.resource.filename == "dot.png"


@command("files")
async def files(ctx: lightbulb.Context) -> None:
    await ctx.respond("Two files", attachments=[picture("dot.png"), hikari.Bytes(NOTES, "notes.txt")])
    first = await ctx.interaction.fetch_initial_response()
    assert [one.filename for one in first.attachments] == ["dot.png", "notes.txt"]
    assert await first.attachments[1].read() == NOTES
    more = hikari.Bytes(b"{}", "more.json")
    edited = await ctx.interaction.edit_initial_response("Two others", attachments=[first.attachments[0], more])
    assert [one.filename for one in edited.attachments] == ["dot.png", "more.json"]


@command("slow")
async def slow(ctx: lightbulb.Context) -> None:
    await defer(ctx)
    card = hikari.Embed(title="A card").add_field("a", "b")
    await ctx.interaction.edit_initial_response("Done at last", embed=card)


@command("quietly")
async def quietly(ctx: lightbulb.Context) -> None:
    await defer(ctx, ephemeral=True)
    await finish(ctx, "Between us")
    interaction = ctx.interaction
    opened = await interaction.execute("For everybody")
    closed = await interaction.execute("Also between us", flags=hikari.MessageFlag.EPHEMERAL)
    await interaction.edit_message(opened, "For everybody, edited")
    assert (await interaction.fetch_message(opened)).content == "For everybody, edited"
    await interaction.delete_message(closed)
    await interaction.delete_initial_response()


@command("thread")
async def thread(ctx: lightbulb.Context) -> None:
    await defer(ctx)
    channel, user = ctx.channel_id, ctx.user.id
    start = await rest.create_message(channel, "Here it begins")
    made = await rest.create_message_thread(channel, start, "From a message", auto_archive_duration=60)
    await rest.create_message(made, "In the thread")
    await rest.add_thread_member(made, user)
    assert (await rest.fetch_thread_member(made, user)).user_id == user
    await rest.remove_thread_member(made, user)
    made = await rest.edit_channel(made, name="Renamed")
    made = await rest.edit_channel(made, archived=True)
    made = await rest.edit_channel(made, archived=False)
    await rest.create_message(made, "Open again")
    other = await rest.create_thread(channel, hikari.ChannelType.GUILD_PUBLIC_THREAD, "By itself")
    await rest.join_thread(other)
    assert other.id in [one.id for one in await rest.fetch_active_threads(ctx.guild_id)]
    await finish(ctx, f"Threads: {made.name}, {other.name}")


@command("dm")
async def dm(ctx: lightbulb.Context) -> None:
    row = build.MessageActionRowBuilder().add_component(button("ack", "Understood"))
    await ctx.user.send("Hello in private", component=row)
    await ctx.respond("Sent", ephemeral=True)


@command("tidy")
async def tidy(ctx: lightbulb.Context) -> None:
    await defer(ctx)
    channel = ctx.channel_id
    sent = [await rest.create_message(channel, text) for text in ("first", "second", "third")]
    first = sent[0]
    for emoji in ("👍", "🎉"):
        await first.add_reaction(emoji)
    thumb = next(one for one in (await rest.fetch_message(channel, first)).reactions if one.emoji == "👍")
    assert (thumb.count, thumb.is_me) == (1, True)
    own = bot.get_me().id
    assert [user.id async for user in rest.fetch_reactions_for_emoji(channel, first, "👍")] == [own]
    await first.remove_reaction("👍")
    await first.remove_all_reactions("🎉")
    await first.remove_all_reactions()
    await rest.pin_message(channel, first)
    assert [pinned.message.id async for pinned in rest.fetch_pins(channel)] == [first.id]
    await rest.unpin_message(channel, first)
    assert len([one async for one in rest.fetch_messages(channel).limit(2)]) == 2
    await sent.pop().delete()
    await rest.delete_messages(channel, sent)
    await finish(ctx, f"Tidied {len(sent)}")


async def ask_for_members(guild: int, query: str, limit: int) -> list[hikari.Member]:
    """Members whose name begins so, asked of the gateway."""
    chunk = asyncio.create_task(bot.wait_for(hikari.MemberChunkEvent, timeout=2, predicate=lambda e: e.nonce == query))
    await asyncio.sleep(0)
    await bot.request_guild_members(guild, query=query, limit=limit, nonce=query)
    return [one for one in (await chunk).members.values() if not one.is_bot]


@command("members")
async def members(ctx: lightbulb.Context) -> None:
    await defer(ctx)
    guild = await rest.fetch_guild(ctx.guild_id)
    found = await ask_for_members(guild.id, "B", 5)
    owner = await rest.fetch_member(guild, guild.owner_id)
    sought = await rest.search_members(guild, "chl")
    await finish(ctx, f"Found {names(found)}; the owner is {names([owner])}; sought {names(sought)}")


@command("hook")
async def hook(ctx: lightbulb.Context) -> None:
    await defer(ctx)
    made = await rest.create_webhook(ctx.channel_id, "Herald")
    sent = await made.execute("Hear", username="Crier")
    assert (await made.edit_message(sent, "Hear ye")).content == "Hear ye"
    assert made.id in [one.id for one in await rest.fetch_channel_webhooks(ctx.channel_id)]
    assert (await rest.fetch_webhook(made.id)).name == "Herald"
    assert (await rest.fetch_webhook(made.id, token=made.token)).name == "Herald"
    await made.delete_message(sent)
    renamed = await made.edit(name="Herald II")
    await made.delete()
    await finish(ctx, f"Webhook {renamed.name} came and went")


@command("look")
async def look(ctx: lightbulb.Context) -> None:
    await defer(ctx)
    guild, channel = ctx.guild_id, ctx.channel_id
    invite = await rest.create_invite(channel, max_age=60, max_uses=1, unique=True)
    assert (await rest.fetch_invite(invite.code)).channel_id == channel
    await rest.delete_invite(invite.code)
    application = await rest.fetch_application()
    seen = [
        await rest.fetch_guild_emojis(guild),
        await rest.fetch_guild_stickers(guild),
        await rest.fetch_available_sticker_packs(),
        await rest.fetch_guild_channels(guild),
        await rest.fetch_roles(guild),
        await rest.fetch_guild_invites(guild),
        await rest.fetch_application_commands(application),
        await rest.fetch_application_emojis(application),
        application,
    ]
    assert [one.id async for one in rest.fetch_my_guilds()] == [guild]
    here = str(channel in [one.id for one in seen[3]]).lower()
    await finish(ctx, f"Looked at {len(seen)}: {here} {len(seen[6])}")


def chosen(interaction: hikari.ComponentInteraction) -> str:
    resolved = interaction.resolved
    if not resolved:
        return ", ".join(interaction.values)
    known = {**resolved.users, **resolved.members, **resolved.roles, **resolved.channels}
    return names([known[hikari.Snowflake(value)] for value in interaction.values])


async def press(interaction: hikari.ComponentInteraction) -> None:
    create, update = hikari.ResponseType.MESSAGE_CREATE, hikari.ResponseType.MESSAGE_UPDATE
    match interaction.custom_id:
        case "change":
            never = build.InteractiveButtonBuilder(
                style=hikari.ButtonStyle.SECONDARY, custom_id="never", label="Never", is_disabled=True
            )
            row = build.MessageActionRowBuilder().add_component(never)
            await interaction.create_initial_response(update, "Changed", component=row)
        case "whisper":
            text = f"Only for {interaction.member.display_name}"
            await interaction.create_initial_response(create, text, flags=hikari.MessageFlag.EPHEMERAL)
        case "later":
            await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE)
            await interaction.edit_initial_response("Changed later")
            await interaction.execute("And one more", flags=hikari.MessageFlag.EPHEMERAL)
        case "form":
            await interaction.create_modal_response("About you", "filled", components=form_rows())
        case "redo":
            await interaction.create_initial_response(update, components=[layout_parts("Done again")])
        case "ack":
            await interaction.create_initial_response(update, "Understood", components=[])
        case select:
            await interaction.create_initial_response(create, f"{select.capitalize()}: {chosen(interaction)}")


@bot.listen()
async def on_press(event: hikari.ComponentInteractionCreateEvent) -> None:
    await press(event.interaction)


@bot.listen()
async def on_form(event: hikari.ModalInteractionCreateEvent) -> None:
    interaction = event.interaction
    text = "; ".join(field.value for row in interaction.components for field in row.components)
    if interaction.message:
        await interaction.create_initial_response(hikari.ResponseType.MESSAGE_UPDATE, text, components=[])
    else:
        await interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, text)


@bot.listen()
async def on_message(event: hikari.DMMessageCreateEvent) -> None:
    if event.is_human:
        await event.message.respond(f"You wrote: {event.message.content}", reply=True)


@bot.listen()
async def on_error(event: hikari.ExceptionEvent) -> None:
    report_problem("listener", "".join(traceback.format_exception(event.exception)))


@client.error_handler
async def on_command_error(error: lightbulb.exceptions.ExecutionPipelineFailedException) -> bool:
    for cause in error.causes:
        report_problem("command", "".join(traceback.format_exception(cause)))
    return True


bot.run(activity=hikari.Activity(name="judging"), check_for_updates=False)
