//! Recording an answer, and what follows from a first one.

use crate::app::entrants::enter_competitions;
use crate::bot::Bot;
use crate::interaction::Member;
use crate::store;
use crate::store::answers::{NewAnswer, Recorded};

/// Records an answer, and with it what follows from a first one. The reply is written from what this returns: by then
/// it is committed.
pub async fn take_answer(
    bot: &Bot,
    member: &Member,
    answer: &NewAnswer<'_>,
) -> sqlx::Result<Option<Recorded>> {
    let recorded = store::answers::record_answer(&bot.db, answer).await?;
    if let Some(recorded) = recorded
        .as_ref()
        .filter(|recorded| recorded.first && recorded.in_competition)
    {
        enter_competitions(bot, answer.guild, member, answer.at, recorded.source).await;
    }
    Ok(recorded)
}
