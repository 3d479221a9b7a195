//! Judging a round: its key becomes public, its answers get their points, and decks follow, in one transaction.
//!
//! The same for a round whose window is over and for a private one that was just answered.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::app::say::say_reveal;
use crate::app::{cards, live};
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::ids::RoundId;
use crate::rules::period::list_weeks;
use crate::rules::question::Kind;
use crate::rules::quiz::Source;
use crate::rules::scoring::{Choices, most_points};
use crate::rules::season::Calendar;
use crate::store;
use crate::store::answers::{Judgement, Seasons};
use crate::store::rounds::Round;

/// Reveals a round whose window is over and scores its answers.
///
/// Returns the round and how many answers there were, or `None` where somebody did it before. Run inside a transaction:
/// state, points and standings change together or not at all.
pub async fn judge_round(
    bot: &Bot,
    db: &mut PgConnection,
    id: RoundId,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<(Round, u64)>> {
    let Some(round) = store::rounds::reveal_round(&mut *db, id, now).await? else {
        return Ok(None);
    };
    fail_point("judge.revealed");
    let revision = round.revision_id.context("a posted round has a question")?;
    let question = bot.revisions.get(&mut *db, revision).await?;
    let calendar = store::seasons::guild_calendar(&mut *db, round.guild_id)
        .await?
        .context("a round's guild is known")?;
    let seasons = seasons_of_round(&calendar, &round, now);
    let judgement = Judgement {
        key: match question.kind {
            Kind::Single | Kind::Multiple | Kind::Output => Some(Choices::key_of(&question.options)),
            Kind::Open => None,
        },
        points: most_points(question.kind, question.level),
        seasons,
        weeks: list_weeks(asked_at(&round), round.reveal_at.unwrap_or(now), &calendar),
    };
    let scored = store::answers::score_round(&mut *db, round.guild_id, id, &judgement).await?;
    fail_point("judge.scored");
    // The season may have been closed without waiting any longer; its final standings stay as they are.
    store::archive::note_regrades(&mut *db, round.guild_id, seasons.before, now).await?;
    fail_point("judge.regraded");
    // Nobody says whether an answer to an open question was right, so it says nothing about what was forgotten.
    if judgement.key.is_some() {
        cards::update_cards(&mut *db, &round, &question, &calendar.zone, now).await?;
        fail_point("judge.decks");
    }
    if round.source == Source::Live {
        live::score_live_question(&mut *db, &round, &question, now).await?;
        fail_point("judge.quiz");
    }
    say_reveal(db, &round, now).await?;
    Ok(Some((round, scored)))
}

/// When a round could be answered first. Where the post was recorded late, answers may be older than that.
fn asked_at(round: &Round) -> DateTime<Utc> {
    round.posted_at.map_or(round.due_at, |at| at.min(round.due_at))
}

/// The seasons a round's answers can belong to; they were all given before its window ended.
fn seasons_of_round(calendar: &Calendar, round: &Round, now: DateTime<Utc>) -> Seasons {
    let posted_at = asked_at(round);
    let last = round.reveal_at.map_or(now, |end| end.min(now));
    let after = calendar.season_at(last).start;
    Seasons {
        before: calendar.season_at(posted_at).start,
        after,
        turn: calendar.start_of(after).unwrap_or(last),
    }
}
