//! What is told after the reveal, and only then: why each option is right or wrong, and questions to go on with.

use std::sync::Arc;

use crate::bot::Bot;
use crate::handlers::{find_question, open};
use crate::ids::{GuildId, RoundId, UserId};
use crate::interaction::Member;
use crate::reply::{Message, Reply};
use crate::rules::question::{Kind, Question};
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::rounds::State;
use crate::view;

/// Why each option is right or wrong.
pub async fn explain_options(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    round: RoundId,
) -> anyhow::Result<Reply> {
    let user = member.user;
    let asked = match find_revealed(bot, guild, user, round).await? {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Reply::Say(refusal)),
    };
    // Nothing in an open question is right or wrong; only a forged button asks.
    if asked.kind == Kind::Open {
        return open::show_own_answer(bot, guild, member.user, round, false).await;
    }
    let own = store::answers::of_member(&bot.db, round, member.user).await?;
    Ok(Reply::Say(view::reveal::explain_options(
        &asked, round, own, None,
    )))
}

/// The answer to a click on an option after the reveal: not a failure, an explanation.
pub fn explain_late_click(asked: &Question, round: RoundId, own: Option<Choices>) -> Reply {
    let intro = "This question is closed, so the click was not counted. Here is what it was about:";
    Reply::Say(view::reveal::explain_options(asked, round, own, Some(intro)))
}

/// The follow-up questions.
pub async fn follow_ups(bot: &Bot, guild: GuildId, user: UserId, round: RoundId) -> anyhow::Result<Reply> {
    Ok(Reply::Say(match find_revealed(bot, guild, user, round).await? {
        Ok(asked) => view::reveal::follow_ups(&asked, round),
        Err(refusal) => refusal,
    }))
}

/// The model answer of one follow-up question.
pub async fn model_answer(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
    follow_up: u8,
) -> anyhow::Result<Reply> {
    Ok(Reply::Say(match find_revealed(bot, guild, user, round).await? {
        Ok(asked) => view::reveal::model_answer(&asked, follow_up),
        Err(refusal) => refusal,
    }))
}

/// The question of a revealed round, or what to say instead. The button's number is untrusted: nothing is told of a
/// round of another guild, of one that is still open, or of somebody else's private one.
pub(super) async fn find_revealed(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
) -> anyhow::Result<Result<Arc<Question>, Message>> {
    let found = store::rounds::find_round(&bot.db, guild, round).await?;
    let Some(round) = found.filter(|round| round.only_user_id.is_none_or(|only| only == user)) else {
        return Ok(Err(view::answer::unknown_round()));
    };
    match (round.state, round.revision_id) {
        (State::Revealed, Some(revision)) => Ok(Ok(find_question(bot, revision).await?)),
        (State::Planned | State::Posted | State::Revealed, _) => Ok(Err(view::reveal::not_yet())),
        (State::Waiting | State::Skipped | State::Failed, _) => Ok(Err(view::answer::unknown_round())),
    }
}
