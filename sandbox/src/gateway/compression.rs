//! What a connection is sent, compressed as the bot asked for: the whole connection as one stream (`compress=` in the
//! address), or each payload by itself (`compress: true` in IDENTIFY, without effect on a compressed connection).

use std::io::{self, Write as _};

use axum::extract::ws::{Message, Utf8Bytes};
use flate2::Compression as Level;
use flate2::write::ZlibEncoder;
use zstd::stream::write::Encoder as ZstdEncoder;

/// Smallest payload, in bytes, that is compressed by itself. Discord compresses "some events"; a bot must take both.
const LEAST_BYTES: usize = 256;
/// Largest frame, in bytes, of a zlib-stream. A payload may be spread over several: its end is marked.
const FRAME_BYTES: usize = 4096;

/// The compression of one connection.
pub(super) enum Compression {
    Nothing,
    EachPayload,
    ZlibStream(ZlibEncoder<Vec<u8>>),
    ZstdStream(ZstdEncoder<'static, Vec<u8>>),
}

impl Compression {
    /// What the query of the gateway's address asks for; an error is a value that Discord does not document.
    pub(super) fn of_query(query: &str) -> Result<Self, &'static str> {
        let asked = query.split('&').find_map(|part| part.strip_prefix("compress="));
        match asked {
            None => Ok(Self::Nothing),
            Some("zlib-stream") => Ok(Self::ZlibStream(ZlibEncoder::new(Vec::new(), Level::default()))),
            Some("zstd-stream") => ZstdEncoder::new(Vec::new(), zstd::DEFAULT_COMPRESSION_LEVEL)
                .map(Self::ZstdStream)
                .map_err(|_| "The sandbox has no memory for zstd"),
            Some(_) => Err("compress must be zlib-stream or zstd-stream"),
        }
    }

    /// IDENTIFY asks for payloads compressed one by one.
    pub(super) fn compress_payloads(&mut self) {
        if matches!(self, Self::Nothing) {
            *self = Self::EachPayload;
        }
    }

    /// The frames in which a payload is sent.
    pub(super) fn pack_payload(&mut self, text: Utf8Bytes) -> io::Result<Vec<Message>> {
        let frames = match self {
            Self::EachPayload if text.len() >= LEAST_BYTES => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Level::default());
                encoder.write_all(text.as_bytes())?;
                vec![binary_frame(encoder.finish()?)]
            }
            Self::Nothing | Self::EachPayload => vec![Message::Text(text)],
            Self::ZlibStream(encoder) => {
                encoder.write_all(text.as_bytes())?;
                encoder.flush()?;
                let packed = std::mem::take(encoder.get_mut());
                packed
                    .chunks(FRAME_BYTES)
                    .map(|part| binary_frame(part.to_vec()))
                    .collect()
            }
            Self::ZstdStream(encoder) => {
                encoder.write_all(text.as_bytes())?;
                encoder.flush()?;
                vec![binary_frame(std::mem::take(encoder.get_mut()))]
            }
        };
        Ok(frames)
    }
}

fn binary_frame(bytes: Vec<u8>) -> Message {
    Message::Binary(bytes.into())
}
