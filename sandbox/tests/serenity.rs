//! A real serenity client in the sandbox: it connects, registers commands, is spoken to, and survives the gateway.

use std::time::Duration;

use sandbox::load::Load;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use serenity::all::{
    Client, ClientBuilder, Command, Context, EventHandler, GatewayIntents, HttpBuilder, Interaction, Ready,
};
use serenity::async_trait;

/// Answers everything with raw JSON, so that new kinds of components can be used.
struct Bot;

impl Bot {
    async fn answer(&self, context: &Context, interaction: &Interaction) {
        let (id, token, answer) = match interaction {
            Interaction::Command(command) => {
                let values: Vec<_> = command
                    .data
                    .options()
                    .iter()
                    .map(|one| format!("{:?}", one.value))
                    .collect();
                (
                    command.id,
                    &command.token,
                    reply(&command.data.name, &values.join(", ")),
                )
            }
            Interaction::Autocomplete(command) => {
                let typed = command
                    .data
                    .autocomplete()
                    .map(|option| option.value.to_owned())
                    .unwrap_or_default();
                let choices = json!([{ "name": format!("{typed}lin"), "value": "Europe/Berlin" }]);
                (
                    command.id,
                    &command.token,
                    json!({ "type": 8, "data": { "choices": choices } }),
                )
            }
            Interaction::Component(component) => (
                component.id,
                &component.token,
                pressed(&component.data.custom_id, component.user.id.get()),
            ),
            Interaction::Modal(modal) => (
                modal.id,
                &modal.token,
                json!({ "type": 4, "data": { "content": "Thank you", "flags": 64 } }),
            ),
            _ => return,
        };
        let sent = context
            .http
            .create_interaction_response(id, token, &answer, Vec::new())
            .await;
        sent.expect("the answer is accepted");
    }
}

fn reply(command: &str, options: &str) -> Value {
    if command == "private" {
        return json!({ "type": 4, "data": { "content": format!("Only you see {options}"), "flags": 64 } });
    }
    let section = |label: &str, style: u8| {
        json!({
            "type": 9, "components": [{ "type": 10, "content": format!("Option {label}") }],
            "accessory": { "type": 2, "style": style, "label": label, "custom_id": format!("pick:{label}") },
        })
    };
    let components = json!([
        { "type": 17, "components": [
            { "type": 10, "content": "# Which one?" }, section("A", 1), section("B", 2), { "type": 14 },
        ] },
        { "type": 1, "components": [
            { "type": 2, "style": 2, "label": "Write", "custom_id": "write" },
            { "type": 2, "style": 5, "label": "Docs", "url": "https://example.com" },
            { "type": 2, "style": 4, "label": "Off", "custom_id": "off", "disabled": true },
        ] },
    ]);
    json!({ "type": 4, "data": { "flags": 32768, "components": components } })
}

fn pressed(custom_id: &str, user: u64) -> Value {
    if custom_id == "write" {
        let field =
            json!({ "type": 4, "style": 2, "custom_id": "text", "label": "Your answer", "max_length": 10 });
        let row = json!({ "type": 1, "components": [field] });
        return json!({ "type": 9, "data": { "custom_id": "form", "title": "Answer", "components": [row] } });
    }
    if custom_id == "pick:A" {
        return json!({ "type": 4, "data": { "flags": 64, "content": format!("<@{user}> chose A") } });
    }
    json!({ "type": 7, "data": { "components": [{ "type": 10, "content": "Closed" }] } })
}

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, context: Context, _ready: Ready) {
        let options = json!([
            { "type": 7, "name": "channel", "description": "Where", "required": true },
            { "type": 3, "name": "timezone", "description": "Zone", "autocomplete": true },
        ]);
        let commands = json!([
            { "name": "ask", "description": "Ask a question" },
            { "name": "private", "description": "Say something privately", "options": options },
        ]);
        let put: Result<Vec<Command>, _> = context.http.create_global_commands(&commands).await;
        put.expect("the commands are accepted");
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        self.answer(&context, &interaction).await;
    }
}

async fn client(sandbox: &Sandbox) -> Client {
    let http = HttpBuilder::new(sandbox.token())
        .proxy(sandbox.api_base())
        .ratelimiter_disabled(true)
        .build();
    ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .event_handler(Bot)
        .await
        .expect("the gateway is there")
}

/// A sandbox with the bot in it.
async fn with_bot() -> Sandbox {
    with_bot_and(Options::calm()).await
}

async fn with_bot_and(options: Options) -> Sandbox {
    let sandbox = Sandbox::start(options).await.expect("a free port");
    let mut client = client(&sandbox).await;
    tokio::spawn(async move { client.start().await });
    sandbox.connected().await.expect("the bot connects");
    sandbox.registered().await.expect("the bot registers");
    sandbox
}

