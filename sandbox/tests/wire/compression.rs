//! How the gateway's payloads are packed, both ways.

use std::io::Write as _;
use std::time::Duration;

use flate2::write::ZlibDecoder;
use futures_util::{SinkExt as _, StreamExt as _};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use zstd::stream::write::Decoder as ZstdDecoder;

/// How long a frame may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What ends a payload in a zlib-stream.
const END: [u8; 4] = [0, 0, 0xff, 0xff];

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(sandbox: &Sandbox, query: &str) -> Socket {
    let base = sandbox.api_base();
    let named: Value = reqwest::Client::new()
        .get(format!("{base}/api/v10/gateway"))
        .header("user-agent", "DiscordBot (https://example.com, 1)")
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let url = named["url"].as_str().expect("an address");
    let slash = if url.matches('/').count() == 2 { "/" } else { "" };
    let (socket, _) = connect_async(format!("{url}{slash}?v=10&encoding=json{query}"))
        .await
        .expect("a connection");
    socket
}

async fn frame(socket: &mut Socket) -> Message {
    let next = tokio::time::timeout(PATIENCE, socket.next()).await;
    next.expect("a frame in time")
        .expect("an open connection")
        .expect("a frame")
}

async fn bytes(socket: &mut Socket) -> Vec<u8> {
    match frame(socket).await {
        Message::Binary(bytes) => bytes.to_vec(),
        other => panic!("expected a binary frame, not {other:?}"),
    }
}

/// IDENTIFY with all servers wanted, in a binary frame.
async fn identify(socket: &mut Socket, sandbox: &Sandbox, compress: bool) {
    let data = json!({ "token": sandbox.token(), "intents": 1, "properties": {}, "compress": compress });
    let payload = json!({ "op": 2, "d": data }).to_string().into_bytes();
    socket
        .send(Message::binary(payload))
        .await
        .expect("an open connection");
}

fn named(text: &[u8]) -> Value {
    let payload: Value = serde_json::from_slice(text).expect("JSON");
    json!([payload["op"], payload["t"]])
}

#[tokio::test]
async fn a_zlib_stream_is_one_stream_whose_payloads_end_with_a_mark() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let mut socket = connect(&sandbox, "&compress=zlib-stream").await;
    let mut decoder = ZlibDecoder::new(Vec::new());
    for expected in [json!([10, null]), json!([0, "READY"]), json!([0, "GUILD_CREATE"])] {
        loop {
            let part = bytes(&mut socket).await;
            decoder.write_all(&part).expect("a zlib stream");
            if part.ends_with(&END) {
                break;
            }
        }
        decoder.flush().expect("a zlib stream");
        assert_eq!(named(&std::mem::take(decoder.get_mut())), expected);
        if expected[0] == 10 {
            identify(&mut socket, &sandbox, true).await;
        }
    }
    sandbox.finish();
}

#[tokio::test]
async fn a_zstd_stream_has_a_payload_in_each_frame() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let mut socket = connect(&sandbox, "&compress=zstd-stream").await;
    let mut decoder = ZstdDecoder::new(Vec::new()).expect("a decoder");
    for expected in [json!([10, null]), json!([0, "READY"]), json!([0, "GUILD_CREATE"])] {
        decoder
            .write_all(&bytes(&mut socket).await)
            .expect("a zstd stream");
        decoder.flush().expect("a zstd stream");
        assert_eq!(named(&std::mem::take(decoder.get_mut())), expected);
        if expected[0] == 10 {
            identify(&mut socket, &sandbox, false).await;
        }
    }
    sandbox.finish();
}

#[tokio::test]
async fn payloads_are_compressed_one_by_one_for_those_who_identify_so() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let mut socket = connect(&sandbox, "").await;
    assert!(frame(&mut socket).await.is_text(), "HELLO comes before IDENTIFY");
    identify(&mut socket, &sandbox, true).await;
    for expected in ["READY", "GUILD_CREATE"] {
        let mut decoder = ZlibDecoder::new(Vec::new());
        decoder.write_all(&bytes(&mut socket).await).expect("zlib");
        assert_eq!(named(&decoder.finish().expect("all of it")), json!([0, expected]));
    }
    let heartbeat = Message::text(json!({ "op": 1, "d": 2 }).to_string());
    socket.send(heartbeat).await.expect("an open connection");
    assert!(
        frame(&mut socket).await.is_text(),
        "small payloads are not compressed"
    );
    sandbox.finish();
}

#[tokio::test]
async fn a_compression_that_is_not_documented_is_refused() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let mut socket = connect(&sandbox, "&compress=gzip").await;
    loop {
        if let Message::Close(close) = frame(&mut socket).await {
            assert_eq!(close.map(|close| close.code.into()), Some(4002_u16));
            break;
        }
    }
    assert_eq!(sandbox.take_failures().len(), 1);
}
