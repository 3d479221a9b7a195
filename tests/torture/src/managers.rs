//! Ann manages every server: schedules, extra questions, early reveals, live quizzes, a competition.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use fastrand::Rng;
use sandbox::Member;

use crate::stage::Stage;

/// How often windows are shortened.
const SHORTEN_EVERY: Duration = Duration::from_millis(500);

/// Every tenth schedule is a day older than it is, and nobody has planned that day: as if the bot had been away. Its
/// question is to be recorded as skipped, once, and the one of today posted.
const MISSED_A_DAY: &str = "update schedules
    set created_at = created_at - interval '1 day', next_due_at = next_due_at - interval '1 day',
        next_date = next_date - 1
  where schedule_id % 10 = 3 and next_due_at > now() and next_date = now()::date
    and created_at > now() - interval '1 hour'
    and not exists (select from rounds where rounds.schedule_id = schedules.schedule_id)";

/// Sets up questions in one server until the chaos is over.
pub async fn manage_server(stage: Arc<Stage>, guild: u64, mut rng: Rng) {
    let Some(places) = find_places(&stage, guild) else {
        return;
    };
    let ann = stage.sandbox.member("Ann");
    let in_daily = ann.at(places.daily);
    if rng.bool() {
        let create = "/competition create name:Cup start:now end:in 2 weeks";
        stage.act(create, in_daily.slash(create)).await;
    }
    let mut next = Instant::now();
    let every = stage.plan.schedule_every;
    while !stage.is_over() {
        add_schedule(&stage, &in_daily, &mut rng).await;
        let extra = ann.at(if rng.bool() { places.daily } else { places.general });
        post_now(&stage, guild, &extra, &mut rng).await;
        let quiz = ann.at(places.quiz);
        open_quiz(&stage, &quiz, &mut rng).await;
        if rng.u8(0..12) == 0 {
            stage
                .act("/competition end", in_daily.slash("/competition end"))
                .await;
        }
        next += every.mul_f64(0.7 + 0.6 * rng.f64());
        while Instant::now() < next && !stage.is_over() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

struct Places {
    daily: u64,
    general: u64,
    quiz: u64,
}

fn find_places(stage: &Stage, guild: u64) -> Option<Places> {
    stage.sandbox.read(|world| {
        let find = |name| world.channel_named(name, Some(guild)).map(|channel| channel.id);
        Some(Places {
            daily: find("daily")?,
            general: find("general")?,
            quiz: find("quiz")?,
        })
    })
}

/// A schedule that is due within a minute or two.
async fn add_schedule(stage: &Stage, ann: &Member, rng: &mut Rng) {
    let latest = if stage.plan.hurried { 63 } else { 110 };
    let due = stage.sandbox.now() + TimeDelta::seconds(rng.i64(62..latest));
    let channel = if rng.bool() { "#daily" } else { "#general" };
    let kinds = if rng.u8(0..4) == 0 { "open" } else { "closed" };
    let add = format!(
        "/daily add channel:{channel} time:{} timezone:UTC days:daily answer-window:5m kinds:{kinds}",
        due.format("%H:%M")
    );
    stage.act("/daily add", ann.slash(&add)).await;
}

/// One more question, and now and then an early end of an open one.
async fn post_now(stage: &Stage, guild: u64, ann: &Member, rng: &mut Rng) {
    let newest = "select schedule_id from schedules where guild_id = $1 and removed_at is null
                   order by schedule_id desc limit 10";
    let ids: Vec<i64> = sqlx::query_scalar(newest)
        .bind(guild.cast_signed())
        .fetch_all(&stage.db)
        .await
        .unwrap_or_default();
    if let Some(id) = rng.choice(ids) {
        let post = format!("/daily post-now schedule:{id}");
        stage.act("/daily post-now", ann.slash(&post)).await;
        if rng.u8(0..5) == 0 {
            let reveal = format!("/daily reveal-now schedule:{id}");
            stage.act("/daily reveal-now", ann.slash(&reveal)).await;
        }
    }
}

/// A live quiz, refused while there is one.
async fn open_quiz(stage: &Stage, ann: &Member, rng: &mut Rng) {
    let scoring = if rng.bool() { "speed" } else { "plain" };
    let count = rng.u8(2..5);
    let penalty = if rng.bool() { "true" } else { "false" };
    let open = format!("/quiz live count:{count} seconds:10 scoring:{scoring} penalty:{penalty}");
    stage.act("/quiz live", ann.slash(&open)).await;
}

/// Nobody can ask for a window of less than five minutes, and no torture can wait so long for each: what is asked for
/// is shortened in the table, before its question is planned.
pub async fn shorten_windows(stage: Arc<Stage>) {
    while !stage.is_over() {
        let shorten = "update schedules set window_seconds = 60 + (schedule_id % 4)::int * 10
                        where window_seconds = 300";
        let _ = sqlx::query(shorten).execute(&stage.db).await;
        let _ = sqlx::query(MISSED_A_DAY).execute(&stage.db).await;
        tokio::time::sleep(SHORTEN_EVERY).await;
    }
}

/// Ann stops every live quiz, by the button on its lobby.
pub async fn stop_quizzes(stage: &Stage) {
    let buttons: BTreeMap<String, (u64, u64)> = stage
        .diary()
        .shown
        .iter()
        .flat_map(|shown| shown.custom_ids.iter().map(move |custom_id| (custom_id, shown)))
        .filter(|(custom_id, _)| custom_id.starts_with("live:") && custom_id.ends_with(":stop"))
        .map(|(custom_id, shown)| {
            let place = (shown.message.cast_unsigned(), shown.channel.cast_unsigned());
            (custom_id.clone(), place)
        })
        .collect();
    let ann = stage.sandbox.member("Ann");
    for (custom_id, (message, channel)) in buttons {
        let press = ann.at(channel);
        stage.act(&custom_id, press.press(message, &custom_id)).await;
    }
}
