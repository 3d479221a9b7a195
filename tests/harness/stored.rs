//! What the bot has written down. A story looks here for what nobody can see on Discord, and for what the bot has to
//! know before the story goes on.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use greenroom::internals::{Choices, Judgement, Seasons};
use sqlx::AssertSqlSafe;

use super::Greenroom;

/// Questions that wait to be posted or edited.
const WAITING: &str = "outbox where kind = 'question' and state = 'waiting'";
/// Questions that are revealed and not yet shown to be.
const UNANNOUNCED: &str = "rounds where state = 'revealed' and announced_at is null";

/// Twenty points for one option, in the season of 2026 and the first week of March.
pub fn judge_by(right: u8) -> Judgement {
    let start = "2026-01-01".parse().unwrap();
    Judgement {
        key: Choices::single(right),
        points: 20,
        seasons: Seasons {
            before: start,
            after: start,
            turn: "2026-01-01T00:00:00Z".parse().unwrap(),
        },
        weeks: vec![(
            "2026-03-02".parse().unwrap(),
            "2026-03-02T00:00:00Z".parse().unwrap(),
        )],
    }
}

impl Greenroom {
    /// How many rows there are of a table, narrowed down by a `where` after its name.
    pub async fn count_rows(&self, rows: &str) -> i64 {
        self.read_number(&format!("select count(*) from {rows}")).await
    }

    /// Waits until there are so many rows.
    pub async fn wait_for_rows(&self, rows: &str, expected: i64) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let count = self.count_rows(rows).await;
            if count == expected {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "{rows}: {count} instead of {expected}"
            );
            // The database tells nobody; asking again is all there is.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The one number a query returns.
    pub async fn read_number(&self, query: &str) -> i64 {
        let number = sqlx::query_scalar(AssertSqlSafe(query));
        number.fetch_one(&self.db).await.unwrap()
    }

