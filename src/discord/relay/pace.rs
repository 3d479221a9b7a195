//! How often the gateway is tried: pauses that grow, and the budget of new sessions Discord gives a bot a day.
//!
//! Discord lets a bot begin some 1,000 sessions a day and resets its token when they are used up (discord-api-docs,
//! events/Gateway, "Identifying"). Two things keep that from happening: pauses that grow while sessions of a shard do
//! not last, first to a minute and then to a quarter of an hour, so that a day holds little more than a hundred
//! attempts; and a look at what Discord says is left, before every attempt.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::discord::client::{Discord, GatewayAnswer};
use crate::discord::error::ErrorKind;
use crate::discord::relay::ending::GatewayFailure;

/// Discord takes one IDENTIFY in five seconds.
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);
/// So many sessions of a shard are begun before the pauses are minutes.
const QUICK_TRIES: u32 = 5;
/// While sessions do not last, the pause doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// So many sessions of a day are never begun: a person who looks for the cause needs some. Where a day has few of them,
/// it is a twentieth of those.
const RESERVE: u64 = 50;
/// If the budget comes back within this, it is waited for; else the program ends and says why.
const SOON: Duration = Duration::from_secs(15 * 60);

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
pub(super) struct SessionPace {
    /// When the last one began. Whoever holds it begins the next.
    last: Mutex<Option<Instant>>,
    shards: std::sync::Mutex<HashMap<u64, Tries>>,
}

/// Sessions of a shard that were begun since one lasted.
#[derive(Clone, Copy, Debug)]
struct Tries {
    count: u32,
    last: Instant,
}

impl SessionPace {
    /// Waits until a session of a shard may begin. Nobody else's begins while the turn is kept.
    ///
    /// # Errors
    /// If Discord does not accept the token, or lets too few sessions begin today.
    pub(super) async fn wait_for_turn(
        &self,
        shard: u64,
        discord: &Discord,
    ) -> Result<Turn<'_>, GatewayFailure> {
        let tries = self.tries().get(&shard).copied();
        if let Some(Tries { count, last }) = tries {
            let next = last + pause_after(count);
            let pause = next.saturating_duration_since(Instant::now());
            if count >= QUICK_TRIES {
                tracing::warn!(
                    shard,
                    "{count} sessions with Discord's gateway did not last; the next one begins in {} s",
                    pause.as_secs()
                );
            }
            tokio::time::sleep(pause).await;
        }
        let last = self.last.lock().await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + BETWEEN_IDENTIFIES).await;
        }
        let url = wait_for_budget(discord).await?;
        Ok(Turn {
            pace: self,
            shard,
            last,
            url,
        })
    }

    /// A session of a shard has lasted: what comes next is not its repetition.
    pub(super) fn note_lasting(&self, shard: u64) {
        self.tries().remove(&shard);
    }

    fn tries(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Tries>> {
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to begin one session.
pub(super) struct Turn<'p> {
    pace: &'p SessionPace,
    shard: u64,
    last: MutexGuard<'p, Option<Instant>>,
    /// Where sessions begin, as Discord names it now; `None` if it could not be asked.
    pub(super) url: Option<String>,
}

impl Turn<'_> {
    /// The session is about to begin. A turn that is not used up costs nothing.
    pub(super) fn use_up(mut self) {
        let now = Instant::now();
        *self.last = Some(now);
        let mut tries = self.pace.tries();
        let tries = tries.entry(self.shard).or_insert(Tries { count: 0, last: now });
        tries.count += 1;
        tries.last = now;
    }
}

/// The pause after so many sessions in a row that did not last: 5, 10, 20 and 40 seconds, then 1, 2, 4, 8 and 15
/// minutes.
fn pause_after(tries: u32) -> Duration {
    let doubled = match tries {
        0..QUICK_TRIES => BETWEEN_IDENTIFIES * 2_u32.pow(tries.saturating_sub(1)),
        _ => Duration::from_secs(60) * 2_u32.pow((tries - QUICK_TRIES).min(10)),
    };
    doubled.min(LONGEST_PAUSE)
}

/// How many sessions of a day are never begun.
fn reserve_of(total: Option<u64>) -> u64 {
    total.map_or(RESERVE, |total| (total / 20).clamp(1, RESERVE))
}

/// Waits while no session is left, if that is not for long. Where Discord cannot be asked, the growing pauses have to
/// do.
async fn wait_for_budget(discord: &Discord) -> Result<Option<String>, GatewayFailure> {
    loop {
        let answer = match discord.gateway().await {
            Ok(answer) => answer,
            Err(error) if error.kind() == ErrorKind::Unauthorised => return Err(GatewayFailure::Token),
            Err(error) => {
                tracing::debug!(%error, "the budget of sessions could not be asked for");
                return Ok(None);
            }
        };
        let GatewayAnswer {
            url,
            total,
            remaining,
            reset_after,
            ..
        } = answer;
        let Some(left) = remaining.filter(|left| *left < reserve_of(total)) else {
            return Ok(Some(url));
        };
        if reset_after > SOON {
            let minutes = reset_after.as_secs().div_ceil(60);
            return Err(GatewayFailure::NoSessionsLeft { left, minutes });
        }
        tracing::error!(
            "Discord allows this bot only {left} further sessions today, so none is begun before {} s have passed. \
             Look for what made it connect so often: another program with the same token, or one that is started \
             again and again.",
            reset_after.as_secs()
        );
        tokio::time::sleep(reset_after.max(Duration::from_secs(1))).await;
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
    fn after_five_sessions_that_did_not_last_the_pauses_are_minutes() {
        let seconds: Vec<u64> = (1..=11).map(|tries| pause_after(tries).as_secs()).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 60, 120, 240, 480, 900, 900, 900]);
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
        assert!(begun < 110, "{begun}");
    }

    #[test]
    fn fifty_sessions_are_kept_and_fewer_where_a_day_has_few() {
        let totals = [None, Some(2_000), Some(1_000), Some(200), Some(5), Some(0)];
        assert_eq!(totals.map(reserve_of), [50, 50, 50, 10, 1, 1]);
    }
}
