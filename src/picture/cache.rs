//! Draws pictures beside other work, and keeps the ones last drawn.
//!
//! The key is what a picture shows, so nothing has to be thrown away when points change: a changed board is another
//! key.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lru::LruCache;
use tokio::sync::Semaphore;

use crate::picture::Image;
use crate::reply::Picture;

/// Pictures kept. Each is 20 to 60 KB.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
/// Pictures drawn at a time, so that a rush on boards leaves a core for clicks.
const AT_ONCE: usize = 2;

/// The pictures last drawn.
pub struct Pictures {
    kept: Mutex<LruCache<Image, Arc<[u8]>>>,
    turns: Arc<Semaphore>,
    drawn: AtomicU64,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            kept: Mutex::new(LruCache::new(KEPT)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            drawn: AtomicU64::new(0),
        }
    }
}

/// A message waits this long for its picture and then goes out in words: Discord allows three seconds for a reply.
const WAIT: Duration = Duration::from_millis(1_800);

impl Pictures {
    /// The picture of a card with its words, ready for a message. `None` if there is no card, or if it cannot be drawn,
    /// which is logged: the message is sent without.
    pub async fn of(&self, card: impl Into<Option<Image>>) -> Option<Picture> {
        let card = card.into()?;
        let (file, words) = (card.file(), card.words());
        let drawn = tokio::time::timeout(WAIT, self.bytes(card)).await;
        match drawn.unwrap_or_else(|_| Err(anyhow::anyhow!("too many are being drawn"))) {
            Ok(bytes) => Some(Picture {
                file: file.to_owned(),
                words,
                bytes,
            }),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), file, "a picture could not be drawn");
                metrics::counter!("greenroom_pictures_failed_total").increment(1);
                None
            }
        }
    }

    /// How many were drawn, and not found.
    #[cfg(test)]
    pub fn drawn(&self) -> u64 {
        self.drawn.load(Ordering::Relaxed)
    }

    async fn bytes(&self, card: Image) -> anyhow::Result<Arc<[u8]>> {
        if let Some(bytes) = self.find(&card) {
            return Ok(bytes);
        }
        let turn = Arc::clone(&self.turns).acquire_owned().await?;
        // Somebody may have asked for the same while this one waited.
        if let Some(bytes) = self.find(&card) {
            return Ok(bytes);
        }
        let started = tokio::time::Instant::now();
        let (card, drawn) = tokio::task::spawn_blocking(move || {
            let drawn = card.draw();
            drop(turn);
            (card, drawn)
        })
        .await?;
        let bytes: Arc<[u8]> = drawn?.into();
        metrics::histogram!("greenroom_picture_seconds").record(started.elapsed().as_secs_f64());
        self.drawn.fetch_add(1, Ordering::Relaxed);
        self.lock().put(card, Arc::clone(&bytes));
        Ok(bytes)
    }

    fn find(&self, card: &Image) -> Option<Arc<[u8]>> {
        self.lock().get(card).map(Arc::clone)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Image, Arc<[u8]>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
