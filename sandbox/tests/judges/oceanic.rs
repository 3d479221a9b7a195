//! oceanic.js, which sends no User-Agent of its own and appends a path to the address of the gateway.

use crate::node::judge_with_node;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_of_oceanic_js_lives_in_the_sandbox() {
    judge_with_node("oceanic.js", "oceanic").await;
}
