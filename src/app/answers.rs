//! Recording an answer, and what follows from a first one.

use crate::app::entrants::enter_competitions;
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::ids::RoundId;
use crate::interaction::Caller;
use crate::rules::outbox::OutboxKind;
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::answers::{NewAnswer, Recorded};

/// Records an answer, and with it what follows from a first one. The reply is written from what this returns: by then
/// it is committed.
pub async fn take_answer(
    bot: &Bot,
    caller: &Caller,
    round: RoundId,
    choices: Choices,
    words: Option<&str>,
) -> sqlx::Result<Option<Recorded>> {
    let answer = NewAnswer {
        guild: caller.guild,
        round,
        user: caller.member.user,
        name: &caller.member.name,
        choices,
        words,
        interaction: caller.id,
        at: caller.at,
    };
    let recorded = store::answers::record_answer(&bot.db, &answer).await?;
    fail_point("answer.recorded");
    if let Some(recorded) = recorded.as_ref().filter(|recorded| recorded.first) {
        if recorded.in_competition {
            enter_competitions(bot, caller, recorded.source).await;
        }
        touch_count(bot, caller, round, recorded.source).await;
    }
    fail_point("answer.followed");
    Ok(recorded)
}

/// Has the question show that one more has answered. The answer stands, whatever becomes of that.
async fn touch_count(bot: &Bot, caller: &Caller, round: RoundId, source: Source) {
    if matches!(source, Source::Solo | Source::Review) {
        return;
    }
    let touched = store::outbox::touch_message(&bot.db, caller.guild, OutboxKind::Question, round.0).await;
    if let Err(error) = touched {
        tracing::warn!(round.id = round.0, %error, "a count is not up to date");
    }
}