#[tokio::test]
async fn a_command_is_answered_with_layout_components() {
    let sandbox = with_bot().await;
    let ann = sandbox.member("Ann");
    let question = ann.at("#daily").slash("/ask").await.expect("an answer");
    let text = "\
────────
# Which one?
Option A [A:blue]
Option B [B]
---
────────
[Write] [Docs](https://example.com) (Off:red)";
    assert_eq!(question.to_string(), text);
    assert_eq!(sandbox.member("Ben").last("#daily").text(), text);
    sandbox.finish();
}

#[tokio::test]
async fn a_press_is_answered_privately_or_changes_the_message() {
    let sandbox = with_bot().await;
    let (ann, ben) = (sandbox.member("Ann"), sandbox.member("Ben"));
    let question = ann.slash("/ask").await.expect("an answer");
    let receipt = ben.press(&question, "A").await.expect("an answer");
    assert!(receipt.ephemeral);
    assert_eq!(receipt.text(), "@Ben chose A");
    assert_eq!(
        ann.messages("#general").len(),
        1,
        "Ann does not see Ben's receipt"
    );
    assert_eq!(ben.messages("#general").len(), 2);
    let closed = ben.press(&question, "B").await.expect("an answer");
    assert_eq!(closed.id, question.id);
    assert_eq!(closed.text(), "Closed");
    assert!(closed.edited);
    sandbox.finish();
}

#[tokio::test]
async fn a_button_that_cannot_be_pressed_is_not_sent() {
    let sandbox = with_bot().await;
    let ann = sandbox.member("Ann");
    let question = ann.slash("/ask").await.expect("an answer");
    for (button, why) in [
        ("Off", "disabled"),
        ("Docs", "a link"),
        ("Z", "There are: [\"A\", \"B\""),
    ] {
        let refused = ann
            .press(&question, button)
            .await
            .expect_err("not sent")
            .to_string();
        assert!(refused.contains(why), "{refused}");
    }
    sandbox.finish();
}

#[tokio::test]
async fn a_modal_opens_and_is_sent() {
    let sandbox = with_bot().await;
    let ann = sandbox.member("Ann");
    let question = ann.slash("/ask").await.expect("an answer");
    let modal = ann.press(&question, "Write").await.expect("a modal");
    assert!(modal.is_modal());
    assert_eq!(modal.text(), "Answer\nYour answer: []");
    assert!(
        ann.submit(&modal, &[("Your answer", "far too long a text")])
            .await
            .is_err()
    );
    let thanks = ann
        .submit(&modal, &[("Your answer", "short")])
        .await
        .expect("an answer");
    assert_eq!(thanks.text(), "Thank you");
    sandbox.finish();
}

#[tokio::test]
async fn options_are_checked_and_completed_as_the_client_does() {
    let sandbox = with_bot().await;
    let ann = sandbox.member("Ann");
    let seen = ann
        .slash("/private channel:#quiz timezone:Europe/Berlin")
        .await
        .expect("an answer");
    assert!(seen.ephemeral);
    assert!(seen.text().contains("Europe/Berlin"), "{seen}");
    let choices = ann.complete("/private timezone:Ber").await.expect("choices");
    assert_eq!(
        (choices[0].name.as_str(), &choices[0].value),
        ("Berlin", &json!("Europe/Berlin"))
    );
    for (text, why) in [
        ("/nothing", "no command /nothing"),
        ("/private", "needs the option channel"),
        ("/private channel:#quiz tz:UTC", "no option tz"),
        ("/private channel:#nowhere", "no channel \"#nowhere\""),
        ("/private here", "not in the form option:value"),
    ] {
        let refused = ann.slash(text).await.expect_err("not sent").to_string();
        assert!(refused.contains(why), "{refused}");
    }
    sandbox.finish();
}

#[tokio::test]
async fn the_client_resumes_after_a_cut_and_misses_nothing() {
    let sandbox = with_bot().await;
    let ann = sandbox.member("Ann");
    for kind in ["cut", "close", "ask", "invalidate"] {
        let before = sandbox.gateway().resumes();
        match kind {
            "cut" => sandbox.gateway().cut(),
            "close" => sandbox.gateway().close(4000),
            "ask" => sandbox.gateway().ask_to_reconnect(),
            _ => sandbox.gateway().invalidate(true),
        }
        // Sent while there is no connection: it must be replayed.
        ann.slash("/ask").await.expect("an answer");
        let resumed = |sandbox: &Sandbox| sandbox.gateway().resumes() > before;
        sandbox
            .wait_until("a resume", resumed)
            .await
            .expect("the client resumes");
    }
    sandbox.finish();
}

#[tokio::test]
async fn a_silent_bot_fails_the_press_and_the_test() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let mut client = client(&sandbox).await;
    let task = tokio::spawn(async move { client.start().await });
    sandbox.registered().await.expect("the bot registers");
    let ann = sandbox.member("Ann");
    task.abort();
    let _ = task.await;
    sandbox.gateway().cut();
    sandbox.gateway().accept_connections(false);
    let failed = ann.slash("/ask").await.expect_err("no answer").to_string();
    assert_eq!(
        failed,
        "This interaction failed. /ask by Ann in #general: no answer within 3 s."
    );
    assert_eq!(
        sandbox.take_failures(),
        ["/ask by Ann in #general was not answered within 3 s"]
    );
}

#[tokio::test]
async fn missing_heartbeat_acknowledgements_make_the_client_reconnect() {
    let options = Options {
        heartbeat: Duration::from_millis(200),
        ..Options::calm()
    };
    let sandbox = with_bot_and(options).await;
    sandbox.gateway().acknowledge_heartbeats(false);
    // Without an acknowledgement serenity sends no further heartbeat, and the gateway may close the connection first.
    let anew = |sandbox: &Sandbox| sandbox.gateway().identifies() > 1 || sandbox.gateway().resumes() > 0;
    // serenity takes five seconds longer than the interval, and one wait lasts just as long.
    if sandbox
        .wait_until("the client to begin anew", anew)
        .await
        .is_err()
    {
        sandbox
            .wait_until("the client to begin anew", anew)
            .await
            .expect("it notices");
    }
    sandbox.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_client_can_be_measured() {
    let sandbox = with_bot().await;
    let question = sandbox.member("Ann").slash("/ask").await.expect("an answer");
    let load = Load {
        targets: vec![(question.id, "pick:A".to_owned())],
        members: 100,
        clicks: 500,
        in_flight: 16,
    };
    let report = sandbox.load(&load).await.expect("a report");
    println!("{report}");
    assert_eq!(
        (report.answered, report.unanswered, report.duplicates),
        (500, 0, 0)
    );
    assert_eq!(report.sample["type"], 4);
    sandbox.finish();
}
