//! The round a button names. The number is untrusted: nothing is told of a round of another guild or of somebody else's
//! private one.

use std::sync::Arc;

use crate::bot::Bot;
use crate::handlers::find_question;
use crate::handlers::stop::Handled;
use crate::ids::RoundId;
use crate::interaction::Caller;
use crate::rules::question::{Kind, Question};
use crate::store;
use crate::store::rounds::{Round, State};
use crate::view;

/// A round with what it asks, or asked.
type Asked = (Round, Arc<Question>);

/// The round of this number, if the caller may know of it.
pub async fn find_asked(bot: &Bot, caller: &Caller, round: RoundId) -> Handled<Asked> {
    let round = store::rounds::find_round(&bot.db, caller.guild, round)
        .await?
        .filter(|round| {
            let theirs = round.only_user_id.is_none_or(|only| only == caller.member.user);
            theirs && matches!(round.state, State::Planned | State::Posted | State::Revealed)
        })
        .ok_or_else(view::answer::unknown_round)?;
    let revision = round.revision_id.ok_or_else(view::answer::unknown_round)?;
    let question = find_question(bot, revision).await?;
    Ok((round, question))
}

/// The same, once it is revealed.
pub async fn find_revealed(bot: &Bot, caller: &Caller, round: RoundId) -> Handled<Asked> {
    require_revealed(find_asked(bot, caller, round).await?)
}

/// Goes on with rounds that are revealed only.
pub fn require_revealed(found: Asked) -> Handled<Asked> {
    match found.0.state {
        State::Revealed => Ok(found),
        _ => Err(view::reveal::not_yet().into()),
    }
}

/// Goes on with questions answered in one's own words only; a forged button may ask this of another.
pub fn require_open(found: Asked) -> Handled<Asked> {
    match found.1.kind {
        Kind::Open => Ok(found),
        Kind::Single | Kind::Multiple | Kind::Output => Err(view::answer::no_such_option().into()),
    }
}
