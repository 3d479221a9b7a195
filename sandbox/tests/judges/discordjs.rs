//! discord.js, whose every upload and message has fields that only it sends.

use crate::node::judge_with_node;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_of_discord_js_lives_in_the_sandbox() {
    judge_with_node("discord.js", "discordjs").await;
}
