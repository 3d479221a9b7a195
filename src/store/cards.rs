//! The cards of review decks, and what each answer made of them. When a card comes back is worked out in
//! `rules::review`; here is only what it came to.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{GuildId, QuestionId, RoundId, UserId};
use crate::rules::review::{Memory, Next, Rating, Retention};

/// An answer that says something about a card: a wrong one, or a right one of a member who has the card.
#[derive(Clone, Debug)]
pub struct Answered {
    pub user: UserId,
    pub correct: bool,
    pub answered_at: DateTime<Utc>,
    /// What the card was before; `None` where there is none yet.
    pub before: Option<Memory>,
    pub retention: Retention,
    /// The member's own zone; `None` for the guild's.
    pub time_zone: Option<String>,
}

/// The answers of a scored round that say something about a card and have not been counted yet.
///
/// Locks the cards, in the order of members, so that two rounds with the same question cannot overwrite each other's
/// work.
pub async fn lock_answered(
    db: &mut PgConnection,
    guild: GuildId,
    round: RoundId,
    question: QuestionId,
) -> sqlx::Result<Vec<Answered>> {
    sqlx::query!(
        "select from cards c join answers a on a.round_id = $2 and a.user_id = c.user_id
          where c.guild_id = $1 and c.question_id = $3
          order by c.user_id for no key update of c",
        guild.0,
        round.0,
        question.0
    )
    .execute(&mut *db)
    .await?;
    let rows = sqlx::query!(
        r#"select a.user_id, a.correct as "correct!", a.answered_at, c.stability as "stability?",
                  c.difficulty as "difficulty?", c.last_review_at as "last_review_at?",
                  s.retention as "retention?: Retention", s.time_zone
             from answers a
             left join cards c on c.guild_id = $1 and c.question_id = $3 and c.user_id = a.user_id
             left join review_settings s on s.guild_id = $1 and s.user_id = a.user_id
            where a.round_id = $2 and a.guild_id = $1 and (not a.correct or c.user_id is not null)
              and not exists (select from card_reviews r where r.round_id = $2 and r.user_id = a.user_id)
            order by a.user_id"#,
        guild.0,
        round.0,
        question.0
    )
    .fetch_all(&mut *db)
    .await?;
    let answered = rows.into_iter().map(|row| Answered {
        user: row.user_id,
        correct: row.correct,
        answered_at: row.answered_at,
        before: to_memory(row.stability, row.difficulty, row.last_review_at),
        retention: row.retention.unwrap_or(Retention::USUAL),
        time_zone: row.time_zone,
    });
    Ok(answered.collect())
}

fn to_memory(stability: Option<f32>, difficulty: Option<f32>, at: Option<DateTime<Utc>>) -> Option<Memory> {
    Some(Memory {
        stability: stability?,
        difficulty: difficulty?,
        reviewed_at: at?,
    })
}

/// What a round's answer made of a member's card.
#[derive(Clone, Copy, Debug)]
pub struct Reviewed {
    pub user: UserId,
    pub rating: Rating,
    pub before: Option<Memory>,
    pub after: Next,
}

