//! WebSocket by hand (RFC 6455): the key of the handshake, frames in, frames out.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// What a client may send in one payload: more, and Discord closes with 4002.
const LONGEST_PAYLOAD: u64 = 4_096;

/// A frame as the client sent it, unmasked.
#[derive(Debug)]
pub struct Frame {
    pub last: bool,
    pub opcode: u8,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The code of a close frame, if it has one.
    pub fn close_code(&self) -> Option<u16> {
        let code = self.payload.get(..2)?;
        Some(u16::from_be_bytes([code[0], code[1]]))
    }
}

/// What answers the client's key in the handshake.
pub fn accept_key(key: &str) -> String {
    let magic = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    openssl::base64::encode_block(&openssl::sha::sha1(magic.as_bytes()))
}

/// Reads the next frame; a client that does not mask, or sends too much, is in error.
pub async fn read_frame<S: AsyncRead + Unpin>(from: &mut S) -> io::Result<Frame> {
    let mut head = [0; 2];
    from.read_exact(&mut head).await?;
    if head[0] & 0x70 != 0 {
        return Err(io::Error::other(
            "a reserved bit is set, but no extension was agreed on",
        ));
    }
    if head[1] & 0x80 == 0 {
        return Err(io::Error::other("the client's frame is not masked"));
    }
    let length = match head[1] & 0x7f {
        126 => u64::from(from.read_u16().await?),
        127 => from.read_u64().await?,
        short => u64::from(short),
    };
    if length > LONGEST_PAYLOAD {
        return Err(io::Error::other(format!("a payload of {length} bytes")));
    }
    let mut mask = [0; 4];
    from.read_exact(&mut mask).await?;
    let mut payload = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    from.read_exact(&mut payload).await?;
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    Ok(Frame {
        last: head[0] & 0x80 != 0,
        opcode: head[0] & 0x0f,
        payload,
    })
}

/// A frame as a server sends it.
pub fn frame(last: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![(u8::from(last) << 7) | opcode];
    match payload.len() {
        short @ 0..126 => bytes.push(short as u8),
        medium @ 126..65_536 => {
            bytes.push(126);
            bytes.extend((medium as u16).to_be_bytes());
        }
        long => {
            bytes.push(127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}

/// A whole text.
pub fn text_frame(text: &str) -> Vec<u8> {
    frame(true, TEXT, text.as_bytes())
}

/// A goodbye, with a code or without any.
pub fn close_frame(code: Option<u16>) -> Vec<u8> {
    let payload = code.map(|code| code.to_be_bytes().to_vec()).unwrap_or_default();
    frame(true, CLOSE, &payload)
}

#[test]
fn the_key_of_the_standard_gets_the_answer_of_the_standard() {
    assert_eq!(
        accept_key("dGhlIHNhbXBsZSBub25jZQ=="),
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
}
