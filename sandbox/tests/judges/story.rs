//! What members do with a bot, and what they have to see. Every bot is used in the same way.
//!
//! | command | what the bot does |
//! |---|---|
//! | `/echo text:` | says "You said TEXT" |

use crate::bot::Judge;

/// Members use everything the bot has.
pub async fn live_together(judge: &mut Judge) {
    speak(judge).await;
}

async fn speak(judge: &mut Judge) {
    let ann = judge.sandbox.member("Ann");
    let said = judge.did("/echo", ann.slash("/echo text:hello").await);
    assert_eq!(said.text(), "You said hello");
}
