//! Not while it is open: what a guild is being asked is neither asked again, judged nor explained there.
//!
//! The rule is the view `asked_now`, and `held_back` on top of it for what may be chosen. Questions are chosen from
//! what [`list_candidates`] and [`list_askable`] leave over, and told of where [`find_asked_now`] finds nothing.
//! Whoever makes a round that everybody is asked chooses under [`lock_choice`]: two that choose at once must not choose
//! the same.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, QuestionId, RevisionId, UserId};
use crate::rules::question::{Kind, Level};
use crate::store::questions::Current;

/// Makes choosing a question take turns within a guild, until the transaction ends.
///
/// It is the guild's own row that is held, as for its settings; whatever refers to the guild need not wait.
pub async fn lock_choice(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<()> {
    sqlx::query!(
        "select from guilds where guild_id = $1 for no key update",
        guild.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Topics of the syllabus; empty for any.
    pub topics: &'a [String],
    /// Any where none is said.
    pub level: Option<Level>,
    pub kinds: &'a [Kind],
    /// Whose past counts: that of the member who practises, or, without one, what everybody was asked.
    pub user: Option<UserId>,
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

/// A question that may be asked now, with how often and when it was asked or answered before.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub question_id: QuestionId,
    pub revision_id: RevisionId,
    pub slug: String,
    pub topic: String,
    pub level: Level,
    pub kind: Kind,
    pub times_asked: i64,
    pub last_asked: Option<DateTime<Utc>>,
    held_back: bool,
}

/// What fits a wish.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// What may be asked now.
    pub free: Vec<Candidate>,
    /// How many fit as well and are held back.
    pub held_back: usize,
}

/// Everything that fits a wish, apart from what is open in the guild at this moment: asking it again would give one of
/// the two away.
pub async fn list_candidates(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    wish: &Wish<'_>,
) -> sqlx::Result<Candidates> {
    let kinds: Vec<String> = wish.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let fitting = sqlx::query_as!(
        Candidate,
        r#"select q.question_id, q.revision_id, q.slug, q.topic, q.level, q.kind,
                  coalesce(past.times, 0) as "times_asked!", past.last as last_asked,
                  exists (select from held_back n
                           where n.guild_id = $1 and n.question_id = q.question_id) as "held_back!"
             from questions q
             left join (select question_id, count(*) as times, max(due_at) as last
                          from rounds
                         where $5::bigint is null and guild_id = $1 and state in ('planned', 'posted', 'revealed')
                           -- What one member practises does not change what everybody is asked.
                           and source in ('daily', 'live')
                         group by question_id
                         union all
                        select r.question_id, count(*), max(a.answered_at)
                          from answers a join rounds r using (round_id)
                         where a.guild_id = $1 and a.user_id = $5 and a.points is not null
                         group by r.question_id) past using (question_id)
            where (q.guild_id is null or q.guild_id = $1) and q.retired_at is null
              and (cardinality($2::text[]) = 0 or q.topic = any($2))
              and ($3::text is null or q.level = $3)
              and q.kind = any($4::text[])
            order by q.question_id"#,
        guild.0,
        wish.topics,
        wish.level.map(Level::as_str),
        &kinds,
        wish.user.map(|user| user.0)
    )
    .fetch_all(db)
    .await?;
    let (held_back, free): (Vec<_>, Vec<_>) = fitting.into_iter().partition(|one| one.held_back);
    Ok(Candidates {
        free,
        held_back: held_back.len(),
    })
}

/// These questions in the order given, but for those that are retired or open in the guild at this moment.
pub async fn list_askable(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    questions: &[QuestionId],
) -> sqlx::Result<Vec<Current>> {
    let ids: Vec<i64> = questions.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Current,
        "select q.question_id, q.revision_id
           from unnest($2::bigint[]) with ordinality wanted (id, place) join questions q on q.question_id = wanted.id
          where (q.guild_id is null or q.guild_id = $1) and q.retired_at is null
            and not exists (select from held_back n where n.guild_id = $1 and n.question_id = q.question_id)
          order by wanted.place",
        guild.0,
        &ids
    )
    .fetch_all(db)
    .await
}

/// When the last round that asks the guild this question now is to be revealed; `None` where nobody is asked it, so
/// that it may be judged and explained.
pub async fn find_asked_now(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    question: QuestionId,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select max(ends_at) from asked_now where guild_id = $1 and question_id = $2",
        guild.0,
        question.0
    )
    .fetch_one(db)
    .await
}
