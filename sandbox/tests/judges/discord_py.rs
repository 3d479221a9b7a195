//! discord.py.

use tokio::process::Command;

use crate::bot::{Judge, bot_folder, installed_program};
use crate::story::live_together;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_of_discord_py_lives_in_the_sandbox() {
    let Some(python) = installed_program("python/bin/python") else {
        return;
    };
    let mut command = Command::new(python);
    command.arg(bot_folder("discord_py").join("bot.py"));
    let mut judge = Judge::start("discord.py", command).await;
    live_together(&mut judge).await;
    judge.finish();
}
