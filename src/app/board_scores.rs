//! What members have on a board of a month, an area or a topic, without adding up everything each time.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::bot::Bot;
use crate::ids::GuildId;
use crate::rules::period::Bounds;
use crate::rules::ranks::{Score, add_scores};
use crate::store;
use crate::store::board_sums::{Board, Gap};

/// So many answers are added up in a moment. Where more came since the sums of a board were made, they are brought up
/// to date, so that whoever looks next waits for less.
const MANY: i64 = 20_000;

/// Everybody's scores, of everybody's questions; about these topics, if there are any.
pub async fn read_board_scores(
    bot: &Bot,
    guild: GuildId,
    bounds: &Bounds,
    topics: Option<&[String]>,
) -> anyhow::Result<Vec<Score>> {
    let questions = match topics {
        Some(topics) => Some(store::board_sums::name_questions(&bot.db, guild, topics).await?),
        None => None,
    };
    let board = Board {
        start: bounds.start,
        end: bounds.end,
        questions,
    };
    let sums = store::board_sums::read_sums(&bot.db, guild, &board).await?;
    let (from, sums) = match sums {
        Some((until, sums)) => (Some(until), sums),
        None => (board.start, Vec::new()),
    };
    let since = {
        let mut db = bot.db.acquire().await?;
        add_up(&mut db, guild, &board, from, topics).await?
    };
    if since.iter().map(|score| score.answers).sum::<i64>() > MANY {
        let (db, now) = (bot.db.clone(), bot.now());
        let topics = topics.map(<[String]>::to_vec);
        // Whoever looks is answered meanwhile: it may take longer than Discord waits, and is lost without harm.
        tokio::spawn(async move {
            if let Err(error) = extend_sums(&db, guild, &board, topics.as_deref(), now).await {
                tracing::warn!(guild.id = guild.0, %error, "the sums of a board could not be kept");
            }
        });
    }
    Ok(add_scores(sums, since))
}

/// What was earned on a board from an instant on.
async fn add_up(
    db: &mut PgConnection,
    guild: GuildId,
    board: &Board,
    from: Option<DateTime<Utc>>,
    topics: Option<&[String]>,
) -> sqlx::Result<Vec<Score>> {
    match topics {
        Some(topics) => store::boards::topic_scores_between(db, guild, from, board.end, topics).await,
        None => store::boards::scores_between(db, guild, from, board.end, None, false).await,
    }
}

/// Brings the sums of a board as far as everything is judged.
async fn extend_sums(
    db: &PgPool,
    guild: GuildId,
    board: &Board,
    topics: Option<&[String]>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    let Some(Gap { from, to }) = store::board_sums::lock_sums(&mut tx, guild, board, now).await? else {
        return Ok(());
    };
    let part = Board {
        end: Some(to),
        ..board.clone()
    };
    let scores = add_up(&mut tx, guild, &part, from, topics).await?;
    store::board_sums::add_sums(&mut tx, guild, board, to, &scores, now).await?;
    tx.commit().await
}
