//! A question gives its points once, also when two rounds that asked it are judged at the same moment.

use greenroom::internals::{GuildId, RoundId, score_round};
use sqlx::{Connection as _, PgConnection};

use crate::harness::{Greenroom, judge_by};

const GUILD: GuildId = GuildId(1);

/// Two rounds of one question that a member answered rightly, and that are revealed and not judged.
async fn plant_two_rounds(g: &Greenroom, source: &str, only: &str) {
    let rows = format!(
        "insert into guilds (guild_id, time_zone, created_at) values (1, 'UTC', '2026-03-01Z');
         insert into members (guild_id, user_id, name, first_seen_at) values (1, 7, 'Ben', '2026-03-01Z');
         insert into quizzes (guild_id, channel_id, source, host_id, requested_by_interaction, title, state, created_at)
         select 1, n, '{source}', 7, n, 'Both', 'running', '2026-03-02Z' from generate_series(1, 2) n;
         insert into rounds (guild_id, quiz_id, number, source, only_user_id, channel_id, question_id, revision_id,
                             offered, due_at, window_seconds, thread, state, posted_at, reveal_at, revealed_at)
         select 1, quiz_id, 1, '{source}', {only}, 1, question_id, revision_id, 3, '2026-03-02Z', 60, false, 'revealed',
                '2026-03-02Z', '2026-03-02 01:00Z', '2026-03-02 01:00Z'
           from quizzes, (select question_id, revision_id from questions order by question_id limit 1) q;
         insert into answers (round_id, user_id, guild_id, choices, interaction_id, answered_at, source)
         select round_id, 7, 1, 1, round_id, '2026-03-02 00:30Z', '{source}' from rounds"
    );
    g.plant_rows(&rows).await;
}

async fn judged_at_once(source: &str, only: &str) {
    let g = Greenroom::without_bot().await;
    plant_two_rounds(&g, source, only).await;
    let mut one = PgConnection::connect(&g.database).await.unwrap();
    let mut other = PgConnection::connect(&g.database).await.unwrap();
    let mut first = one.begin().await.unwrap();
    score_round(&mut first, GUILD, RoundId(1), &judge_by(0))
        .await
        .unwrap();
    let second = tokio::spawn(async move {
        let mut tx = other.begin().await.unwrap();
        score_round(&mut tx, GUILD, RoundId(2), &judge_by(0))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    });
    // The first has paid and not committed; the second has begun, and stands.
    g.wait_until_held_up().await;
    first.commit().await.unwrap();
    second.await.unwrap();
    let paid = g.read_number("select sum(points)::bigint from answers").await;
    assert_eq!(paid, 20, "{source}");
    let standing = g
        .read_number("select points::bigint from standings where period = 'all'")
        .await;
    assert_eq!(standing, 20, "{source}");
    drop(one);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_of_one_question_that_are_judged_at_once_pay_once() {
    judged_at_once("solo", "7").await;
    judged_at_once("live", "null").await;
}
