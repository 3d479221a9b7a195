//! Questions and their revisions.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{GuildId, QuestionId, RevisionId};
use crate::rules::question::Question;

/// What a bank synchronisation changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synchronised {
    /// Questions that were not there before, or came back.
    pub added: usize,
    /// Questions whose text changed.
    pub revised: usize,
    /// Questions that are no longer in the bank.
    pub retired: usize,
}

/// Makes the stored bank equal to `bank`: a new revision for every changed text, retired what is gone.
///
/// Run inside a transaction. Instances that start at once take turns.
pub async fn synchronise_bank(
    db: &mut PgConnection,
    bank: &[Question],
    now: DateTime<Utc>,
) -> sqlx::Result<Synchronised> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('greenroom.bank'))")
        .execute(&mut *db)
        .await?;
    let stored = sqlx::query!(
        r#"select q.question_id, q.slug, q.retired_at, r.content
           from questions q join revisions r using (revision_id) where q.guild_id is null"#
    )
    .fetch_all(&mut *db)
    .await?;
    let mut done = Synchronised::default();
    for question in bank {
        match stored.iter().find(|row| row.slug == question.slug) {
            None => {
                insert_question(&mut *db, None, question, now).await?;
                done.added += 1;
            }
            Some(row) if row.content.0 != *question => {
                revise_question(&mut *db, row.question_id, question, now).await?;
                done.revised += 1;
            }
            Some(row) if row.retired_at.is_some() => {
                revise_question(&mut *db, row.question_id, question, now).await?;
                done.added += 1;
            }
            Some(_) => {}
        }
    }
    for row in stored.iter().filter(|row| row.retired_at.is_none()) {
        if bank.iter().all(|question| question.slug != row.slug) {
            sqlx::query!(
                "update questions set retired_at = $2 where question_id = $1",
                row.question_id.0,
                now
            )
            .execute(&mut *db)
            .await?;
            done.retired += 1;
        }
    }
    Ok(done)
}

/// Adds a question with its first revision. Run inside a transaction: each needs the other.
pub async fn insert_question(
    db: &mut PgConnection,
    guild: Option<GuildId>,
    question: &Question,
    now: DateTime<Utc>,
) -> sqlx::Result<QuestionId> {
    let id = sqlx::query_scalar!(
        // The revision does not exist yet; the deferred foreign key waits for the next statement.
        "insert into questions (guild_id, slug, topic, level, kind, revision_id)
         values ($1, $2, $3, $4, $5, 0) returning question_id",
        guild.map(|guild| guild.0),
        question.slug,
        question.topic,
        question.level.as_str(),
        question.kind.as_str()
    )
    .fetch_one(&mut *db)
    .await?;
    revise_question(db, id, question, now).await?;
    Ok(id)
}

/// Gives a question a new text from now on. Rounds that asked the old one keep it.
pub async fn revise_question(
    db: &mut PgConnection,
    id: QuestionId,
    question: &Question,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let revision = sqlx::query_scalar!(
        "insert into revisions (question_id, content, created_at) values ($1, $2, $3) returning revision_id",
        id.0,
        Json(question) as _,
        now
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "update questions set revision_id = $2, topic = $3, level = $4, kind = $5, retired_at = null
         where question_id = $1",
        id.0,
        revision.0,
        question.topic,
        question.level.as_str(),
        question.kind.as_str()
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Texts of questions that were needed before. A revision never changes, so nothing in here grows old.
#[derive(Debug, Default)]
pub struct Revisions(RwLock<HashMap<RevisionId, Arc<Question>>>);

impl Revisions {
    /// The text, from memory or from the database.
    pub async fn get(&self, db: impl PgExecutor<'_>, id: RevisionId) -> sqlx::Result<Arc<Question>> {
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned();
        if let Some(question) = known {
            return Ok(question);
        }
        let question = Arc::new(find_revision(db, id).await?);
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, Arc::clone(&question));
        Ok(question)
    }
}

async fn find_revision(db: impl PgExecutor<'_>, id: RevisionId) -> sqlx::Result<Question> {
    let row = sqlx::query!("select content from revisions where revision_id = $1", id.0)
        .fetch_one(db)
        .await?;
    Ok(row.content.0)
}

/// A question with its current revision.
#[derive(Clone, Copy, Debug)]
pub struct Current {
    pub question_id: QuestionId,
    pub revision_id: RevisionId,
}

/// The question of that slug: the guild's own, or the bank's.
pub async fn by_slug(db: impl PgExecutor<'_>, guild: GuildId, slug: &str) -> sqlx::Result<Option<Current>> {
    sqlx::query_as!(
        Current,
        "select question_id, revision_id from questions
          where slug = $2 and (guild_id is null or guild_id = $1) and retired_at is null
          order by guild_id nulls last limit 1",
        guild.0,
        slug
    )
    .fetch_optional(db)
    .await
}

/// The question of that number, if the guild may see it.
pub async fn by_id(db: impl PgExecutor<'_>, guild: GuildId, id: QuestionId) -> sqlx::Result<Option<Current>> {
    sqlx::query_as!(
        Current,
        "select question_id, revision_id from questions
          where question_id = $2 and (guild_id is null or guild_id = $1)",
        guild.0,
        id.0
    )
    .fetch_optional(db)
    .await
}

/// Up to 25 slugs with what is typed in them.
pub async fn slugs_like(db: impl PgExecutor<'_>, guild: GuildId, typed: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select slug from questions
          where (guild_id is null or guild_id = $1) and retired_at is null and position($2 in slug) > 0
          order by position($2 in slug), slug limit 25",
        guild.0,
        typed
    )
    .fetch_all(db)
    .await
}
