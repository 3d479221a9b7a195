//! What goes wrong with Discord: answers that are lost, late or never come, limits, failures, channels full of talk and
//! channels without history.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use fastrand::Rng;
use sandbox::faults::Fault;
use sandbox::permissions::READ_MESSAGE_HISTORY;
use sandbox::world::World;

use crate::health::Whom;
use crate::stage::Stage;

/// More messages than anybody looks through.
const CROWD: usize = 1_100;

/// Lets Discord go wrong now and then, until the chaos is over.
pub async fn torment_discord(stage: Arc<Stage>, mut rng: Rng) {
    while !stage.is_over() {
        tokio::time::sleep(Duration::from_millis(rng.u64(500..4_000))).await;
        match rng.u8(0..20) {
            0 => {
                stage.tally.count("gateway connections cut");
                let now = stage.sandbox.now();
                stage.health.note(Whom::All, now, TimeDelta::seconds(8));
                match rng.bool() {
                    true => stage.sandbox.gateway().cut(),
                    false => stage.sandbox.gateway().close(4000),
                }
            }
            1 => {
                stage.tally.count("crowds of messages");
                let place = choose_channel(&stage, &mut rng);
                crowd_channel(&stage, place).await;
            }
            2 => hide_history(&stage, &mut rng).await,
            3..5 => torment_replies(&stage, &mut rng).await,
            _ => torment_calls(&stage, &mut rng).await,
        }
    }
    stage.sandbox.faults().clear();
}

/// What the bot asks for by itself goes wrong.
async fn torment_calls(stage: &Stage, rng: &mut Rng) {
    let routes = [
        ("POST", "/channels/*/messages"),
        ("POST", "/channels/*/messages"),
        ("PATCH", "/channels/*/messages/*"),
        ("POST", "/channels/*/messages/*/threads"),
        ("GET", "/channels/*/messages"),
    ];
    let (method, route) = routes[rng.usize(0..routes.len())];
    let (name, fault) = choose_fault(rng);
    if matches!(fault, Fault::RateLimited { global: true, .. }) {
        let now = stage.sandbox.now();
        stage.health.note(Whom::All, now, TimeDelta::seconds(6));
    }
    let times = rng.usize(1..5);
    for _ in 0..times {
        stage.tally.count(&format!("faults: {name}"));
    }
    stage.sandbox.faults().next(times, method, route, fault);
    tokio::time::sleep(Duration::from_millis(rng.u64(500..4_000))).await;
    stage.sandbox.faults().clear();
}

fn choose_fault(rng: &mut Rng) -> (&'static str, Fault) {
    let limited = |rng: &mut Rng, global| Fault::RateLimited {
        retry_after: Duration::from_millis(rng.u64(200..3_000)),
        global,
        with_code: rng.bool(),
    };
    match rng.u8(0..16) {
        0..6 => ("answer lost after the effect", Fault::AnswerLost),
        6..8 => ("429", limited(rng, false)),
        8 => ("429 for everything", limited(rng, true)),
        9 => ("500", Fault::Broken(500)),
        10 => ("502", Fault::html(502)),
        11 => ("503", Fault::Broken(503)),
        12 => ("slow", Fault::Delay(Duration::from_millis(rng.u64(200..3_000)))),
        13 => ("never answered", Fault::Delay(Duration::from_secs(600))),
        14 => (
            "answer never arrives",
            Fault::AnswerLate(Duration::from_secs(600)),
        ),
        _ => (
            "answer late",
            Fault::AnswerLate(Duration::from_millis(rng.u64(200..3_000))),
        ),
    }
}

/// The replies to what people do go wrong.
async fn torment_replies(stage: &Stage, rng: &mut Rng) {
    let (name, fault) = match rng.u8(0..4) {
        0 => ("reply lost after the effect", Fault::AnswerLost),
        1 => ("reply 500", Fault::Broken(500)),
        2 => ("reply late", Fault::AnswerLate(Duration::from_millis(1_500))),
        _ => ("reply slow", Fault::Delay(Duration::from_millis(800))),
    };
    stage.tally.count(&format!("faults: {name}"));
    let trouble = stage.health.begin(Whom::All, stage.sandbox.now());
    let route = "/interactions/*/*/callback";
    stage.sandbox.faults().next(3, "POST", route, fault);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    stage.sandbox.faults().clear();
    stage
        .health
        .end(trouble, stage.sandbox.now() + TimeDelta::seconds(2));
}

fn choose_channel(stage: &Stage, rng: &mut Rng) -> u64 {
    let guild = stage.guilds[rng.usize(0..stage.guilds.len())];
    let name = ["daily", "general", "quiz"][rng.usize(0..3)];
    let find = |world: &World| world.channel_named(name, Some(guild)).map(|channel| channel.id);
    stage.sandbox.read(find).unwrap_or_default()
}

/// Everybody talks at once: what was posted before is far up.
async fn crowd_channel(stage: &Stage, place: u64) {
    let ben = stage.sandbox.member("Ben");
    let count = if stage.plan.guilds < 10 { CROWD / 10 } else { CROWD };
    for n in 0..count {
        let _ = ben.say(place, &format!("Is it {n}?"));
        if n % 20 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The bot may not look back for a while: what it asks for is an empty list.
async fn hide_history(stage: &Stage, rng: &mut Rng) {
    stage.tally.count("channels without history");
    let place = choose_channel(stage, rng);
    stage.sandbox.deny(place, READ_MESSAGE_HISTORY);
    let faults = stage.sandbox.faults();
    let route = format!("/channels/{place}/messages");
    faults.next(2, "POST", &route, Fault::AnswerLost);
    tokio::time::sleep(Duration::from_millis(rng.u64(2_000..6_000))).await;
    faults.clear();
    stage.sandbox.allow(place, READ_MESSAGE_HISTORY);
}
