//! Values in the database that this version cannot read, most likely written by a newer one.

use sqlx::PgConnection;

/// A value that is none of those a type has.
///
/// Where it stands is not known while a row is decoded; [`find_unreadable`] looks for it.
#[derive(Debug, thiserror::Error)]
#[error("the {what} “{value}” is not known to this version; is the database used by a newer one?")]
pub struct UnreadableValue {
    /// What the value is, in the words of [`find_unreadable`].
    pub what: &'static str,
    /// The value as PostgreSQL writes it.
    pub value: String,
}

/// Table, row and column of an unreadable value; `None` where it is gone or would take long to find.
///
/// Run in a transaction of its own: it limits the time its statements may take, since large tables have no index for
/// this.
pub async fn find_unreadable(
    db: &mut PgConnection,
    unreadable: &UnreadableValue,
) -> sqlx::Result<Option<String>> {
    sqlx::query!("set local statement_timeout = '1s'")
        .execute(&mut *db)
        .await?;
    search_tables(db, unreadable).await
}

async fn search_tables(db: &mut PgConnection, unreadable: &UnreadableValue) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"select format('table %s, row %s, column %s', "table", "row", "column") as "place!" from (
               select 'questions', 'question_id = ' || question_id, 'level'
                 from questions where $1 = 'level' and level = $2
               union all
               select 'questions', 'question_id = ' || question_id, 'kind'
                 from questions where $1 = 'kind' and kind = $2
               union all
               select 'schedules', 'schedule_id = ' || schedule_id, 'level'
                 from schedules where $1 = 'level' and level = $2
               union all
               select 'schedules', 'schedule_id = ' || schedule_id, 'kinds'
                 from schedules where $1 = 'kinds' and kinds = $2
               union all
               select 'quizzes', 'quiz_id = ' || quiz_id, 'source'
                 from quizzes where $1 = 'source' and source = $2
               union all
               select 'quizzes', 'quiz_id = ' || quiz_id, 'state'
                 from quizzes where $1 = 'state of a quiz' and state = $2
               union all
               select 'live_quizzes', 'quiz_id = ' || quiz_id, 'scoring'
                 from live_quizzes where $1 = 'scoring' and scoring = $2
               union all
               select 'live_quizzes', 'quiz_id = ' || quiz_id, 'ending'
                 from live_quizzes where $1 = 'ending' and ending = $2
               union all
               select 'competitions', 'competition_id = ' || competition_id, 'scope'
                 from competitions where $1 = 'scope' and scope = $2
               union all
               select 'competitions', 'competition_id = ' || competition_id, 'entry'
                 from competitions where $1 = 'entry' and entry = $2
               union all
               select 'competitions', 'competition_id = ' || competition_id, 'teams'
                 from competitions where $1 = 'kind of teams' and teams = $2
               union all
               select 'competitions', 'competition_id = ' || competition_id, 'state'
                 from competitions where $1 = 'state of a competition' and state = $2
               union all
               select 'notices', 'notice_id = ' || notice_id, 'kind'
                 from notices where $1 = 'kind of notice' and kind = $2
               union all
               select 'outbox', format('guild_id = %s, outbox_id = %s', guild_id, outbox_id), 'kind'
                 from outbox where $1 = 'kind of message' and kind = $2
               union all
               select 'outbox', format('guild_id = %s, outbox_id = %s', guild_id, outbox_id), 'priority'
                 from outbox where $1 = 'priority' and priority::text = $2
               union all
               select 'review_settings', format('guild_id = %s, user_id = %s', guild_id, user_id), 'retention'
                 from review_settings where $1 = 'retention' and retention::text = $2
               union all
               select 'open_answers', 'open_answer_id = ' || open_answer_id, 'marks'
                 from open_answers where $1 = 'marks' and marks::text = $2
               union all
               select 'card_reviews', format('round_id = %s, user_id = %s', round_id, user_id), 'rating'
                 from card_reviews where $1 = 'rating' and rating = $2
               union all
               select 'rounds', 'round_id = ' || round_id, 'state'
                 from rounds where $1 = 'state of a round' and state = $2
               union all
               select 'rounds', 'round_id = ' || round_id, 'source'
                 from rounds where $1 = 'source' and source = $2
               union all
               select 'rounds', 'round_id = ' || round_id, 'offered'
                 from rounds where $1 = 'choices' and offered::text = $2
               union all
               select 'answers', format('round_id = %s, user_id = %s', round_id, user_id), 'choices'
                 from answers where $1 = 'choices' and choices::text = $2
               union all
               select 'answers', format('round_id = %s, user_id = %s', round_id, user_id), 'source'
                 from answers where $1 = 'source' and source = $2
           ) place ("table", "row", "column") limit 1"#,
        unreadable.what,
        unreadable.value
    )
    .fetch_optional(db)
    .await
}
