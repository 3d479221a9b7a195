//! How often the gateway is tried: pauses that grow, and the budget of new sessions Discord gives a bot a day.
//!
//! Discord lets a bot begin some 1,000 sessions a day and resets its token when they are used up. Two things keep that
//! from happening: pauses that double while sessions do not last, so that a day holds no more than 160 attempts; and a
//! look at what Discord says is left, before every attempt.

use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::discord::client::{Discord, GatewayAnswer};
use crate::discord::error::ErrorKind;
use crate::discord::relay::ending::GatewayFailure;

/// Discord takes one IDENTIFY in five seconds.
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);
/// While sessions do not last, the pause doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// So many sessions of a day are never begun: a person who looks for the cause needs some.
const RESERVE: u64 = 20;
/// However long the budget takes to come back, it is asked for again after this.
const ASK_AGAIN: Duration = Duration::from_secs(900);

/// Pauses between attempts at one thing: none before the first, then doubling from one second to a minute.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pauses(u32);

impl Pauses {
    /// The pause before the next attempt.
    pub(super) fn next(&mut self) -> Duration {
        let pause = match self.0 {
            0 => Duration::ZERO,
            n => Duration::from_secs(1 << (n - 1).min(6)).min(Duration::from_secs(60)),
        };
        self.0 += 1;
        pause
    }
}

/// When the next session may begin, over all shards of this process.
#[derive(Debug, Default)]
pub(super) struct SessionPace(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    last: Option<Instant>,
    /// Sessions begun since one lasted.
    failed: u32,
}

impl SessionPace {
    /// Waits until a session may begin. Nobody else's begins while the turn is kept.
    ///
    /// # Errors
    /// If Discord does not accept the token.
    pub(super) async fn wait_for_turn(&self, discord: &Discord) -> Result<Turn<'_>, GatewayFailure> {
        let recent = self.0.lock().await;
        if let Some(last) = recent.last {
            tokio::time::sleep_until(last + pause_after(recent.failed)).await;
        }
        let url = wait_for_budget(discord).await?;
        Ok(Turn { recent, url })
    }

    /// A session has lasted: what comes next is not its repetition.
    pub(super) fn note_lasting(&self) {
        // Whoever waits for a turn holds the lock; a connection must not wait for it, or it misses its heartbeats.
        if let Ok(mut recent) = self.0.try_lock() {
            recent.failed = 0;
        }
    }
}

/// The right to begin one session.
pub(super) struct Turn<'p> {
    recent: MutexGuard<'p, Recent>,
    /// Where sessions begin, as Discord names it now; `None` if it could not be asked.
    pub(super) url: Option<String>,
}

impl Turn<'_> {
    /// The session is about to begin. A turn that is not used up costs nothing.
    pub(super) fn use_up(mut self) {
        self.recent.last = Some(Instant::now());
        self.recent.failed += 1;
    }
}

fn pause_after(failed: u32) -> Duration {
    let doubled = BETWEEN_IDENTIFIES * 2_u32.pow(failed.saturating_sub(1).min(10));
    doubled.min(LONGEST_PAUSE)
}

/// Waits while no session is left. Where Discord cannot be asked, the growing pauses have to do.
async fn wait_for_budget(discord: &Discord) -> Result<Option<String>, GatewayFailure> {
    loop {
        match discord.gateway().await {
            Ok(GatewayAnswer { url, remaining, .. }) if remaining.is_none_or(|left| left > RESERVE) => {
                return Ok(Some(url));
            }
            Ok(GatewayAnswer { reset_after, .. }) => {
                tracing::error!(
                    "Discord allows this bot no more than {RESERVE} further sessions today, so none is begun before \
                     {reset_after:?} have passed. Look for what made it connect so often: another program with the \
                     same token, or one that is started again and again."
                );
                tokio::time::sleep(reset_after.clamp(Duration::from_secs(1), ASK_AGAIN)).await;
            }
            Err(error) if error.kind() == ErrorKind::Unauthorised => return Err(GatewayFailure::Token),
            Err(error) => {
                tracing::debug!(%error, "the budget of sessions could not be asked for");
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute() {
        let mut pauses = Pauses::default();
        let seconds: Vec<u64> = (0..9).map(|_| pauses.next().as_secs()).collect();
        assert_eq!(seconds, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn a_day_of_failing_sessions_stays_far_below_the_budget() {
        let day = Duration::from_secs(24 * 60 * 60);
        let mut passed = Duration::ZERO;
        let mut begun = 0;
        while passed < day {
            begun += 1;
            passed += pause_after(begun);
        }
        assert!(begun < 160, "{begun}");
    }
}
