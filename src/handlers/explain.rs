//! What is told after the reveal, and only then: why each option is right or wrong, and questions to go on with.

use crate::bot::Bot;
use crate::handlers::open;
use crate::handlers::rounds::find_revealed;
use crate::handlers::stop::Handled;
use crate::ids::RoundId;
use crate::interaction::Caller;
use crate::reply::{Message, Reply};
use crate::rules::question::{Kind, Question};
use crate::rules::scoring::Choices;
use crate::store;
use crate::view;

/// Why each option is right or wrong.
pub async fn explain_options(bot: &Bot, caller: &Caller, round: RoundId) -> Handled {
    let (_, question) = find_revealed(bot, caller, round).await?;
    // Nothing in an open question is right or wrong; only a forged button asks.
    if question.kind == Kind::Open {
        return open::show_own_answer(bot, caller, round).await;
    }
    let own = store::answers::of_member(&bot.db, round, caller.member.user).await?;
    let explained = view::reveal::explain_options(&question, round, own, None);
    Ok(Reply::Say(explained))
}

/// The answer to a click on an option after the reveal: not a failure, an explanation.
pub fn explain_late_click(question: &Question, round: RoundId, own: Option<Choices>) -> Reply {
    let intro = "This question is closed, so the click was not counted. Here is what it was about:";
    Reply::Say(view::reveal::explain_options(question, round, own, Some(intro)))
}

/// The follow-up questions.
pub async fn follow_ups(bot: &Bot, caller: &Caller, round: RoundId) -> Handled<Message> {
    let (_, question) = find_revealed(bot, caller, round).await?;
    Ok(view::reveal::follow_ups(&question, round))
}

/// The model answer of one follow-up question.
pub async fn model_answer(bot: &Bot, caller: &Caller, round: RoundId, follow_up: u8) -> Handled<Message> {
    let (_, question) = find_revealed(bot, caller, round).await?;
    Ok(view::reveal::model_answer(&question, follow_up))
}
