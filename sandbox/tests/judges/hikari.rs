//! hikari with lightbulb, which asks the gateway for a zlib-stream and sends binary frames.

use crate::python::judge_with_python;
use crate::story::IN_ROWS;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_of_hikari_lives_in_the_sandbox() {
    judge_with_python("hikari", "hikari_bot", &IN_ROWS).await;
}
