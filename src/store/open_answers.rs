//! What members wrote in answer to open questions, whether they share it, and whom it convinced. What was written is
//! recorded with the answer itself, by `store::answers::record_answer`.
//!
//! A shared answer has one message in the thread, which the outbox posts once the reveal is shown and keeps current.

use sqlx::PgExecutor;

use crate::ids::{GuildId, InteractionId, MessageId, OpenAnswerId, RoundId, UserId};
use crate::rules::open_answer::Marks;

/// An answer as stored.
#[derive(Clone, Debug)]
pub struct OpenAnswer {
    pub open_answer_id: OpenAnswerId,
    pub round_id: RoundId,
    pub user_id: UserId,
    pub guild_id: GuildId,
    pub words: String,
    pub marks: Marks,
    pub shared: bool,
    pub message_id: Option<MessageId>,
}

/// What a member wrote in a round.
pub async fn of_member(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    round: RoundId,
    user: UserId,
) -> sqlx::Result<Option<OpenAnswer>> {
    sqlx::query_as!(
        OpenAnswer,
        "select open_answer_id, round_id, user_id, guild_id, words, marks, shared, message_id
           from open_answers where round_id = $1 and user_id = $2 and guild_id = $3",
        round.0,
        user.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// Marks one criterion as met or not, once the rubric is public. `None` where the member has no answer there.
pub async fn mark_criterion(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    round: RoundId,
    user: UserId,
    criterion: Marks,
    met: bool,
) -> sqlx::Result<Option<OpenAnswer>> {
    sqlx::query_as!(
        OpenAnswer,
        "update open_answers o set marks = case when $5 then o.marks | $4::smallint else o.marks & ~$4::smallint end
           from rounds r
          where o.round_id = $1 and o.user_id = $2 and o.guild_id = $3
            and r.round_id = o.round_id and r.state = 'revealed'
         returning o.open_answer_id, o.round_id, o.user_id, o.guild_id, o.words, o.marks, o.shared,
                   o.message_id",
        round.0,
        user.0,
        guild.0,
        criterion.bits(),
        met
    )
    .fetch_optional(db)
    .await
}

/// Lets the others read an answer after the reveal, or not; the newest click decides. `None` where there is nothing to
/// change: no answer, or it is so already.
pub async fn share_answer(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    round: RoundId,
    user: UserId,
    share: bool,
    interaction: InteractionId,
) -> sqlx::Result<Option<OpenAnswer>> {
    sqlx::query_as!(
        OpenAnswer,
        "update open_answers o set shared = $4, share_interaction_id = $5
          where round_id = $1 and user_id = $2 and guild_id = $3 and share_interaction_id < $5 and shared <> $4
         returning o.open_answer_id, o.round_id, o.user_id, o.guild_id, o.words, o.marks, o.shared,
                   o.message_id",
        round.0,
        user.0,
        guild.0,
        share,
        interaction.0
    )
    .fetch_optional(db)
    .await
}

/// What came of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voted {
    pub author: UserId,
    /// Whether the answer can still be read.
    pub shared: bool,
    /// Whether it convinces the voter now; `None` where nothing was changed.
    pub convincing: Option<bool>,
}

/// Turns a member's vote around: given where there was none, taken back where there was. Nobody votes for themselves,
/// and the same click twice counts once. `None` where the guild has no such answer.
pub async fn toggle_vote(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    answer: OpenAnswerId,
    voter: UserId,
    interaction: InteractionId,
) -> sqlx::Result<Option<Voted>> {
    sqlx::query_as!(
        Voted,
        r#"with answer as (
             select open_answer_id, guild_id, user_id, shared from open_answers
              -- One that was never posted cannot have been read.
              where open_answer_id = $1 and guild_id = $2 and message_id is not null
         ), voted as (
             insert into convincing_votes (open_answer_id, user_id, guild_id, convincing, interaction_id)
             select open_answer_id, $3, guild_id, true, $4 from answer where shared and user_id <> $3
             on conflict (open_answer_id, user_id) do update
                set convincing = not convincing_votes.convincing, interaction_id = excluded.interaction_id
              where excluded.interaction_id > convincing_votes.interaction_id
             returning convincing
         )
         select user_id as "author: UserId", shared, voted.convincing as "convincing?"
           from answer left join voted on true"#,
        answer.0,
        guild.0,
        voter.0,
        interaction.0
    )
    .fetch_optional(db)
    .await
}

/// How many members found an answer convincing.
pub async fn count_votes(db: impl PgExecutor<'_>, answer: OpenAnswerId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from convincing_votes where open_answer_id = $1 and convincing"#,
        answer.0
    )
    .fetch_one(db)
    .await
}

/// Whether the author of an answer chose not to be named.
pub async fn author_hides(db: impl PgExecutor<'_>, answer: &OpenAnswer) -> sqlx::Result<bool> {
    let hidden = sqlx::query_scalar!(
        "select hidden from members where guild_id = $1 and user_id = $2",
        answer.guild_id.0,
        answer.user_id.0
    )
    .fetch_optional(db)
    .await?;
    Ok(hidden == Some(true))
}

/// An answer by its number, and whether the reveal of its round is shown.
pub async fn find_answer(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    answer: OpenAnswerId,
) -> sqlx::Result<Option<OpenAnswer>> {
    sqlx::query_as!(
        OpenAnswer,
        "select open_answer_id, round_id, user_id, guild_id, words, marks, shared, message_id
           from open_answers where guild_id = $1 and open_answer_id = $2",
        guild.0,
        answer.0
    )
    .fetch_optional(db)
    .await
}

/// The answers of a round that their authors share, each with its message if it has one.
pub async fn shared_in_round(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    round: RoundId,
) -> sqlx::Result<Vec<(OpenAnswerId, Option<MessageId>)>> {
    let rows = sqlx::query!(
        "select open_answer_id, message_id from open_answers where guild_id = $1 and round_id = $2 and shared
          order by open_answer_id",
        guild.0,
        round.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.open_answer_id, row.message_id))
        .collect())
}

/// Stores the message of a shared answer.
pub async fn note_message(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    answer: OpenAnswerId,
    message: MessageId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update open_answers set message_id = $3 where guild_id = $1 and open_answer_id = $2",
        guild.0,
        answer.0,
        message.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a member finds an answer convincing.
pub async fn has_voted(db: impl PgExecutor<'_>, answer: OpenAnswerId, voter: UserId) -> sqlx::Result<bool> {
    let convincing = sqlx::query_scalar!(
        "select convincing from convincing_votes where open_answer_id = $1 and user_id = $2",
        answer.0,
        voter.0
    )
    .fetch_optional(db)
    .await?;
    Ok(convincing == Some(true))
}
