"""A bot of discord.py for the sandbox; ../story.rs says what each command has to do."""

import os

import discord
from discord import app_commands

# discord.py's own name for where Discord is.
discord.http.Route.BASE = os.environ["DISCORD_API_BASE"] + "/api/v10"


class Bot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()


bot = Bot()


@bot.tree.command(description="Say it again")
async def echo(interaction: discord.Interaction, text: str) -> None:
    await interaction.response.send_message(f"You said {text}")


bot.run(os.environ["DISCORD_TOKEN"])