/// Writes what a round's answers made of the cards, all at once, and what they were before. In the transaction that
/// locked them; an answer that was counted before is left alone.
pub async fn write_reviewed(
    db: &mut PgConnection,
    guild: GuildId,
    round: RoundId,
    question: QuestionId,
    reviewed: &[Reviewed],
) -> sqlx::Result<u64> {
    let column = |of: fn(&Reviewed) -> f32| reviewed.iter().map(of).collect::<Vec<f32>>();
    let users: Vec<i64> = reviewed.iter().map(|one| one.user.0).collect();
    let ratings: Vec<String> = reviewed
        .iter()
        .map(|one| one.rating.as_str().to_owned())
        .collect();
    let lapses: Vec<i32> = reviewed
        .iter()
        .map(|one| count_lapse(one.before, one.rating))
        .collect();
    let stability = column(|one| one.after.memory.stability);
    let difficulty = column(|one| one.after.memory.difficulty);
    let at: Vec<DateTime<Utc>> = reviewed.iter().map(|one| one.after.memory.reviewed_at).collect();
    let due: Vec<DateTime<Utc>> = reviewed.iter().map(|one| one.after.due_at).collect();
    let before = |of: fn(&Memory) -> f32| reviewed.iter().map(|one| one.before.as_ref().map(of)).collect();
    let stability_before: Vec<Option<f32>> = before(|memory| memory.stability);
    let difficulty_before: Vec<Option<f32>> = before(|memory| memory.difficulty);
    let reviewed_before: Vec<Option<DateTime<Utc>>> = reviewed
        .iter()
        .map(|one| one.before.map(|memory| memory.reviewed_at))
        .collect();
    let done = sqlx::query!(
        "with given as (
             select user_id, rating, stability, difficulty, at, due_at, stability_before, difficulty_before,
                    reviewed_before, lapses
               from unnest($4::bigint[], $5::text[], $6::real[], $7::real[], $8::timestamptz[], $9::timestamptz[],
                           $10::real[], $11::real[], $12::timestamptz[], $13::int[])
                 as g (user_id, rating, stability, difficulty, at, due_at, stability_before, difficulty_before,
                       reviewed_before, lapses)
         ), noted as (
             insert into card_reviews (round_id, user_id, guild_id, question_id, rating, reviewed_at, stability_before,
                                       difficulty_before, reviewed_before)
             select $2, user_id, $1, $3, rating, at, stability_before, difficulty_before, reviewed_before from given
             on conflict do nothing
             returning user_id
         )
         insert into cards (guild_id, user_id, question_id, stability, difficulty, due_at, last_review_at, reps, lapses,
                            why, created_at)
         select $1, user_id, $3, stability, difficulty, due_at, at, 1, lapses, 'missed', at
           from given join noted using (user_id) order by user_id
         on conflict (guild_id, user_id, question_id) do update
            set stability = excluded.stability, difficulty = excluded.difficulty, due_at = excluded.due_at,
                last_review_at = excluded.last_review_at, reps = cards.reps + 1,
                lapses = cards.lapses + excluded.lapses
          -- Another round may have made the card a moment ago; the later review is the one that counts.
          where cards.last_review_at <= excluded.last_review_at",
        guild.0,
        round.0,
        question.0,
        &users,
        &ratings,
        &stability,
        &difficulty,
        &at,
        &due,
        &stability_before as &[Option<f32>],
        &difficulty_before as &[Option<f32>],
        &reviewed_before as &[Option<DateTime<Utc>>],
        &lapses
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// A card lapses when it is forgotten after it had been known; what was never known cannot.
fn count_lapse(before: Option<Memory>, rating: Rating) -> i32 {
    i32::from(before.is_some() && rating == Rating::Again)
}

/// What an answer made of a card that has not been reviewed since, locked: what its member may judge otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Review {
    pub question: QuestionId,
    pub rating: Rating,
    pub reviewed_at: DateTime<Utc>,
    /// What the card was before; `None` where this answer made it.
    pub before: Option<Memory>,
}

/// The review that a member's answer to a round was. `None` where it was none, where the member is another, or where
/// the card has been reviewed since.
pub async fn lock_review(
    db: &mut PgConnection,
    guild: GuildId,
    user: UserId,
    round: RoundId,
) -> sqlx::Result<Option<Review>> {
    let row = sqlx::query!(
        r#"select r.question_id, r.rating, r.reviewed_at, r.stability_before, r.difficulty_before, r.reviewed_before
             from card_reviews r join cards c using (guild_id, user_id, question_id)
            where r.round_id = $3 and r.user_id = $2 and r.guild_id = $1 and c.last_review_at = r.reviewed_at
            for no key update of c"#,
        guild.0,
        user.0,
        round.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Review {
        question: row.question_id,
        rating: row.rating,
        reviewed_at: row.reviewed_at,
        before: to_memory(row.stability_before, row.difficulty_before, row.reviewed_before),
    }))
}

/// Judges a locked review otherwise. In the transaction that locked it.
pub async fn rate_card(
    db: &mut PgConnection,
    guild: GuildId,
    user: UserId,
    round: RoundId,
    review: &Review,
    (rating, after): (Rating, Next),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update cards set stability = $4, difficulty = $5, due_at = $6, lapses = lapses + $7
          where guild_id = $1 and user_id = $2 and question_id = $3",
        guild.0,
        user.0,
        review.question.0,
        after.memory.stability,
        after.memory.difficulty,
        after.due_at,
        count_lapse(review.before, rating) - count_lapse(review.before, review.rating)
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update card_reviews set rating = $3 where round_id = $1 and user_id = $2",
        round.0,
        user.0,
        rating.as_str()
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Puts a question into a member's deck because they asked to be reminded. False where it is there already.
pub async fn add_card(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    question: QuestionId,
    after: &Next,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into cards (guild_id, user_id, question_id, stability, difficulty, due_at, last_review_at, reps, lapses,
                            why, created_at)
         select $1, $2, question_id, $4, $5, $6, $7, 1, 0, 'asked', $7 from questions
          -- Nothing in an open question is right or wrong, so nothing tells how well it is known.
          where question_id = $3 and kind <> 'open'
         on conflict do nothing",
        guild.0,
        user.0,
        question.0,
        after.memory.stability,
        after.memory.difficulty,
        after.due_at,
        after.memory.reviewed_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
