//! A bot without a library.

use std::time::Duration;

use flate2::read::ZlibDecoder;
use futures_util::{SinkExt as _, StreamExt as _};
use openapi::Requests;
use sandbox::{Options, Sandbox, Seen};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take that is expected to happen.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client of the REST side.
#[derive(Clone)]
pub struct Rest {
    base: String,
    token: String,
    client: reqwest::Client,
}

/// Status and body of an answer.
pub type Answer = (u16, Value);

impl Rest {
    pub fn new(sandbox: &Sandbox) -> Self {
        Self {
            base: format!("{}/api/v10", sandbox.api_base()),
            token: sandbox.token(),
            client: reqwest::Client::new(),
        }
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.base));
        let agent = "DiscordBot (https://example.com, 1)";
        request
            .header("authorization", format!("Bot {}", self.token))
            .header("user-agent", agent)
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        Self::answer(self.request(method, path).json(body)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        Self::answer(self.request("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body).await
    }

    pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    /// A multipart body, written by hand.
    pub async fn upload(&self, path: &str, payload: &Value, files: &[(&str, &[u8])]) -> Answer {
        self.upload_with("POST", path, payload, files).await
    }

    /// The same with any method.
    pub async fn upload_with(
        &self,
        method: &str,
        path: &str,
        payload: &Value,
        files: &[(&str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        let part = "--edge\r\ncontent-disposition: form-data; name=";
        body.extend(
            format!("{part}\"payload_json\"\r\ncontent-type: application/json\r\n\r\n{payload}\r\n").bytes(),
        );
        for (index, (name, bytes)) in files.iter().enumerate() {
            body.extend(format!("{part}\"files[{index}]\"; filename=\"{name}\"\r\n\r\n").bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let kind = "multipart/form-data; boundary=edge";
        Self::answer(self.request(method, path).header("content-type", kind).body(body)).await
    }
}

/// A gateway connection.
pub struct Wire {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub seq: u64,
}

impl Wire {
    /// Connects and takes HELLO.
    pub async fn open(sandbox: &Sandbox) -> Self {
        Self::open_at(&sandbox.gateway().url()).await
    }

    /// The same at an address without a path.
    pub async fn open_at(address: &str) -> Self {
        let mut wire = Self::connect(address, "v=10&encoding=json").await;
        assert_eq!(wire.payload().await["op"], 10);
        wire
    }

    /// Connects only.
    pub async fn connect(address: &str, query: &str) -> Self {
        let (socket, _) = connect_async(format!("{address}/?{query}"))
            .await
            .expect("a connection");
        Self { socket, seq: 0 }
    }

    /// Connects, identifies, and takes READY.
    pub async fn identified(sandbox: &Sandbox, intents: u64) -> (Self, Value) {
        sandbox.gateway().forget_last_identify();
        let mut wire = Self::open(sandbox).await;
        wire.identify(&sandbox.token(), intents).await;
        let ready = wire.event("READY").await;
        (wire, ready)
    }

    pub async fn identify(&mut self, token: &str, intents: u64) {
        let presence =
            json!({ "since": { "secs_since_epoch": 1, "nanos_since_epoch": 2 }, "status": "online" });
        let d = json!({
            "token": token, "intents": intents, "presence": presence, "compress": true,
            "properties": { "os": "linux", "browser": "test", "device": "test" },
        });
        self.say(&json!({ "op": 2, "d": d })).await;
    }

    pub async fn say(&mut self, payload: &Value) {
        self.socket
            .send(Message::text(payload.to_string()))
            .await
            .expect("an open connection");
    }

    /// The next message, or the code it was closed with; 0 without one.
    pub async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.frame().await {
                Some(Message::Text(text)) => return Ok(serde_json::from_str(text.as_str()).expect("JSON")),
                Some(Message::Binary(bytes)) => {
                    return Ok(
                        serde_json::from_reader(ZlibDecoder::new(&bytes[..])).expect("JSON, compressed")
                    );
                }
                Some(Message::Ping(_)) => {}
                Some(Message::Close(close)) => return Err(close.map_or(0, |close| close.code.into())),
                _ => return Err(0),
            }
        }
    }

    /// Whether the next frame is a ping.
    pub async fn gets_ping(&mut self) -> bool {
        matches!(self.frame().await, Some(Message::Ping(_)))
    }

    async fn frame(&mut self) -> Option<Message> {
        let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        frame.expect("a message in time")?.ok()
    }

    pub async fn payload(&mut self) -> Value {
        let payload = self.next().await.expect("an open connection");
        self.seq = payload["s"].as_u64().unwrap_or(self.seq);
        payload
    }

    /// The next event of that name; others are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut payload = self.payload().await;
            if payload["t"] == name {
                return payload["d"].take();
            }
        }
    }
}

/// A sandbox, a bot in it, and one public message with a button "Go" in #daily.
pub struct Stage {
    pub sandbox: Sandbox,
    pub rest: Rest,
    pub wire: Wire,
    pub daily: u64,
    /// Judges when it is dropped.
    pub _judge: Judge,
}

/// Judges the answers of a sandbox by Discord's own document when the test ends; the requests too, if they were taken.
pub struct Judge(pub Sandbox, pub Requests);

impl Drop for Judge {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            openapi::check_wire(&self.0, self.1);
        }
    }
}

