//! The round a button names. The number is untrusted: nothing is told of a round of another guild or of somebody else's
//! private one.

use std::sync::Arc;

use crate::bot::Bot;
use crate::handlers::find_question;
use crate::handlers::stop::Handled;
use crate::ids::{GuildId, QuestionId, RoundId};
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

/// The same, once it may be explained: it is revealed, and the server is not being asked its question again.
pub async fn find_revealed(bot: &Bot, caller: &Caller, round: RoundId) -> Handled<Asked> {
    require_revealed(bot, find_asked(bot, caller, round).await?).await
}

/// Goes on with rounds that may be explained only.
pub async fn require_revealed(bot: &Bot, found: Asked) -> Handled<Asked> {
    if found.0.state != State::Revealed {
        return Err(view::reveal::not_yet().into());
    }
    let question = found.0.question_id.ok_or_else(view::answer::unknown_round)?;
    require_tellable(bot, found.0.guild_id, question).await?;
    Ok(found)
}

/// Goes on where a question may be explained. While everybody in the server is asked it, nobody is told its answer,
/// whichever button it stands behind.
pub async fn require_tellable(bot: &Bot, guild: GuildId, question: QuestionId) -> Handled<()> {
    match store::asked::find_asked_now(&bot.db, guild, question).await? {
        None => Ok(()),
        Some(until) => Err(view::reveal::asked_again(until, bot.now()).into()),
    }
}

/// Goes on with questions answered in one's own words only; a forged button may ask this of another.
pub fn require_open(found: Asked) -> Handled<Asked> {
    match found.1.kind {
        Kind::Open => Ok(found),
        Kind::Single | Kind::Multiple | Kind::Output => Err(view::answer::no_such_option().into()),
    }
}
