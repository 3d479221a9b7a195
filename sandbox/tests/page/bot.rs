//! A bot that shows what the page can do: raw HTTP, and interactions delivered to its own address.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use ed25519_dalek::{Signature, VerifyingKey};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

/// The bot and the sandbox it lives in.
pub struct Bot {
    pub sandbox: Sandbox,
    http: reqwest::Client,
}

impl Bot {
    /// Starts a sandbox and the bot in it.
    pub async fn start() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.expect("a free port");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let app = Router::new()
            .route("/", post(receive))
            .with_state(sandbox.public_key());
        tokio::spawn(async move { axum::serve(listener, app).await });
        sandbox
            .deliver_to(&format!("http://{address}/"))
            .await
            .expect("the bot answers a PING");
        Self {
            sandbox,
            http: reqwest::Client::new(),
        }
    }

    /// A request to Discord's API; answers with the body.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let response = self
            .request(method, path)
            .json(&body)
            .send()
            .await
            .expect("the sandbox runs");
        let status = response.status();
        let body = response.json().await.unwrap_or(Value::Null);
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v10{path}", self.sandbox.api_base());
        let request = self.http.request(method.parse().expect("an HTTP method"), url);
        let request = request.header("User-Agent", "DiscordBot (https://example.org, 1)");
        request.header("Authorization", format!("Bot {}", self.sandbox.token()))
    }

    pub fn daily(&self) -> u64 {
        self.sandbox.channel_id("#daily")
    }

    /// Posts to #daily; answers with the message's id.
    pub async fn post(&self, message: Value) -> u64 {
        let made = self
            .call("POST", &format!("/channels/{}/messages", self.daily()), message)
            .await;
        made["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("a message has an id")
    }

    /// Posts to #daily with a picture, `bars.png`.
    pub async fn post_with_picture(&self, mut message: Value) {
        message["attachments"] = json!([{ "id": 0, "filename": "bars.png" }]);
        let mut body = b"--cut\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n".to_vec();
        body.extend(message.to_string().as_bytes());
        let file = "\r\n--cut\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"bars.png\"\r\n\
                    Content-Type: image/png\r\n\r\n";
        body.extend(file.as_bytes());
        body.extend(include_bytes!("bars.png"));
        body.extend(b"\r\n--cut--\r\n");
        let request = self.request("POST", &format!("/channels/{}/messages", self.daily()));
        let request = request
            .header("Content-Type", "multipart/form-data; boundary=cut")
            .body(body);
        let response = request.send().await.expect("the sandbox runs");
        let status = response.status();
        assert!(
            status.is_success(),
            "{status}: {}",
            response.text().await.unwrap_or_default()
        );
    }

    /// Posts a question in Components V2.
    pub async fn ask(&self) -> u64 {
        let closes = self.sandbox.now().timestamp() + 3 * 3600 + 30;
        let code = "def collect(item, bucket=[]):\n    # one list for all calls\n    bucket.append(item)\n    \
                    return bucket\n\ncollect(\"a\")\nprint(collect(\"b\"))";
        let option = |letter: &str, says: &str| {
            json!({ "type": 9, "components": [text(&format!("**{letter}**  {says}"))],
                    "accessory": { "type": 2, "style": 2, "label": letter, "custom_id": format!("answer:{letter}") } })
        };
        let rule = json!({ "type": 14, "divider": true, "spacing": 1 });
        let parts = json!([
            text("## Two calls, one default\nMedium · Functions › Default arguments"),
            text(&format!("What does this program print?\n```python\n{code}\n```")),
            rule,
            option("A", "`['b']`"),
            option("B", "`['a', 'b']`"),
            option("C", "`['b', 'a']`"),
            option(
                "D",
                "It raises `TypeError`, because a list cannot be the default of a parameter"
            ),
            rule,
            text(&format!("Closes <t:{closes}:R>, <t:{closes}:t>\n-# 3 answered")),
        ]);
        let container = json!({ "type": 17, "accent_color": 0x0058_65f2, "components": parts });
        self.post(json!({ "flags": 1 << 15, "components": [container] }))
            .await
    }

    /// Registers the commands.
    pub async fn register(&self) {
        let option = |kind: u8, name: &str, description: &str, more: Value| {
            let mut option = json!({ "type": kind, "name": name, "description": description });
            let more = more.as_object().expect("an object").clone();
            option.as_object_mut().expect("an object").extend(more);
            option
        };
        let choices = json!([{ "name": "Easy", "value": "e" }, { "name": "Hard", "value": "h" }]);
        let add = json!([
            option(
                7,
                "channel",
                "Where to post",
                json!({ "required": true, "channel_types": [0] })
            ),
            option(3, "time", "When, like 9:30", json!({ "required": true })),
            option(
                3,
                "zone",
                "Time zone of that time",
                json!({ "autocomplete": true })
            ),
            option(3, "level", "How hard", json!({ "choices": choices })),
        ]);
        let commands = json!([
            { "name": "daily", "description": "Daily questions", "options": [
                { "type": 1, "name": "add", "description": "Set up a daily question", "options": add },
                { "type": 1, "name": "list", "description": "List the daily questions" },
            ] },
            { "name": "help", "description": "What this bot can do" },
            { "name": "import", "description": "Add questions", "options": [
                option(11, "file", "Markdown", json!({ "required": true })),
            ] },
        ]);
        let path = format!("/applications/{}/commands", self.sandbox.application_id());
        self.call("PUT", &path, commands).await;
    }

    /// Waits for what nothing announces, up to twenty seconds.
    pub async fn until(&self, what: &str, holds: impl Fn(&Sandbox) -> bool) {
        let mut changes = self.sandbox.changes();
        let end = Instant::now() + Duration::from_secs(20);
        while !holds(&self.sandbox) {
            let left = end.checked_duration_since(Instant::now());
            let left = left.unwrap_or_else(|| panic!("waited in vain for {what}"));
            let _ = tokio::time::timeout(left, changes.recv()).await;
        }
    }
}

