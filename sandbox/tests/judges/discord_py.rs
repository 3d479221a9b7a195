//! discord.py, which asks the gateway for a zstd-stream.

use crate::python::judge_with_python;
use crate::story::LABELLED;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_of_discord_py_lives_in_the_sandbox() {
    judge_with_python("discord.py", "discord_py", &LABELLED).await;
}
