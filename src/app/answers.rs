//! Recording an answer, and what follows from a first one.

use crate::app::entrants::enter_competitions;
use crate::bot::Bot;
use crate::ids::RoundId;
use crate::interaction::Caller;
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
    if let Some(recorded) = recorded
        .as_ref()
        .filter(|recorded| recorded.first && recorded.in_competition)
    {
        enter_competitions(bot, caller, recorded.source).await;
    }
    Ok(recorded)
}
