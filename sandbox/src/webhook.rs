//! Delivery of interactions to a bot's own HTTP endpoint, signed, instead of the gateway.
//!
//! As Discord does when an address is saved, it first sends a PING and one with a bad signature, and takes the address
//! only if the first is answered and the second refused with 401.

mod deliver;

use std::time::Duration;

use ed25519_dalek::{Signer, SigningKey};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

pub(crate) use deliver::deliver_queued;

/// How long the bot may take for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where interactions are sent, if not through the gateway.
pub(crate) struct Delivery {
    key: SigningKey,
    url: Mutex<Option<String>>,
    queue: UnboundedSender<Value>,
}

impl Delivery {
    pub(crate) fn new(queue: UnboundedSender<Value>) -> Self {
        // The key protects nothing: it is the same in every sandbox.
        let key = SigningKey::from_bytes(b"the sandbox signs with this key.");
        Self {
            key,
            url: Mutex::default(),
            queue,
        }
    }

    /// The key to verify with, in hex, as the developer portal shows it.
    pub(crate) fn public_key(&self) -> String {
        write_hex(self.key.verifying_key().as_bytes())
    }

    pub(crate) fn is_on(&self) -> bool {
        self.url.lock().is_some()
    }

    fn url(&self) -> Option<String> {
        self.url.lock().clone()
    }

    fn set_url(&self, url: Option<String>) {
        *self.url.lock() = url;
    }

    pub(crate) fn send(&self, payload: Value) {
        let _ = self.queue.send(payload);
    }

    async fn post(&self, url: &str, body: &Value, sign: bool, at: i64) -> reqwest::Result<reqwest::Response> {
        let body = body.to_string();
        let signed = format!("{at}{}", if sign { &body } else { "something else" });
        let signature = write_hex(&self.key.sign(signed.as_bytes()).to_bytes());
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        let request = client
            .post(url)
            .body(body)
            .header("content-type", "application/json");
        let request = request.header("user-agent", "Discord-Interactions/1.0 (+https://discord.com)");
        request
            .header("x-signature-ed25519", signature)
            .header("x-signature-timestamp", at)
            .send()
            .await
    }
}

fn write_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
