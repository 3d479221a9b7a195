//! Judging a round: its key becomes public, its answers get their points, and decks follow, in one transaction. The same for a round
//! whose window is over and for a private one that was just answered.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::bot::Bot;
use crate::handlers::cards;
use crate::handlers::quiz::live;
use crate::ids::{GuildId, RoundId};
use crate::rules::period::Period;
use crate::rules::question::Kind;
use crate::rules::quiz::Source;
use crate::rules::schedule::Zone;
use crate::rules::scoring::{Choices, worth};
use crate::store;
use crate::store::answers::{Judgement, Seasons};
use crate::store::rounds::Round;

/// Reveals a round whose window is over and scores its answers.
///
/// Returns the round and how many answers there were, or `None` where somebody did it before. Run inside a transaction:
/// state, points and standings change together or not at all.
///
/// # Errors
/// If the database fails.
pub async fn judge(
    bot: &Bot,
    db: &mut PgConnection,
    id: RoundId,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<(Round, u64)>> {
    let Some(round) = store::rounds::reveal(&mut *db, id, now).await? else {
        return Ok(None);
    };
    let revision = round.revision_id.context("a posted round has a question")?;
    let question = bot.revisions.get(&mut *db, revision).await?;
    let zone = guild_zone(db, round.guild_id).await?;
    let judgement = Judgement {
        key: match question.kind {
            Kind::Single | Kind::Multiple | Kind::Output => Some(Choices::key_of(&question.options)),
            Kind::Open => None,
        },
        points: worth(question.kind, question.level),
        seasons: seasons(&zone, round.posted_at.unwrap_or(round.due_at), now),
    };
    let scored = store::answers::score(db, id, judgement).await?;
    // Nobody says whether an answer to an open question was right, so it says nothing about what was forgotten.
    if judgement.key.is_some() {
        cards::learn(db, &round, &question, &zone, now).await?;
    }
    if round.source == Source::Live {
        live::judged(db, &round, &question, now).await?;
    }
    Ok(Some((round, scored)))
}

async fn guild_zone(db: &mut PgConnection, guild: GuildId) -> anyhow::Result<Zone> {
    let guild = store::guilds::find(db, guild)
        .await?
        .context("a round's guild is known")?;
    Ok(guild.time_zone.parse()?)
}

fn seasons(zone: &Zone, posted_at: DateTime<Utc>, now: DateTime<Utc>) -> Seasons {
    let start = |at| Period::Season.bounds(at, zone).start.unwrap_or(at);
    let turn = start(now);
    Seasons {
        before: zone.local_date_of(start(posted_at)),
        after: zone.local_date_of(turn),
        turn,
    }
}
