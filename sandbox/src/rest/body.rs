//! Request bodies: JSON, or multipart with `payload_json` and files.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::check::message::Upload;
use crate::refusal::Refusal;

/// Reads a body.
pub(super) async fn read_body(request: Request) -> Result<(Value, Vec<Upload>), Refusal> {
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("")
        .to_owned();
    if kind.starts_with("multipart/form-data") {
        return read_multipart(request).await;
    }
    let method = request.method().clone();
    let bytes = Bytes::from_request(request, &()).await;
    let bytes = bytes.map_err(|_| Refusal::mistake(413, 40005, "Request entity too large"))?;
    if bytes.is_empty() || method == Method::GET {
        return Ok((Value::Null, Vec::new()));
    }
    if !kind.starts_with("application/json") {
        let message =
            "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.";
        return Err(Refusal::invalid("", "CONTENT_TYPE_INVALID", message));
    }
    parse_json(&bytes).map(|body| (body, Vec::new()))
}

fn parse_json(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes)
        .map_err(|_| Refusal::mistake(400, 50109, "The request body contains invalid JSON."))
}

async fn read_multipart(request: Request) -> Result<(Value, Vec<Upload>), Refusal> {
    let broken = || Refusal::mistake(400, 50035, "Invalid multipart body");
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    let mut body = Value::Null;
    let mut uploads = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or("").to_owned();
        let file = part.file_name().map(str::to_owned);
        let content_type = part.content_type().map(str::to_owned);
        let bytes = part
            .bytes()
            .await
            .map_err(|_| Refusal::mistake(413, 40005, "Request entity too large"))?;
        if name == "payload_json" {
            body = parse_json(&bytes)?;
            continue;
        }
        let index = name
            .strip_prefix("files[")
            .and_then(|rest| rest.strip_suffix(']')?.parse().ok());
        let (Some(index), Some(file)) = (index, file) else {
            let message =
                "Unknown part: files are called files[n] and have a file name, the rest is in payload_json";
            return Err(Refusal::invalid(&name, "UNKNOWN_FIELD", message));
        };
        uploads.push(Upload {
            index,
            name: file,
            content_type,
            bytes: bytes.to_vec(),
        });
    }
    Ok((
        if body.is_null() {
            serde_json::json!({})
        } else {
            body
        },
        uploads,
    ))
}
