//! Small things timed on their own: what every click pays for besides the database and the network, and what starting
//! takes.

use divan::{Bencher, black_box};
use greenroom::Bank;
use greenroom::internals::{
    Area, Bar, Change, Choices, Decoded, Distribution, Image, Incoming, Leaderboard, Message, Podium,
    PodiumStep, Profile, Question, RoundId, Row, answer_receipt, decode_interaction, open_question,
};
use serde_json::{Value, json};
use serenity::model::application::Interaction;
use serenity::model::event::{Event, GatewayEvent};

fn main() {
    divan::main();
}

/// The question `benches/load` asks.
fn question(bank: &Bank) -> Question {
    bank.question("buttons-made-in-a-loop")
        .expect("it is in the bank")
        .clone()
}

fn message(question: &Question) -> Message {
    let reveal_at = chrono::DateTime::from_timestamp(1_772_452_800, 0).expect("a time");
    open_question(question, "Late binding", RoundId(1), reveal_at, 12, None)
}

/// A click on the question's message as the gateway sends it.
fn click(question: &Question) -> String {
    let user = |id: &str, bot: bool| {
        json!({
            "id": id, "username": "ann", "discriminator": "0", "global_name": "Ann", "avatar": null, "bot": bot,
            "system": false, "public_flags": 0, "flags": 0
        })
    };
    let mut message: Value = json!(message(question));
    let more = json!({
        "id": "1100", "channel_id": "1003", "author": user("1001", true), "content": "",
        "timestamp": "2026-03-02T08:00:00+00:00", "edited_timestamp": null, "tts": false, "mention_everyone": false,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0
    });
    if let (Value::Object(message), Value::Object(more)) = (&mut message, more) {
        message.extend(more);
    }
    let event = json!({
        "op": 0, "s": 7, "t": "INTERACTION_CREATE",
        "d": {
            "id": "1200", "application_id": "1001", "type": 3, "version": 1, "token": "a-token",
            "guild_id": "1002", "channel_id": "1003", "locale": "en-GB", "guild_locale": "en-GB",
            "guild": { "id": "1002", "locale": "en-GB", "features": [] },
            "channel": { "id": "1003", "type": 0, "name": "daily", "permissions": "2248473465835073" },
            "app_permissions": "2248473465835073", "entitlements": [], "context": 0,
            "authorizing_integration_owners": { "0": "1002" }, "attachment_size_limit": 10_485_760,
            "data": { "custom_id": "answer:1:0", "component_type": 2, "id": 4 },
            "member": {
                "user": user("1004", false), "nick": null, "avatar": null, "roles": ["1005", "1006"],
                "joined_at": "2025-01-01T08:00:00+00:00", "premium_since": null, "deaf": false, "mute": false,
                "flags": 0, "pending": false, "permissions": "2248473465835073"
            },
            "message": message
        }
    });
    event.to_string()
}

fn read(text: &str) -> Interaction {
    match serde_json::from_str(text).expect("a gateway event") {
        GatewayEvent::Dispatch(_, Event::InteractionCreate(event)) => event.interaction,
        event => panic!("not a click: {event:?}"),
    }
}

/// What serenity's model takes for a click, to compare: it is no longer asked.
#[divan::bench]
fn click_read_by_serenity(bencher: Bencher<'_, '_>) {
    let text = click(&question(&Bank::builtin()));
    bencher.bench(|| read(black_box(&text)));
}

/// From the text of the event's data to what the handlers get.
#[divan::bench]
fn click_decoded(bencher: Bencher<'_, '_>) {
    let event: Value = serde_json::from_str(&click(&question(&Bank::builtin()))).expect("a gateway event");
    let text = event["d"].to_string();
    let decode = |text: &str| {
        let incoming = Incoming::read(text).expect("an interaction");
        decode_interaction(&incoming, text)
    };
    assert!(matches!(decode(&text), Decoded::Ours(_)));
    bencher.bench(|| decode(black_box(&text)));
}

/// The open question, rewritten every five seconds while people answer.
#[divan::bench]
fn question_to_the_wire(bencher: Bencher<'_, '_>) {
    let question = question(&Bank::builtin());
    bencher.bench(|| json!(message(black_box(&question))).to_string());
}

/// What every answer is told.
#[divan::bench]
fn receipt_to_the_wire(bencher: Bencher<'_, '_>) {
    let question = question(&Bank::builtin());
    let until = chrono::DateTime::from_timestamp(1_772_452_800, 0).expect("a time");
    let choices = Choices::single(0).expect("a choice");
    bencher.bench(|| json!(answer_receipt(black_box(&question), choices, until)).to_string());
}

/// A leaderboard as it is drawn: ten names of several scripts, changes of place, streaks.
#[divan::bench(sample_count = 30)]
fn leaderboard_drawn(bencher: Bencher<'_, '_>) {
    let names = [
        "Ann",
        "山田 太郎",
        "Надежда Петровна",
        "عبد الرحمن بن محمد",
        "👩‍👩‍👧‍👦 family",
    ];
    let row = |n: u32| Row {
        rank: n + 1,
        name: format!("{} {n}", names[n as usize % names.len()]),
        points: (1000 - n * 40).to_string(),
        change: Change::between(Some(10 - n), n + 1),
        streak: i64::from(n) * 3,
        own: n == 4,
    };
    let card = Image::Leaderboard(Leaderboard {
        title: "Leaderboard".to_owned(),
        period: "Week of 16 Nov".to_owned(),
        rows: (0..10).map(row).collect(),
        more: 12,
        own: None,
        since: "since the last question".to_owned(),
    });
    bencher.bench(|| black_box(&card).draw());
}

/// A profile as it is drawn: the largest card.
#[divan::bench(sample_count = 30)]
fn profile_drawn(bencher: Bencher<'_, '_>) {
    let area = |n: i64| Area {
        title: format!("Area number {n}"),
        right: n * 3,
        answers: 20,
    };
    let card = Image::Profile(Profile {
        name: "Ann".to_owned(),
        points: 2480,
        rank: 3,
        right: (98, 140),
        streak: 12,
        freezes: 2,
        today: chrono::NaiveDate::from_ymd_opt(2026, 11, 19).expect("a day"),
        days: (0..180).map(|n| n % 4).collect(),
        places: (0..26).map(|n| (n % 9 != 4).then_some(1 + n % 7)).collect(),
        areas: (0..6).map(area).collect(),
    });
    bencher.bench(|| black_box(&card).draw());
}

/// A podium as it is drawn.
#[divan::bench(sample_count = 30)]
fn podium_drawn(bencher: Bencher<'_, '_>) {
    let place = |n: u32| PodiumStep {
        rank: n,
        name: format!("Team number {n}"),
        score: "140 points".to_owned(),
    };
    let card = Image::Podium(Podium {
        title: "Autumn competition".to_owned(),
        subtitle: "1 September to 30 November".to_owned(),
        places: (1..4).map(place).collect(),
    });
    bencher.bench(|| black_box(&card).draw());
}

/// Who chose what, as it is drawn.
#[divan::bench(sample_count = 30)]
fn distribution_drawn(bencher: Bencher<'_, '_>) {
    let bar = |n: i64| Bar {
        count: n * 3,
        right: n == 2,
    };
    let card = Image::Distribution(Distribution {
        answered: 30,
        right: 6,
        bars: (0..5).map(bar).collect(),
    });
    bencher.bench(|| black_box(&card).draw());
}

/// The whole bank, read once at the start of the program.
#[divan::bench(sample_count = 20)]
fn bank_loaded() -> Bank {
    Bank::builtin()
}