/// A row of buttons with their styles; what a press sends is the label.
pub fn row(buttons: &[(&str, u8)]) -> Value {
    let buttons = buttons
        .iter()
        .map(|(label, style)| json!({ "type": 2, "style": style, "label": label, "custom_id": label }));
    json!({ "type": 1, "components": buttons.collect::<Vec<_>>() })
}

/// A select of topics.
pub fn select(custom_id: &str, most: u8) -> Value {
    let options = json!([
        { "label": "Functions", "value": "f", "description": "Arguments, closures, decorators" },
        { "label": "Classes", "value": "c" },
        { "label": "Iterators", "value": "i" },
    ]);
    let select = json!({ "type": 3, "custom_id": custom_id, "placeholder": "Choose topics", "min_values": 1,
                         "max_values": most, "options": options });
    json!({ "type": 1, "components": [select] })
}

fn text(content: &str) -> Value {
    json!({ "type": 10, "content": content })
}

/// Answers an interaction, if it is signed by Discord: the sandbox tries, as Discord does, whether that is looked at.
async fn receive(
    State(key): State<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, StatusCode> {
    let header = |name| headers.get(name).map(|value| value.as_bytes());
    let signature = || {
        let key = VerifyingKey::from_bytes(&bytes(key.as_bytes())?).ok()?;
        let signature = Signature::from_bytes(&bytes(header("X-Signature-Ed25519")?)?);
        let signed = [header("X-Signature-Timestamp")?, &body].concat();
        key.verify_strict(&signed, &signature).ok()
    };
    signature().ok_or(StatusCode::UNAUTHORIZED)?;
    let sent = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(Json(answer(&sent).await))
}

fn bytes<const N: usize>(hex: &[u8]) -> Option<[u8; N]> {
    let pairs = hex
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

async fn answer(sent: &Value) -> Value {
    let data = &sent["data"];
    let custom_id = data["custom_id"].as_str().unwrap_or_default();
    match sent["type"].as_u64() {
        Some(1) => json!({ "type": 1 }),
        Some(2) if data["name"] == "import" => {
            let files = data["resolved"]["attachments"].as_object().into_iter().flatten();
            let told = files.map(|(_, file)| {
                format!(
                    "{} of {} bytes",
                    file["filename"].as_str().unwrap_or("?"),
                    file["size"]
                )
            });
            says(&told.collect::<Vec<_>>().join(", "), false)
        }
        Some(2) => says(&values(&data["options"][0]["options"]), false),
        Some(3) if custom_id == "Silent" => {
            std::future::pending::<()>().await;
            Value::Null
        }
        Some(3) if custom_id == "Answer" => modal(),
        Some(3) => match (custom_id.strip_prefix("answer:"), data["values"].as_array()) {
            (Some(letter), _) => says(
                &format!("Recorded: **{letter}**. You can change it until the reveal."),
                true,
            ),
            (None, Some(chosen)) => says(&format!("{custom_id}: {}", listed(chosen)), true),
            (None, None) => says("Pressed.", true),
        },
        Some(4) => {
            let zones = [("Europe/Berlin", "zone-berlin"), ("Europe/Paris", "zone-paris")];
            let typed = data["options"][0]["options"].as_array().into_iter().flatten();
            let typed = typed
                .filter(|one| one["focused"] == true)
                .filter_map(|one| one["value"].as_str())
                .next();
            let word = typed.unwrap_or_default().to_lowercase();
            let fits = zones
                .iter()
                .filter(|(name, _)| name.to_lowercase().contains(&word));
            let choices: Vec<_> = fits
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect();
            json!({ "type": 8, "data": { "choices": choices } })
        }
        _ => {
            let fields = data["components"].as_array().into_iter().flatten();
            let fields = fields.filter_map(|field| field["component"]["value"].as_str());
            says(&fields.collect::<Vec<_>>().join(" / "), true)
        }
    }
}

fn says(content: &str, ephemeral: bool) -> Value {
    let flags = if ephemeral { 64 } else { 0 };
    json!({ "type": 4, "data": { "content": content, "flags": flags } })
}

fn modal() -> Value {
    let field = |label: &str, component: Value| json!({ "type": 18, "label": label, "component": component });
    let words = json!({ "type": 4, "style": 2, "custom_id": "words", "max_length": 1000, "placeholder": "A default is…" });
    let options = json!([{ "label": "Sure", "value": "sure" }, { "label": "Guessing", "value": "guess" }]);
    let sure = json!({ "type": 21, "custom_id": "sure", "options": options });
    let parts = json!([
        field("In your own words", words),
        field("How sure are you?", sure)
    ]);
    json!({ "type": 9, "data": { "custom_id": "explain", "title": "Your answer", "components": parts } })
}

/// What was given for the options, with channels by name.
fn values(options: &Value) -> String {
    let given = options
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| match one["name"].as_str() {
            Some("channel") => format!("<#{}>", one["value"].as_str().unwrap_or_default()),
            _ => one["value"].as_str().unwrap_or_default().to_owned(),
        });
    given.collect::<Vec<_>>().join(" ")
}

fn listed(values: &[Value]) -> String {
    values
        .iter()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
