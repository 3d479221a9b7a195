//! The libraries of Python.

use tokio::process::Command;

use crate::bot::{Judge, bot_folder, installed_program};
use crate::story::{Form, live_together};

/// Starts the bot in a folder and lets members use everything it has.
pub async fn judge_with_python(name: &'static str, folder: &str, form: &Form) {
    let Some(python) = installed_program("python/bin/python") else {
        return;
    };
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(bot_folder(folder).join("bot.py"))
        .env("PYTHONPATH", bot_folder(""));
    let mut judge = Judge::start(name, command).await;
    judge.may_manage();
    live_together(&mut judge, form).await;
    judge.finish();
}
