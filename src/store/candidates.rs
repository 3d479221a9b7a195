//! Questions a schedule or a quiz may ask next. Which of them it asks is worked out in `rules::selection`.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, QuestionId, RevisionId, UserId};
use crate::rules::question::{Kind, Kinds, Level};

/// Makes choosing a question take turns within a guild, for the transaction: two schedules due at the same moment must
/// not pick the same one.
pub async fn lock_choice(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.choice'), hashint8($1))",
        guild.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A question a schedule may ask next, with how often and when this guild was last asked it.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub question_id: QuestionId,
    pub revision_id: RevisionId,
    pub topic: String,
    pub times_asked: i64,
    pub last_asked: Option<DateTime<Utc>>,
}

/// Everything that fits a schedule's filter. Empty `topics` means any topic, no `level` any level.
pub async fn list_candidates(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    topics: &[String],
    level: Option<Level>,
    kinds: Kinds,
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select q.question_id, q.revision_id, q.topic,
                  coalesce(asked.times, 0) as "times_asked!", asked.last as last_asked
           from questions q
           left join (select question_id, count(*) as times, max(due_at) as last
                        from rounds
                       where guild_id = $1 and state in ('planned', 'posted', 'revealed')
                         -- What one member practises does not change what everybody is asked.
                         and source in ('daily', 'live')
                       group by question_id) asked using (question_id)
           where (q.guild_id is null or q.guild_id = $1)
             and q.retired_at is null
             and case $4 when 'closed' then q.kind <> 'open' when 'open' then q.kind = 'open' else true end
             and (cardinality($2::text[]) = 0 or q.topic = any($2))
             and ($3::text is null or q.level = $3)
           order by q.question_id"#,
        guild.0,
        topics,
        level.map(Level::as_str),
        kinds.as_str()
    )
    .fetch_all(db)
    .await
}

/// What a quiz asks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Topics of the syllabus; empty for any.
    pub topics: Vec<String>,
    /// Any where none is said.
    pub level: Option<Level>,
    /// Any with options to choose from where none is said.
    pub kind: Option<Kind>,
}

/// Everything that fits a quiz.
///
/// For a private one it says when this `user` last answered each question, otherwise when the guild was last asked.
/// What is open in the guild at this moment is left out: a quiz would give the answer away.
pub async fn quiz_candidates(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    filter: &Filter,
    user: Option<UserId>,
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select q.question_id, q.revision_id, q.topic, count(asked.at) as "times_asked!", max(asked.at) as last_asked
             from questions q
             left join (select question_id, due_at as at from rounds
                         where $5::bigint is null and guild_id = $1 and state in ('planned', 'posted', 'revealed')
                           and source in ('daily', 'live')
                         union all
                        select question_id, answered_at from answers join rounds using (round_id)
                         where answers.guild_id = $1 and user_id = $5) asked using (question_id)
            where (q.guild_id is null or q.guild_id = $1) and q.retired_at is null
              and (cardinality($2::text[]) = 0 or q.topic = any($2))
              and ($3::text is null or q.level = $3)
              and case when $4::text is null then q.kind <> 'open' else q.kind = $4 end
              and not exists (select from asked_now n where n.guild_id = $1 and n.question_id = q.question_id)
            group by q.question_id
            order by q.question_id"#,
        guild.0,
        &filter.topics,
        filter.level.map(Level::as_str),
        filter.kind.map(Kind::as_str),
        user.map(|user| user.0)
    )
    .fetch_all(db)
    .await
}
