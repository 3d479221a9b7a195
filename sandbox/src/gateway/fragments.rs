//! Cuts WebSocket messages into fragments with a ping between them, which the protocol permits and few servers do.
//!
//! The server writes whole frames, unmasked; they are taken apart here, below it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::Sandbox;

const FINAL: u8 = 0x80;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CONTINUATION: u8 = 0;
/// A final ping frame with two bytes in it.
const PING: [u8; 4] = [FINAL | 9, 2, b'h', b'i'];

/// Accepts connections on which messages may be cut into fragments.
pub(super) struct FragmentingListener {
    pub(super) listener: TcpListener,
    pub(super) sandbox: Sandbox,
}

impl Listener for FragmentingListener {
    type Io = Fragmenting;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Fragmenting, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Otherwise every second frame waits 40 ms for an acknowledgement.
        let _ = stream.set_nodelay(true);
        let sandbox = self.sandbox.clone();
        let upgraded = false;
        let line = Fragmenting {
            stream,
            sandbox,
            upgraded,
            waiting: Vec::new(),
        };
        (line, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection on which messages may be cut into fragments.
pub(super) struct Fragmenting {
    stream: TcpStream,
    sandbox: Sandbox,
    /// Whether the answer to the handshake, which is no frame, was written.
    upgraded: bool,
    waiting: Vec<u8>,
}

impl Fragmenting {
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.waiting))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.waiting.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Fragmenting {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_waiting(cx))?;
        let upgraded = std::mem::replace(&mut self.upgraded, true);
        let cut = upgraded && self.sandbox.inner().gateway.cuts_next_message();
        self.waiting = if cut { fragments_of(buf) } else { buf.to_vec() };
        // What is not written at once is written by the next write or flush.
        let _ = self.poll_waiting(cx)?;
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_waiting(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_waiting(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Fragmenting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

/// The same bytes with every message in two fragments and a ping between them; what is no whole frame stays as it is.
fn fragments_of(bytes: &[u8]) -> Vec<u8> {
    let mut made = Vec::with_capacity(bytes.len() + 16);
    let mut rest = bytes;
    while let Some((first, payload, after)) = frame_of(rest) {
        let kind = first & 0x0f;
        if first & FINAL != 0 && [TEXT, BINARY].contains(&kind) && payload.len() > 1 {
            let (one, two) = payload.split_at(payload.len() / 2);
            push_frame(&mut made, kind, one);
            made.extend(PING);
            push_frame(&mut made, FINAL | CONTINUATION, two);
        } else {
            push_frame(&mut made, first, payload);
        }
        rest = after;
    }
    made.extend(rest);
    made
}

/// The first byte and the payload of the frame at the start, and what comes after it.
fn frame_of(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (first, length) = (*bytes.first()?, *bytes.get(1)?);
    let (length, head) = match length {
        126 => (
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?), 10),
        length => (u64::from(length), 2),
    };
    let end = head + usize::try_from(length).ok()?;
    Some((first, bytes.get(head..end)?, &bytes[end..]))
}

fn push_frame(made: &mut Vec<u8>, first: u8, payload: &[u8]) {
    made.push(first);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => made.push(short),
        (_, Ok(middle)) => {
            made.push(126);
            made.extend(middle.to_be_bytes());
        }
        _ => {
            made.push(127);
            made.extend((payload.len() as u64).to_be_bytes());
        }
    }
    made.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_any_length_becomes_two_fragments_with_a_ping_between() {
        for length in [2, 125, 126, 300, 70_000, 200_000] {
            let payload: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            let mut whole = Vec::new();
            push_frame(&mut whole, FINAL | TEXT, &payload);
            push_frame(&mut whole, FINAL | 10, b"pong");
            let cut = fragments_of(&whole);
            let (first, one, rest) = frame_of(&cut).expect("the first fragment");
            let rest = rest.strip_prefix(&PING).expect("a ping");
            let (last, two, rest) = frame_of(rest).expect("the last fragment");
            assert_eq!((first, last), (TEXT, FINAL));
            assert_eq!([one, two].concat(), payload, "{length}");
            assert_eq!(frame_of(rest), Some((FINAL | 10, &b"pong"[..], &[][..])));
        }
    }
}
