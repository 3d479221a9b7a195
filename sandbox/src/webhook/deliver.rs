//! Sends interactions to the bot's endpoint, and takes what it answers.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{ActError, Sandbox};

impl Sandbox {
    /// The key that signs deliveries, in hex.
    pub fn public_key(&self) -> String {
        self.inner().delivery.public_key()
    }

    /// From now on interactions are sent to `url`, signed, and no longer sent through the gateway.
    ///
    /// # Errors
    /// When the address does not answer a PING, or accepts a bad signature.
    pub async fn deliver_to(&self, url: &str) -> Result<(), ActError> {
        let delivery = &self.inner().delivery;
        let at = self.now().timestamp();
        let ping = self.read(|world| {
            json!({
                "id": "1", "application_id": world.application.to_string(), "type": 1, "token": "ping", "version": 1,
            })
        });
        let refused = |why: String| {
            ActError::NotSent(format!(
                "The interactions endpoint {url} could not be verified: {why}."
            ))
        };
        let answer = delivery
            .post(url, &ping, true, at)
            .await
            .map_err(|error| refused(error.to_string()))?;
        let status = answer.status();
        let pong: Value = answer.json().await.unwrap_or(Value::Null);
        if status != 200 || pong["type"] != 1 {
            return Err(refused(format!("it answered a PING with {status} and {pong}")));
        }
        let answer = delivery
            .post(url, &ping, false, at)
            .await
            .map_err(|error| refused(error.to_string()))?;
        if answer.status() != 401 {
            return Err(refused(format!(
                "it answered a bad signature with {} instead of 401",
                answer.status()
            )));
        }
        self.deliver_unverified(url);
        Ok(())
    }

    /// As [`Self::deliver_to`], for an address that was verified long ago and may have gone since.
    pub fn deliver_unverified(&self, url: &str) {
        self.set_endpoint(Some(url.to_owned()));
    }

    /// Interactions go through the gateway again.
    pub fn deliver_through_gateway(&self) {
        self.set_endpoint(None);
    }

    fn set_endpoint(&self, url: Option<String>) {
        self.inner().delivery.set_url(url.clone());
        self.inner().change(|world| world.endpoint_url = url);
    }

    /// Posts anything to the bot's endpoint with a good or a bad signature, and returns status and body.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post_signed(&self, url: &str, body: &Value, good: bool) -> Result<(u16, Value), ActError> {
        let at = self.now().timestamp();
        let answer = self.inner().delivery.post(url, body, good, at).await;
        let answer = answer.map_err(|error| ActError::NoAnswer(format!("{url} did not answer: {error}.")))?;
        Ok((
            answer.status().as_u16(),
            answer.json().await.unwrap_or(Value::Null),
        ))
    }
}

/// Sends what is queued, everything at once.
pub(crate) async fn deliver_queued(sandbox: Sandbox, mut queue: UnboundedReceiver<Value>) {
    while let Some(payload) = queue.recv().await {
        tokio::spawn(deliver_one(sandbox.clone(), payload));
    }
}

/// One delivery; an answer in the body counts as the callback, 202 means that the callback follows.
async fn deliver_one(sandbox: Sandbox, payload: Value) {
    let Some(url) = sandbox.inner().delivery.url() else {
        return;
    };
    let at = sandbox.now().timestamp();
    let answer = match sandbox.inner().delivery.post(&url, &payload, true, at).await {
        Ok(answer) => answer,
        Err(error) => {
            return record_failure(
                &sandbox,
                &format!("The interactions endpoint did not answer: {error}"),
            );
        }
    };
    let status = answer.status();
    if status == 202 {
        return;
    }
    if status != 200 {
        return record_failure(
            &sandbox,
            &format!("The interactions endpoint answered with {status}"),
        );
    }
    let Ok(body) = answer.json::<Value>().await else {
        return record_failure(
            &sandbox,
            "The interactions endpoint answered with something that is not JSON",
        );
    };
    let id = payload["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0);
    let token = payload["token"].as_str().unwrap_or("");
    let result = sandbox
        .inner()
        .change(|world| world.callback(id, token, &body, Vec::new(), Instant::now()));
    if let Err(refusal) = result
        && refusal.recorded
    {
        let errors = refusal.errors.unwrap_or(Value::Null);
        let sentence = format!(
            "An inline answer was refused with {}: {} {errors}",
            refusal.code, refusal.message
        );
        record_failure(&sandbox, &sentence);
    }
}

fn record_failure(sandbox: &Sandbox, sentence: &str) {
    sandbox.inner().change(|world| world.fail(sentence));
}
