//! From the programs before the outbox to the one that has it: what was on its way goes on, and they cannot.

use chrono::TimeDelta;
use greenroom::Bank;
use greenroom::internals::{Question, RoundId, open_question};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::database;
use crate::harness::{Greenroom, monday};

/// The newest migration of the programs before.
const BEFORE: i64 = 12;

/// What they leased work with.
const LEASES: [&str; 8] = [
    "update rounds set lease_until = now(), attempt = attempt + 1 where state = 'planned'",
    "update rounds set lease_until = now(), attempt = attempt + 1 where state = 'revealed' and announced_at is null",
    "update rounds set counted_at = now() where state = 'posted'",
    "update live_quizzes set lease_until = now(), attempt = attempt + 1 where next_at <= now()",
    "update live_quizzes set counted_at = now()",
    "update notices set lease_until = now(), attempt = attempt + 1 where state = 'planned'",
    "update nudges set lease_until = now(), attempt = attempt + 1 where state = 'planned'",
    "update open_answers set lease_until = now(), attempt = attempt + 1 where version <> shown_version",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_program_from_before_can_lease_nothing_any_more() {
    let g = Greenroom::without_bot().await;
    for lease in LEASES {
        let leased = sqlx::query(lease).execute(&g.db).await;
        let error = leased.unwrap_err().to_string();
        assert!(error.contains("does not exist"), "{lease}: {error}");
    }
    assert_eq!(
        g.read_number("select value::bigint from meta where key = 'schema_min'")
            .await,
        13
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_such_a_program_plans_is_left_to_one_that_says_it() {
    let g = Greenroom::start().await;
    g.ask("").await;
    // As it planned: the round alone, without what says it.
    let planned = "insert into rounds (guild_id, schedule_id, occurrence_date, channel_id, question_id, revision_id,
                                       due_at, window_seconds, thread, state)
                   select guild_id, schedule_id, occurrence_date + 1, channel_id, question_id, revision_id, due_at,
                          window_seconds, thread, 'planned' from rounds";
    let error = sqlx::query(planned).execute(&g.db).await.unwrap_err().to_string();
    assert!(
        error.contains("the question has no message in the outbox"),
        "{error}"
    );
    assert_eq!(g.count_rounds().await, 1);
    g.finish().await;
}

/// A question of the test bank.
fn question() -> Question {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bank");
    let bank = Bank::load(folder.as_ref())
        .map_err(|report| report.problems)
        .unwrap();
    bank.questions()[0].clone()
}

/// Posts a question as a program before did; returns its message.
async fn post_as_before(sandbox: &Sandbox, round: i64) -> String {
    let (until, topic) = (monday() + TimeDelta::hours(4), "A topic");
    let message = open_question(&question(), topic, RoundId(round), until, 0, None);
    let mut body = json!(message);
    body["nonce"] = format!("q{round}").into();
    body["enforce_nonce"] = true.into();
    let channel = sandbox.channel_id("#daily");
    let url = format!("{}/api/v10/channels/{channel}/messages", sandbox.api_base());
    let token = format!("Bot {}", sandbox.token());
    let client = reqwest::Client::new();
    let request = client
        .post(url)
        .header("User-Agent", "DiscordBot (https://example.org, 0)")
        .header("Authorization", token)
        .json(&body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

/// What such a program had written down: a question whose post got no answer, one it had not come to, one that is open,
/// one whose reveal is not shown, and a quiz whose lobby is open.
async fn plant_what_was_on_its_way(g: &Greenroom, open: &str, revealed: &str) {
    let (guild, channel) = (g.sandbox.guild_id(), g.sandbox.channel_id("#daily"));
    let now = monday();
    let rows = format!(
        "insert into guilds (guild_id, created_at) values ({guild}, '{now}');
         insert into schedules (guild_id, channel_id, time_zone, local_time, days, window_seconds, thread, seed,
                                created_by, created_at)
         values ({guild}, {channel}, 'UTC', '08:00', 1, 14400, false, 1, 1, '{now}');
         insert into rounds (guild_id, schedule_id, occurrence_date, requested_by_interaction, channel_id, question_id,
                             revision_id, offered, several, due_at, window_seconds, thread, state, attempt,
                             lease_until, message_id, posted_at, reveal_at, revealed_at)
         select {guild}, 1, '2026-03-02', n, {channel}, question_id, revision_id, 7, false, '{now}', 14400, false,
                state, attempt, lease_until, message_id, posted_at, reveal_at, revealed_at
           from (values (1, 'planned', 1, '{now}'::timestamptz + interval '1 minute', null::bigint, null::timestamptz,
                         '{now}'::timestamptz + interval '4 hours', null::timestamptz),
                        (2, 'planned', 0, null, null, null, null, null),
                        (3, 'posted', 0, null, {open}, '{now}', '{now}'::timestamptz + interval '4 hours', null),
                        (4, 'revealed', 0, null, {revealed}, '{now}', '{now}', '{now}'))
                r (n, state, attempt, lease_until, message_id, posted_at, reveal_at, revealed_at),
                lateral (select question_id, revision_id from questions where kind <> 'open' order by question_id
                         offset (n - 1) % 3 limit 1) q;
         insert into first_posts (nonce, posted_at) values ('q1', '{now}'::timestamptz - interval '10 minutes');
         insert into quizzes (guild_id, channel_id, source, host_id, requested_by_interaction, title, state, created_at)
         values ({guild}, {channel}, 'live', 1, 1, 'A quiz', 'lobby', '{now}');
         insert into live_quizzes (quiz_id, guild_id, channel_id, questions, seconds, scoring, penalty, starts_at,
                                   next_at)
         values (1, {guild}, {channel}, 1, 20, 'plain', false, '{now}'::timestamptz + interval '1 minute', '{now}');"
    );
    sqlx::raw_sql(AssertSqlSafe(rows)).execute(&g.db).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_its_way_before_is_there_once() {
    let database = database::database_at(BEFORE).await;
    let options = Options {
        now: Some(monday()),
        // Longer than Discord remembers it.
        nonce_window: TimeDelta::milliseconds(1),
        ..Options::default()
    };
    let mut g = Greenroom::on_database(options, database).await;
    let lost = post_as_before(&g.sandbox, 1).await;
    let open = post_as_before(&g.sandbox, 3).await;
    let revealed = post_as_before(&g.sandbox, 4).await;
    plant_what_was_on_its_way(&g, &open, &revealed).await;
    g.start_bot().await;
    g.advance(TimeDelta::minutes(2)).await;
    g.wait_until_posted(3).await;
    g.wait_until_all_announced().await;
    g.wait_until_lobby_is_known().await;
    // The three that were there, the one it had not come to, the explanation and its follow-ups, the lobby.
    let said = g.list_public("#daily");
    let texts: Vec<String> = said
        .iter()
        .map(|seen| seen.to_string().replace('\n', " "))
        .collect();
    assert_eq!(said.len(), 7, "{texts:#?}");
    assert_eq!(
        g.count_rows(&format!("rounds where round_id = 1 and message_id = {lost}"))
            .await,
        1
    );
    let ben = g.member("Ben");
    let shown = ben.see(revealed.parse::<u64>().unwrap()).unwrap();
    assert!(shown.to_string().contains("The answer is"), "{shown}");
    let question = ben.see(open.parse::<u64>().unwrap()).unwrap();
    ben.press(&question, "A").await.unwrap();
    g.wait_until_shown("1 answered").await;
    g.finish().await;
}
