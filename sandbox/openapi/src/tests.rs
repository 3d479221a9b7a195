//! What the judge finds, and what it leaves alone.

use serde_json::{Value, json};

use super::*;

/// A call as the sandbox records it.
fn call(method: &str, path: &str, request: Value, status: u16, answer: Value) -> Exchange {
    Exchange {
        method: method.to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        request,
        status,
        answer: (!answer.is_null()).then_some(answer),
        ordered: false,
    }
}

/// A message that is posted, and refused, so that only the request is looked at.
fn post(body: Value) -> Exchange {
    let refused = json!({ "code": 50013, "message": "Missing Permissions" });
    call("POST", "/channels/1/messages", body, 403, refused)
}

fn violations(exchange: &Exchange, requests: Requests) -> Vec<String> {
    let mut judged = Judged::default();
    judge_exchange(exchange, requests, Answers::Usual, &mut judged);
    judged.violations
}

/// The only violation.
fn violation(exchange: &Exchange) -> String {
    let mut found = violations(exchange, Requests::All);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn every_operation_of_the_document_can_be_judged() {
    let paths = document::DOCUMENT["paths"].as_object().expect("paths");
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let path = path.replace(['{', '}'], "");
            for status in operation["responses"].as_object().expect("responses").keys() {
                let status = status.replace("XX", "00").parse().expect("a status");
                let exchange = call(&method.to_uppercase(), &path, json!({}), status, json!({}));
                // What it says does not matter; a schema that refers to nothing would panic.
                violations(&exchange, Requests::All);
            }
        }
    }
}

#[test]
fn what_the_document_knows_is_no_mistake() {
    let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "go" });
    let row = json!({ "type": 1, "components": [button] });
    let body = json!({ "content": "Ready?", "components": [row], "nonce": "1", "enforce_nonce": true });
    assert_eq!(violations(&post(body), Requests::All), [""; 0]);
}

#[test]
fn a_field_the_document_does_not_know_is_named_with_its_place() {
    let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "go", "colour": 3 });
    let row = json!({ "type": 1, "components": [button] });
    let found = violation(&post(json!({ "components": [row] })));
    assert!(
        found.contains(
            "POST /channels/1/messages (create_message), 403: request /components/0/components/0: "
        )
    );
    assert!(found.contains("'colour' was unexpected"), "{found}");
}

#[test]
fn a_text_that_is_too_long_is_found_however_deep_it_is() {
    let text = json!({ "type": 10, "content": "" });
    let body = json!({ "flags": 32768, "components": [{ "type": 17, "components": [text] }] });
    let body = json!({ "type": 4, "data": body });
    let found = violation(&call(
        "POST",
        "/interactions/1/t/callback",
        body,
        204,
        Value::Null,
    ));
    assert!(
        found.contains("request /data/components/0/components/0/content: "),
        "{found}"
    );
}

#[test]
fn an_answer_lacks_nothing_and_has_no_null_where_none_belongs() {
    let interaction = json!({ "id": "1", "type": 3, "response_message_id": null });
    let mut callback = call(
        "POST",
        "/interactions/1/t/callback",
        json!({ "type": 6 }),
        200,
        json!({ "interaction": interaction }),
    );
    callback.query = vec![("with_response".to_owned(), "1".to_owned())];
    assert!(violation(&callback).contains("answer /interaction/response_message_id: null is not of type"));
    let gateway = call("GET", "/gateway", Value::Null, 200, json!({}));
    assert!(violation(&gateway).contains("answer /: \"url\" is a required property"));
}

#[test]
fn a_status_or_a_call_the_document_lacks_is_a_mistake() {
    let created = call(
        "GET",
        "/gateway",
        Value::Null,
        201,
        json!({ "url": "wss://gateway.discord.gg" }),
    );
    assert!(violation(&created).contains("the document has no such status here"));
    let unknown = call("GET", "/gateway/dog", Value::Null, 404, json!({}));
    assert!(violation(&unknown).contains("is no operation of the document"));
    let mut asked = call(
        "GET",
        "/gateway",
        Value::Null,
        200,
        json!({ "url": "wss://gateway.discord.gg" }),
    );
    asked.query = vec![("v".to_owned(), "10".to_owned())];
    assert!(violation(&asked).contains("query /v: the document does not know this parameter"));
}

#[test]
fn a_bot_that_breaks_rules_on_purpose_is_judged_only_where_the_sandbox_let_it() {
    let refused = post(json!({ "content": 3 }));
    assert_eq!(violations(&refused, Requests::Taken), [""; 0]);
    assert_eq!(violations(&refused, Requests::All).len(), 1);
    let refused = Exchange {
        answer: Some(json!({ "message": "no code" })),
        ..refused
    };
    assert_eq!(violations(&refused, Requests::Taken).len(), 1);
    let ordered = Exchange {
        ordered: true,
        ..refused
    };
    assert_eq!(violations(&ordered, Requests::Taken), [""; 0]);
}

#[test]
fn a_literal_in_a_path_comes_before_an_id() {
    let name = |path: &str| routes::find_operation("GET", path).map(|found| found.name.as_str());
    assert_eq!(name("/users/@me"), Some("get_my_user"));
    assert_eq!(name("/users/%40me"), Some("get_my_user"));
    assert_eq!(name("/users/1"), Some("get_user"));
    assert_eq!(
        name("/webhooks/1/t/messages/@original"),
        Some("get_original_webhook_message")
    );
}

#[test]
fn of_strange_people_only_who_they_are_is_judged() {
    let strange = json!({ "id": "1", "username": "ann", "flags": null, "public_flags": 1_u64 << 50 });
    let found = |answers: Answers, user: Value| {
        let mut judged = Judged::default();
        judge_exchange(
            &call("GET", "/users/1", Value::Null, 200, user),
            Requests::All,
            answers,
            &mut judged,
        );
        judged.violations.len()
    };
    assert_eq!(found(Answers::Strange, strange.clone()), 0);
    assert!(found(Answers::Usual, strange) > 1);
    assert_eq!(found(Answers::Strange, json!({ "username": "ann" })), 1);
}

#[test]
fn the_parts_of_an_event_are_judged_where_they_are() {
    let user = json!({ "id": 1, "username": "ann" });
    let data = json!({ "type": 2, "data": { "resolved": { "users": { "1": user } } } });
    let name = "INTERACTION_CREATE".to_owned();
    let found = events::judge_dispatch(&sandbox::Dispatch { name, data });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("at /data/resolved/users/1, a UserResponse: /id: 1 is not of type \"string\""));
}