    /// Writes behind the bot's back: what another time, another version or an accident would have left.
    pub async fn plant_rows(&self, statement: &str) {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement));
        statement.execute(&self.db).await.unwrap();
    }

    /// Waits until somebody waits for rows or a table that the story holds in a transaction.
    pub async fn wait_until_held_up(&self) {
        let waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        self.wait_for_rows(waiting, 1).await;
    }

    // Questions on their way to the channel.

    /// Waits until so many questions are open, and the bot knows that they are posted.
    pub async fn wait_until_posted(&self, count: i64) {
        self.wait_for_rows("rounds where state = 'posted'", count).await;
    }

    /// Waits until the bot knows of every question it has planned that it is posted, or why not.
    pub async fn wait_until_all_posted(&self) {
        self.wait_until_planned(0).await;
    }

    /// Waits until so many questions are chosen and not posted.
    pub async fn wait_until_planned(&self, count: i64) {
        self.wait_for_rows("rounds where state = 'planned'", count).await;
    }

    /// Waits until so many questions were left out.
    pub async fn wait_until_skipped(&self, count: i64) {
        self.wait_for_rows("rounds where state = 'skipped'", count).await;
    }

    /// Waits until so many questions were given up, because Discord does not take them.
    pub async fn wait_until_failed(&self, count: i64) {
        self.wait_for_rows("rounds where state = 'failed'", count).await;
    }

    /// Waits until so many questions or reveals were refused and are to be tried again within a minute: sooner than a
    /// lease would run out.
    pub async fn wait_until_put_off(&self, count: i64) {
        let now = self.sandbox.now();
        let soon = now + TimeDelta::minutes(1);
        let rows = format!("{WAITING} and not_before > '{now}' and not_before <= '{soon}'");
        self.wait_for_rows(&rows, count).await;
    }

    /// Waits until so many questions were refused and are to be tried again at this instant.
    pub async fn wait_until_put_off_to(&self, at: DateTime<Utc>, count: i64) {
        let rows = format!("{WAITING} and message_id is null and not_before = '{at}'");
        self.wait_for_rows(&rows, count).await;
    }

    /// How many rounds there are, whatever became of them.
    pub async fn count_rounds(&self) -> i64 {
        self.count_rows("rounds").await
    }

    /// How many rounds have something to tell their manager: why they were not posted or shown.
    pub async fn count_reasons(&self) -> i64 {
        self.count_rows("rounds where reason is not null").await
    }

    /// Gives the server so many more questions of its own, each as the one about closures.
    pub async fn add_questions(&self, count: usize) {
        let copies = format!(
            "insert into questions (guild_id, slug, topic, level, kind, revision_id)
             select guild_id, 'copy-' || n, topic, level, kind, revision_id
               from (select min(guild_id) as guild_id from guilds) g, generate_series(1, {count}) n,
                    (select topic, level, kind, revision_id from questions where kind = 'output' limit 1) q"
        );
        self.plant_rows(&copies).await;
    }

    // Reveals.

    /// Waits until so many questions are scored and the bot has begun to show that, for the first time.
    pub async fn wait_until_reveals_begin(&self, count: i64) {
        let reveals =
            "outbox where (kind = 'discussion' or (kind = 'question' and version > 1)) and state = 'waiting'
                          and tries = 1 and lease_until is not null";
        self.wait_for_rows(reveals, count).await;
    }

    /// Waits until the bot knows of so many reveals that they are shown, or why not.
    pub async fn wait_until_announced(&self, count: i64) {
        self.wait_for_rows("rounds where announced_at is not null", count)
            .await;
    }

    /// Waits until the bot knows of every reveal that it is shown.
    pub async fn wait_until_all_announced(&self) {
        self.wait_for_rows(UNANNOUNCED, 0).await;
    }

    // Answers, and what follows from them.

    /// How many answers are recorded.
    pub async fn count_answers(&self) -> i64 {
        self.count_rows("answers").await
    }

    /// Waits until so many answers are recorded.
    pub async fn wait_until_answered(&self, count: i64) {
        self.wait_for_rows("answers", count).await;
    }

    /// The points all answers gave.
    pub async fn sum_points(&self) -> i64 {
        self.read_number("select sum(points)::bigint from answers").await
    }

    /// The points and the scored answers of all members together, over all time.
    pub async fn sum_standings(&self) -> (i64, i64) {
        let sums = "select sum(points)::bigint, sum(answers)::bigint from standings where period = 'all'";
        sqlx::query_as(sums).fetch_one(&self.db).await.unwrap()
    }

    /// A number that changes with any row of a table.
    pub async fn digest_rows(&self, table: &str) -> i64 {
        let sum = format!("select coalesce(sum(hashtext(t::text)::bigint), 0)::bigint from {table} t");
        self.read_number(&sum).await
    }

    /// The same of everything boards are read from that is worked out from answers.
    pub async fn digest_boards(&self) -> [i64; 2] {
        [
            self.digest_rows("standings").await,
            self.digest_rows("weekly_points").await,
        ]
    }

    /// Makes the standings anew from the answers, and sees that they are what they were.
    pub async fn check_rebuilt_boards(&self) {
        let before = self.digest_boards().await;
        greenroom::run::rebuild_boards(&self.settings()).await.unwrap();
        assert_eq!(self.digest_boards().await, before);
    }

    /// How many cards the decks of all members have.
    pub async fn count_cards(&self) -> i64 {
        self.count_rows("cards").await
    }

    /// Lets a member be one whose name is not shown.
    pub async fn hide_member(&self, name: &str) {
        let hide = format!("update members set hidden = true where name = '{name}'");
        self.plant_rows(&hide).await;
    }

    // Schedules, nudges, notices.

    /// How many schedules there are.
    pub async fn count_schedules(&self) -> i64 {
        self.count_rows("schedules").await
    }

    /// How many schedules are paused.
    pub async fn count_paused(&self) -> i64 {
        self.count_rows("schedules where paused_at is not null").await
    }

    /// Waits until a schedule is paused.
    pub async fn wait_until_paused(&self) {
        self.wait_for_rows("schedules where paused_at is not null", 1)
            .await;
    }

    /// Waits until so many nudges are sent.
    pub async fn wait_until_nudged(&self, count: i64) {
        self.wait_for_rows("nudges where state = 'sent'", count).await;
    }

    /// Waits until a member is known to take no nudges.
    pub async fn wait_until_nudge_refused(&self) {
        self.wait_for_rows("nudges where state = 'refused'", 1).await;
    }

    /// How many members have switched their nudges off, or the bot has for them.
    pub async fn count_nudges_off(&self) -> i64 {
        self.count_rows("review_settings where nudge_next_at is null")
            .await
    }

    /// Waits until so many nudges are to be tried again this long after their time.
    pub async fn wait_until_nudges_put_off(&self, by: TimeDelta, count: i64) {
        let seconds = by.num_seconds();
        let rows = format!(
            "outbox where kind = 'nudge' and state = 'waiting' and not_before = due_at + interval '{seconds} seconds'"
        );
        self.wait_for_rows(&rows, count).await;
    }

    /// Waits until the bot knows of so many notices that they are posted.
    pub async fn wait_for_notices(&self, count: i64) {
        self.wait_for_rows("notices where state = 'posted'", count).await;
    }

    // Live quizzes.

    /// Waits until the newest quiz is in this state: lobby, running, finished or cancelled.
    pub async fn wait_until_quiz_is(&self, state: &str) {
        let newest = "quiz_id = (select max(quiz_id) from quizzes)";
        let rows = format!("quizzes where {newest} and state = '{state}'");
        self.wait_for_rows(&rows, 1).await;
    }

    /// Waits until the bot knows of every lobby that it is posted.
    pub async fn wait_until_lobby_is_known(&self) {
        self.wait_for_rows("live_quizzes where message_id is null", 0)
            .await;
    }

    /// Waits until nothing is left to do for a live quiz: the last thing is to say in its lobby that it is over.
    pub async fn wait_until_quiz_rests(&self) {
        let over = "live_quizzes join quizzes using (quiz_id) where next_at is null and ended_at is not null";
        self.wait_for_rows(over, 1).await;
        self.wait_for_rows("outbox where priority = 0 and state = 'waiting'", 0)
            .await;
    }
}
