"""A bot of discord.py for the sandbox: nothing of the library is changed, and it is only told where Discord is.

../story.rs says what each command has to do. What members cannot see the bot looks at by itself; whatever it finds wrong,
the library's own warnings too, it says in a line that begins with PROBLEM.
"""

import io
import logging
import os
import traceback

import discord
from discord import app_commands, ui
from parts import NOTES, PICTURE, WORDS, report_problem

# discord.py's own name for where Discord is.
discord.http.Route.BASE = os.environ["DISCORD_API_BASE"] + "/api/v10"


class Problems(logging.Handler):
    """The library's warnings are findings too; that it has no voice is none."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if "voice will NOT be supported" in text:
            return
        if record.exc_info and record.exc_info[0]:
            text += " " + "".join(traceback.format_exception(*record.exc_info))
        report_problem(record.name, text)


discord.utils.setup_logging(level=logging.INFO)
logging.getLogger().addHandler(Problems(level=logging.WARNING))


class Tree(app_commands.CommandTree):
    async def on_error(self, interaction: discord.Interaction, error: Exception) -> None:
        report_problem(getattr(interaction.command, "name", "command"), "".join(traceback.format_exception(error)))


class Bot(discord.AutoShardedClient):
    """The sharded client asks Discord for the address of the gateway; the plain one has it built in."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), activity=discord.Game("judging"))
        self.tree = Tree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_error(self, event: str, *_args: object, **_more: object) -> None:
        report_problem(event, traceback.format_exc())

    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None and message.author != self.user:
            await message.reply(f"You wrote: {message.content}")


bot = Bot()
command = bot.tree.command


def names(those: list) -> str:
    return ", ".join(getattr(one, "display_name", None) or one.name for one in those)


def files() -> list[discord.File]:
    return [
        discord.File(io.BytesIO(PICTURE), "dot.png", description="A dot"),
        discord.File(io.BytesIO(NOTES), "notes.txt"),
    ]


class Problematic:
    """What fails in a view or a modal is said."""

    async def on_error(self, _interaction: discord.Interaction, error: Exception, *_item: object) -> None:
        report_problem(type(self).__name__, "".join(traceback.format_exception(error)))


