//! The libraries of Node.

use tokio::process::Command;

use crate::bot::{Judge, bot_folder, installed_program, judges_folder};
use crate::story::{LABELLED, live_together};

/// Starts the bot in a folder and lets members use everything it has.
pub async fn judge_with_node(name: &'static str, folder: &str) {
    let Some(node) = installed_program("node/bin/node") else {
        return;
    };
    let mut command = Command::new(node);
    command
        .arg(bot_folder(folder).join("bot.js"))
        .env("NODE_PATH", judges_folder().join("node/node_modules"));
    let mut judge = Judge::start(name, command).await;
    judge.may_manage();
    live_together(&mut judge, &LABELLED).await;
    judge.finish();
}
