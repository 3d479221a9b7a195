//! What is in members' review decks, and what of it is due. What an answer makes of a card is in `store::cards`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, QuestionId, UserId};
use crate::store::review_settings::Settings;

/// When a member's card of a question comes back; `None` where there is none.
pub async fn due_at(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    question: QuestionId,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select due_at from cards where guild_id = $1 and user_id = $2 and question_id = $3",
        guild.0,
        user.0,
        question.0
    )
    .fetch_optional(db)
    .await
}

/// The questions of a member's cards that are due, the longest overdue first. Not those whose question everybody is
/// being asked: that would give the key away before the reveal.
pub async fn due_cards(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<QuestionId>> {
    sqlx::query_scalar!(
        r#"select question_id as "question_id: QuestionId" from cards c join questions q using (question_id)
          where c.guild_id = $1 and c.user_id = $2 and c.due_at <= $3
            and q.retired_at is null
            and not exists (select from asked_now n where n.guild_id = $1 and n.question_id = c.question_id)
          order by c.due_at, question_id limit $4"#,
        guild.0,
        user.0,
        now,
        limit
    )
    .fetch_all(db)
    .await
}

/// How many cards are due, for several members at once; those with none are left out. What everybody is being asked is
/// not counted, as it would not be asked.
pub async fn due_counts(
    db: impl PgExecutor<'_>,
    members: &[Settings],
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<(GuildId, UserId), i64>> {
    let guilds: Vec<i64> = members.iter().map(|one| one.guild_id.0).collect();
    let users: Vec<i64> = members.iter().map(|one| one.user_id.0).collect();
    let rows = sqlx::query!(
        r#"select c.guild_id, c.user_id, count(*) as "n!"
             from unnest($1::bigint[], $2::bigint[]) as m (guild_id, user_id)
             join cards c on c.guild_id = m.guild_id and c.user_id = m.user_id and c.due_at <= $3
             join questions q on q.question_id = c.question_id and q.retired_at is null
            where not exists (select from asked_now n where n.guild_id = c.guild_id and n.question_id = c.question_id)
            group by c.guild_id, c.user_id"#,
        &guilds,
        &users,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.guild_id, row.user_id), row.n))
        .collect())
}

/// A member's deck in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deck {
    pub cards: i64,
    /// Due, and to be asked.
    pub due: i64,
    /// Due, but its question is open in the guild.
    pub held_back: i64,
    /// When each card that is not due comes back, for those before `until`.
    pub coming: Vec<DateTime<Utc>>,
    /// When the first card that is not due comes back.
    pub next: Option<DateTime<Utc>>,
}

/// A member's deck, looking ahead until an instant.
pub async fn read_deck(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Deck> {
    let row = sqlx::query!(
        r#"select count(*) as "cards!", count(*) filter (where due_at <= $3 and not open) as "due!",
                  count(*) filter (where due_at <= $3 and open) as "held_back!",
                  coalesce(array_agg(due_at order by due_at) filter (where due_at > $3 and due_at < $4), '{}')
                      as "coming!",
                  min(due_at) filter (where due_at > $3) as next
             from (select c.due_at, exists (select from asked_now n
                                             where n.guild_id = $1 and n.question_id = c.question_id) as open
                     from cards c join questions q using (question_id)
                    where c.guild_id = $1 and c.user_id = $2 and q.retired_at is null) deck"#,
        guild.0,
        user.0,
        now,
        until
    )
    .fetch_one(db)
    .await?;
    Ok(Deck {
        cards: row.cards,
        due: row.due,
        held_back: row.held_back,
        coming: row.coming,
        next: row.next,
    })
}

/// Takes the cards out of a member's deck whose question is no longer asked, and says how many there were.
pub async fn drop_retired(db: impl PgExecutor<'_>, guild: GuildId, user: UserId) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from cards c using questions q
          where c.guild_id = $1 and c.user_id = $2 and q.question_id = c.question_id and q.retired_at is not null",
        guild.0,
        user.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