class Form(Problematic, ui.Modal, title="About you"):
    name = ui.Label(text="Name", description="What they call you", component=ui.TextInput(max_length=30))
    level = ui.Label(
        text="Level",
        component=ui.Select(
            options=[discord.SelectOption(label="Easy", value="easy"), discord.SelectOption(label="Hard", value="hard")]
        ),
    )
    friends = ui.Label(text="Friends", component=ui.UserSelect(max_values=3))
    where = ui.Label(text="Where", component=ui.ChannelSelect())
    proof = ui.Label(text="Proof", component=ui.FileUpload(required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        proof = self.proof.component.values
        parts = [
            self.name.component.value,
            ",".join(self.level.component.values),
            names(self.friends.component.values),
            names(self.where.component.values),
            proof[0].filename if proof else "no file",
        ]
        text = "; ".join(parts)
        if interaction.message:
            await interaction.response.edit_message(content=text, view=None)
        else:
            await interaction.response.send_message(text)


class Panel(Problematic, ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button(label="Docs", url="https://example.com", row=0))

    @ui.button(label="Change", style=discord.ButtonStyle.primary, row=0)
    async def change(self, interaction: discord.Interaction, _button: ui.Button) -> None:
        view = ui.View()
        view.add_item(ui.Button(label="Never", disabled=True))
        await interaction.response.edit_message(content="Changed", view=view)

    @ui.button(label="Whisper", row=0)
    async def whisper(self, interaction: discord.Interaction, _button: ui.Button) -> None:
        text = f"Only for {interaction.user.display_name}"
        await interaction.response.send_message(text, ephemeral=True)

    @ui.button(label="Later", row=0)
    async def later(self, interaction: discord.Interaction, _button: ui.Button) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Changed later")
        await interaction.followup.send("And one more", ephemeral=True)

    @ui.button(label="Form", style=discord.ButtonStyle.success, row=0)
    async def form(self, interaction: discord.Interaction, _button: ui.Button) -> None:
        await interaction.response.send_modal(Form())

    @ui.select(
        placeholder="Words",
        max_values=2,
        options=[
            discord.SelectOption(label="One", value="1", description="the first", emoji="1️⃣"),
            discord.SelectOption(label="Two", value="2"),
            discord.SelectOption(label="Three", value="3"),
        ],
    )
    async def words(self, interaction: discord.Interaction, select: ui.Select) -> None:
        await interaction.response.send_message("Words: " + ", ".join(select.values))

    @ui.select(cls=ui.UserSelect, placeholder="Users", max_values=3)
    async def users(self, interaction: discord.Interaction, select: ui.UserSelect) -> None:
        await interaction.response.send_message("Users: " + names(select.values))

    @ui.select(cls=ui.RoleSelect, placeholder="Roles")
    async def roles(self, interaction: discord.Interaction, select: ui.RoleSelect) -> None:
        await interaction.response.send_message("Roles: " + names(select.values))

    @ui.select(cls=ui.ChannelSelect, placeholder="Channels", channel_types=[discord.ChannelType.text])
    async def channels(self, interaction: discord.Interaction, select: ui.ChannelSelect) -> None:
        await interaction.response.send_message("Channels: " + names(select.values))


class Redo(ui.Button):
    def __init__(self) -> None:
        super().__init__(label="Redo", custom_id="redo")

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Layout("Done again"), attachments=files())


class Anyone(ui.MentionableSelect):
    def __init__(self) -> None:
        super().__init__(placeholder="Anyone", custom_id="anyone")

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Anyone: " + names(self.values))


class Layout(Problematic, ui.LayoutView):
    def __init__(self, *more: str) -> None:
        super().__init__(timeout=None)
        parts = [
            ui.TextDisplay("# Layout"),
            ui.Section("A section", accessory=ui.Thumbnail("attachment://dot.png", description="a dot")),
            ui.Section("With a button", accessory=Redo()),
            ui.Separator(),
            ui.MediaGallery(discord.MediaGalleryItem("attachment://dot.png")),
            ui.File("attachment://notes.txt"),
            ui.ActionRow(Anyone()),
            *(ui.TextDisplay(text) for text in more),
        ]
        self.add_item(ui.Container(*parts, accent_colour=0x5865F2))


class Understood(Problematic, ui.View):
    @ui.button(label="Understood")
    async def understood(self, interaction: discord.Interaction, _button: ui.Button) -> None:
        await interaction.response.edit_message(content="Understood", view=None)


@command(description="Try it")
async def ping(interaction: discord.Interaction) -> None:
    response = await interaction.response.send_message("pong")
    assert response.resource.content == "pong"
    assert response.message_id == (await interaction.original_response()).id


@command(description="Say it again")
async def echo(
    interaction: discord.Interaction,
    text: app_commands.Range[str, 1, 100],
    times: app_commands.Range[int, 1, 9] | None = None,
    ratio: float | None = None,
    loud: bool | None = None,
    user: discord.Member | None = None,
    channel: discord.TextChannel | None = None,
    role: discord.Role | None = None,
    file: discord.Attachment | None = None,
) -> None:
    loudness = None if loud is None else str(loud).lower()
    parts = [text, times, ratio, loudness, user and user.display_name, channel and channel.name, role and role.name]
    parts.append(file and file.filename)
    await interaction.response.send_message(" ".join("-" if part is None else str(part) for part in parts))


settings = app_commands.Group(name="set", description="Set something")
deep = app_commands.Group(name="deep", description="Deeper", parent=settings)
bot.tree.add_command(settings)


@settings.command(description="Say less")
async def quiet(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("quiet: nothing", ephemeral=True)


@settings.command(description="How hard")
async def level(interaction: discord.Interaction, number: int) -> None:
    await interaction.response.send_message(f"level: {number}", ephemeral=True)


@deep.command(description="The innermost")
async def inner(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("deep inner: nothing", ephemeral=True)


@command(description="Find a word")
async def find(interaction: discord.Interaction, word: str) -> None:
    await interaction.response.send_message(f"found {word}")


@find.autocomplete("word")
async def complete_word(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=word, value=word) for word in WORDS if word.startswith(typed)]


@command(description="Buttons and selects")
async def panel(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Choose", view=Panel())


@command(description="A form")
async def form(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Form())


@command(description="A layout")
async def layout(interaction: discord.Interaction) -> None:
    response = await interaction.response.send_message(view=Layout(), files=files())
    message = response.resource
    assert message.attachments == [], "files that components show are no attachments"
    gallery = next(one for one in message.components[0].children if one.type is discord.ComponentType.media_gallery)
    assert gallery.items[0].media.content_type == "image/png"
    assert gallery.items[0].media.attachment_id


@command(name="files", description="Files")
async def show_files(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Two files", files=files())
    first = await interaction.original_response()
    assert [one.description for one in first.attachments] == ["A dot", None]
    assert await first.attachments[1].read() == NOTES
    more = discord.File(io.BytesIO(b"{}"), "more.json")
    edited = await interaction.edit_original_response(content="Two others", attachments=[first.attachments[0], more])
    assert [one.filename for one in edited.attachments] == ["dot.png", "more.json"]


@command(description="Think first")
async def slow(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    card = discord.Embed(title="A card").add_field(name="a", value="b")
    await interaction.edit_original_response(content="Done at last", embed=card)


@command(description="Think first, in private")
async def quietly(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True, ephemeral=True)
    await interaction.edit_original_response(content="Between us")
    opened = await interaction.followup.send("For everybody", wait=True)
    closed = await interaction.followup.send("Also between us", ephemeral=True, wait=True)
    await interaction.followup.edit_message(opened.id, content="For everybody, edited")
    assert (await interaction.followup.fetch_message(opened.id)).content == "For everybody, edited"
    await closed.delete()
    await interaction.delete_original_response()


@command(description="Threads")
async def thread(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    channel = interaction.channel
    start = await channel.send("Here it begins")
    made = await start.create_thread(name="From a message", auto_archive_duration=60)
    await made.send("In the thread")
    await made.add_user(interaction.user)
    assert (await made.fetch_member(interaction.user.id)).id == interaction.user.id
    await made.remove_user(interaction.user)
    made = await made.edit(name="Renamed")
    made = await made.edit(archived=True)
    made = await made.edit(archived=False)
    await made.send("Open again")
    other = await channel.create_thread(name="By itself", type=discord.ChannelType.public_thread)
    await other.join()
    assert other.id in [one.id for one in await interaction.guild.active_threads()]
    assert (await channel.fetch_message(made.id)).id == start.id
    await interaction.edit_original_response(content=f"Threads: {made.name}, {other.name}")


@command(description="A direct message")
async def dm(interaction: discord.Interaction) -> None:
    await interaction.user.send("Hello in private", view=Understood(timeout=None))
    await interaction.response.send_message("Sent", ephemeral=True)


@command(description="Reactions, pins, many at once")
async def tidy(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    channel = interaction.channel
    sent = [await channel.send(text) for text in ("first", "second", "third")]
    first = sent[0]
    for emoji in ("👍", "🎉"):
        await first.add_reaction(emoji)
    thumb = next(one for one in (await channel.fetch_message(first.id)).reactions if one.emoji == "👍")
    assert (thumb.count, thumb.me) == (1, True)
    assert [user.id async for user in thumb.users()] == [bot.user.id]
    await first.remove_reaction("👍", bot.user)
    await first.clear_reaction("🎉")
    await first.clear_reactions()
    await first.pin()
    assert [pinned.id async for pinned in channel.pins()] == [first.id]
    await first.unpin()
    assert len([one async for one in channel.history(limit=2)]) == 2
    await sent.pop().delete()
    await channel.delete_messages(sent)
    await interaction.edit_original_response(content=f"Tidied {len(sent)}")


@command(description="Who is there")
async def members(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    guild = interaction.guild
    found = [one for one in await guild.query_members("B", limit=5) if not one.bot]
    by_id = await guild.query_members(user_ids=[interaction.user.id, 1])
    assert [one.id for one in by_id] == [interaction.user.id]
    owner = await guild.fetch_member(guild.owner_id)
    sought = await guild.query_members("chl", limit=1)
    text = f"Found {names(found)}; the owner is {owner.display_name}; sought {names(sought)}"
    await interaction.edit_original_response(content=text)


@command(description="A webhook of its own")
async def hook(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    made = await interaction.channel.create_webhook(name="Herald")
    sent = await made.send("Hear", username="Crier", wait=True)
    assert (await sent.edit(content="Hear ye")).content == "Hear ye"
    assert made.id in [one.id for one in await interaction.channel.webhooks()]
    assert (await bot.fetch_webhook(made.id)).name == "Herald"
    assert (await discord.Webhook.partial(made.id, made.token, client=bot).fetch()).name == "Herald"
    await sent.delete()
    made = await made.edit(name="Herald II")
    await made.delete()
    await interaction.edit_original_response(content=f"Webhook {made.name} came and went")


@command(description="Look at everything")
async def look(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    guild = interaction.guild
    invite = await interaction.channel.create_invite(max_age=60, max_uses=1, unique=True)
    assert (await bot.fetch_invite(invite.code)).channel.id == interaction.channel_id
    await invite.delete()
    seen = [
        await guild.fetch_emojis(),
        await guild.fetch_stickers(),
        await bot.fetch_premium_sticker_packs(),
        await guild.fetch_channels(),
        await guild.fetch_roles(),
        await guild.invites(),
        await bot.tree.fetch_commands(),
        await bot.fetch_application_emojis(),
        await bot.application_info(),
    ]
    await bot.fetch_guild(guild.id)
    assert [one.id async for one in bot.fetch_guilds()] == [guild.id]
    here = str(interaction.channel_id in [channel.id for channel in seen[3]]).lower()
    await interaction.edit_original_response(content=f"Looked at {len(seen)}: {here} {len(seen[6])}")


@bot.tree.context_menu(name="Quote")
async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"> {message.content}")


@bot.tree.context_menu(name="Greet")
async def greet(interaction: discord.Interaction, member: discord.Member) -> None:
    await interaction.response.send_message(f"Hello {member.display_name}")


bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