impl Stage {
    pub async fn set() -> Self {
        Self::with(Options::calm()).await
    }

    pub async fn with(options: Options) -> Self {
        // What a test does in a moment would take people minutes.
        let limits = options.limits.faster(100_000);
        let options = Options {
            limits,
            record_wire: true,
            ..options
        };
        let sandbox = Sandbox::start(options).await.expect("a free port");
        let rest = Rest::new(&sandbox);
        let (wire, _) = Wire::identified(&sandbox, 0).await;
        let daily = sandbox.channel_id("#daily");
        Self {
            _judge: Judge(sandbox.clone(), Requests::Taken),
            sandbox,
            rest,
            wire,
            daily,
        }
    }

    /// As [`Self::set`], for requests as other libraries make them: the document does not know all of their fields.
    pub async fn for_a_library() -> Self {
        let mut stage = Self::set().await;
        stage._judge.1 = Requests::None;
        stage
    }

    /// Posts to #daily.
    pub async fn write(&self, body: &Value) -> Answer {
        self.rest
            .post(&format!("/channels/{}/messages", self.daily), body)
            .await
    }

    /// Posts a message with a button to #daily and gives it as Ann sees it.
    pub async fn question(&self) -> Seen {
        let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "go" });
        let row = json!({ "type": 1, "components": [button] });
        let (status, _) = self
            .write(&json!({ "content": "Ready?", "components": [row] }))
            .await;
        assert_eq!(status, 200);
        self.sandbox.member("Ann").last("#daily")
    }

    /// Somebody presses "Go"; the bot's side of it.
    pub async fn press(&mut self, name: &str, message: &Seen) -> Pressed {
        let member = self.sandbox.member(name);
        let message = message.clone();
        let result = tokio::spawn(async move { member.press(&message, "Go").await });
        let payload = self.wire.event("INTERACTION_CREATE").await;
        Pressed {
            payload,
            result,
            rest: self.rest.clone(),
        }
    }
}

/// An interaction that waits for its answer.
pub struct Pressed {
    pub payload: Value,
    pub result: tokio::task::JoinHandle<Result<Seen, sandbox::ActError>>,
    rest: Rest,
}

impl Pressed {
    pub fn id(&self) -> &str {
        self.payload["id"].as_str().expect("an id")
    }

    pub fn token(&self) -> &str {
        self.payload["token"].as_str().expect("a token")
    }

    pub async fn answer(&self, body: &Value) -> Answer {
        self.rest
            .post(
                &format!("/interactions/{}/{}/callback", self.id(), self.token()),
                body,
            )
            .await
    }

    /// A path of the interaction's webhook.
    pub fn webhook(&self, rest: &str) -> String {
        let application = self.payload["application_id"].as_str().expect("an id");
        format!("/webhooks/{application}/{}{rest}", self.token())
    }

    pub async fn seen(self) -> Seen {
        self.result.await.expect("no panic").expect("an answer")
    }
}

/// Every place an error tree speaks of, as `path: CODE`.
pub fn places(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), body["errors"].clone())];
    while let Some((path, node)) = waiting.pop() {
        for (key, below) in node.as_object().into_iter().flatten() {
            if key == "_errors" {
                let codes = below.as_array().expect("a list").iter();
                found.extend(codes.map(|one| format!("{path}: {}", one["code"].as_str().expect("a code"))));
            } else {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                waiting.push((path, below.clone()));
            }
        }
    }
    found.sort();
    found
}
