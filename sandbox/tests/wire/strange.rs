//! What is strange but legal, mixed in by a seed.

use sandbox::{Limits, Options, Sandbox};
use serde_json::{Value, json};

use crate::bot::{Stage, Wire};

async fn stage() -> Stage {
    Stage::with(Options {
        strange: Some(7),
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn a_session_begins_with_what_nobody_documented() {
    let options = Options {
        strange: Some(7),
        limits: Limits::default(),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a free port");
    sandbox.gateway().forget_last_identify();
    let mut wire = Wire::open(&sandbox).await;
    wire.identify(&sandbox.token(), 1).await;
    let ready = wire.event("READY").await;
    assert_eq!(ready["user"]["flags"], 1_u64 << 44);
    assert_eq!(ready["application"]["flags"], 1_u64 << 50);
    assert_eq!(
        (ready.get("private_channels"), ready["user"].get("email")),
        (None, None)
    );
    let mut met = Vec::new();
    let guild = loop {
        let mut payload = wire.payload().await;
        if payload["t"] == "GUILD_CREATE" {
            let guild = payload["d"].take();
            if guild["unavailable"] == true {
                met.push("an outage".to_owned());
                continue;
            }
            break guild;
        }
        let name = payload["t"].as_str().map(str::to_owned);
        met.push(name.unwrap_or_else(|| format!("op {}", payload["op"])));
    };
    met.sort();
    assert_eq!(
        met,
        [
            "CHANNEL_TOPIC_UPDATE",
            "GUILD_NOTHING_NEW",
            "SOMETHING_NEW",
            "an outage",
            "op 1",
            "op 99"
        ]
    );
    assert!(guild.to_string().len() > 65_536, "a large server");
    sandbox.finish();
}

#[tokio::test]
async fn people_have_flags_and_pictures_of_every_form() {
    let stage = stage().await;
    let users: Vec<Value> = stage.sandbox.read(|world| {
        let people = world.users.keys().map(|id| world.user_json(*id));
        people.collect()
    });
    let any = |fits: &dyn Fn(&Value) -> bool| users.iter().any(fits);
    for flag in [1_u64 << 44, 1 << 50, 1 << 51] {
        assert!(any(&|user| user["public_flags"] == flag), "{flag:#x}");
    }
    assert!(any(
        &|user| user["avatar_decoration_data"]["asset"] == "v2_not_hex"
    ));
    assert!(any(&|user| user["collectibles"]["nameplate"]
        .get("label")
        .is_none()
        && user["collectibles"]["nameplate"].is_object()));
    assert!(any(&|user| user["primary_guild"]["badge"] == "odd"));
    assert!(any(&|user| user.get("public_flags").is_none()));
    assert!(any(&|user| user.get("public_flags") == Some(&Value::Null)));
    stage.sandbox.finish();
}

/// Everything an interaction was told as, over some presses and commands.
async fn heard(stage: &mut Stage) -> Vec<Value> {
    let path = format!("/applications/{}/commands", stage.sandbox.application_id());
    let leaf = json!({ "type": 1, "name": "now", "description": "x" });
    let role = json!([{ "type": 8, "name": "role", "description": "x" }]);
    let commands = json!([
        { "name": "plain", "description": "x" },
        { "name": "daily", "description": "x", "options": [leaf] },
        { "name": "who", "description": "x", "options": role },
    ]);
    stage.rest.send("PUT", &path, &commands).await;
    let question = stage.question().await;
    let mut heard = Vec::new();
    for n in 0..24 {
        let ann = stage.sandbox.member("Ann").at("#daily");
        let typed = ["", "/plain", "/daily now", "/who role:@Daily"][n % 4];
        let question = question.clone();
        let acts = tokio::spawn(async move {
            match typed {
                "" => ann.press(&question, "Go").await,
                typed => ann.slash(typed).await,
            }
        });
        let payload = stage.wire.event("INTERACTION_CREATE").await;
        let path = format!(
            "/interactions/{}/{}/callback",
            payload["id"].as_str().expect("an id"),
            payload["token"].as_str().expect("a token")
        );
        let answer = json!({ "type": 4, "data": { "content": "x", "flags": 64 } });
        stage.rest.post(&path, &answer).await;
        acts.await.expect("no panic").expect("an answer");
        heard.push(payload);
    }
    heard
}

#[tokio::test]
async fn interactions_have_every_optional_field_or_not() {
    let mut stage = stage().await;
    let heard = heard(&mut stage).await;
    let of = |name: &str| {
        heard
            .iter()
            .filter(|one| one["data"]["name"] == name)
            .collect::<Vec<_>>()
    };
    let both = |list: &[&Value], has: &dyn Fn(&Value) -> bool| {
        assert!(list.iter().any(|one| has(one)), "never");
        assert!(list.iter().any(|one| !has(one)), "always");
    };
    both(&of("plain"), &|one| one["data"].get("options").is_none());
    both(&of("daily"), &|one| {
        one["data"]["options"][0].get("options").is_none()
    });
    assert!(
        of("daily")
            .iter()
            .all(|one| one["data"]["options"][0]["name"] == "now")
    );
    let all: Vec<&Value> = heard.iter().collect();
    for field in ["channel", "guild", "locale", "context", "guild_locale"] {
        both(&all, &|one| one.get(field).is_none());
    }
    both(&all, &|one| one["channel"]["type"] == 99);
    both(&all, &|one| one["locale"] == "tlh");
    for one in &heard {
        let bits: u128 = one["member"]["permissions"]
            .as_str()
            .expect("bits")
            .parse()
            .expect("a number");
        assert!(bits > u128::from(u64::MAX) && bits & 1 << 10 != 0, "{bits:#x}");
        for needed in [
            "id",
            "token",
            "type",
            "channel_id",
            "guild_id",
            "authorizing_integration_owners",
        ] {
            assert!(!one[needed].is_null(), "{needed}");
        }
    }
    let role = &of("who")[0]["data"]["resolved"]["roles"];
    assert!(
        role.as_object()
            .is_some_and(|roles| roles.values().all(|role| role.get("colors").is_none()))
    );
    let press = heard.iter().find(|one| one["type"] == 3).expect("a press");
    assert_eq!(press["message"]["components"][1]["type"], 99);
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_seed_gives_the_same_mixture_again() {
    let (mut first, mut second) = (stage().await, stage().await);
    let shape = |heard: Vec<Value>| -> Vec<Vec<String>> {
        let keys = |one: &Value| one.as_object().expect("an object").keys().cloned().collect();
        heard.iter().map(keys).collect()
    };
    assert_eq!(shape(heard(&mut first).await), shape(heard(&mut second).await));
}
