//! The only code that posts or edits a message by itself: whatever stands in the outbox and is due.
//!
//! Two lanes run side by side, one for live quizzes and one for everything else. Each has many messages on their way at
//! a time, but one post and one edit in a channel, and servers take turns: neither a slow channel nor a busy server
//! holds up another.

mod about;
mod advice;
mod compose;
mod deliver;
mod live_quiz;
mod notice;
mod nudge;
mod outcome;
mod question;
mod refusal;
mod search;
mod shared_answer;
mod undelivered;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::{Id, JoinError, JoinSet};

use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::discord::client::{self, Discord};
use crate::jobs::pass::{AFTER_FAILURE, DRAIN, LEAST_SLEEP, LONGEST_SLEEP, Workplace};
use crate::jobs::supervise::Pulse;
use crate::rules::outbox::Priority;
use crate::store;
use crate::store::outbox::{Addressee, Due, Lane};

/// Messages of a lane that are on their way at a time.
const MOST_AT_ONCE: usize = 64;

/// How long one attempt at a message may take before another instance may try. The attempt ends a good while before:
/// what it has sent has arrived by then.
fn lease_of(lane: Lane) -> TimeDelta {
    match lane {
        Lane::Live => TimeDelta::seconds(30),
        Lane::Patient => TimeDelta::minutes(3),
    }
}

/// Delivers what is due on a lane until it is to stop. The database may take `asking` to say what that is, and a try to
/// deliver a message `attempt`.
pub async fn run_deliveries(place: Workplace, pulse: Pulse, lane: Lane, asking: Duration, attempt: Duration) {
    let mut bell = place.bells.outbox.listen();
    let mut road = Road::new(lane, attempt);
    while !place.stop.is_cancelled() {
        // Before looking, so that what comes in meanwhile is heard.
        bell.mark_unchanged();
        let pause = match tokio::time::timeout(asking, road.send_due(&place)).await {
            Ok(Ok(pause)) => {
                pulse.note_pass();
                pause
            }
            Ok(Err(error)) => {
                pulse.note_pass();
                tracing::error!(%error, "it is not known what is to be delivered; looking again soon");
                AFTER_FAILURE
            }
            Err(_) => {
                tracing::error!("the database does not say what is to be delivered; looking again soon");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = road.wait_for_arrival() => {}
            () = tokio::time::sleep(pause) => {}
            _ = bell.changed() => {}
            () = place.stop.cancelled() => {}
        }
    }
    // What is on its way arrives, or its lease runs out.
    let _ = tokio::time::timeout(DRAIN, road.wait_for_all()).await;
}

/// What is on its way on a lane.
struct Road {
    lane: Lane,
    /// How long an attempt may take.
    attempt: Duration,
    sent: JoinSet<()>,
    /// Where each goes; nobody has two posts, or two edits, on their way at once.
    places: HashMap<Id, (Addressee, bool)>,
}

impl Road {
    fn new(lane: Lane, attempt: Duration) -> Self {
        Self {
            lane,
            attempt,
            sent: JoinSet::new(),
            places: HashMap::new(),
        }
    }

    /// Sends what is due, as far as there is room for it. Returns how long nothing more can be done but wait for an
    /// arrival or for news.
    async fn send_due(&mut self, place: &Workplace) -> sqlx::Result<Duration> {
        let stands = place.bot.delivery.stands();
        let due = store::outbox::list_due(&place.bot.db, self.lane, place.bot.now(), stands).await?;
        // What is held up goes on with the next arrival.
        if !self.send_all(place, take_turns(due)) {
            return Ok(LONGEST_SLEEP);
        }
        let Some(wake) = store::outbox::next_wake(&place.bot.db, self.lane).await? else {
            return Ok(LONGEST_SLEEP);
        };
        let until = (wake - place.bot.now()).to_std().unwrap_or_default();
        // What waits for the gateway, or is leased by another, must not make this loop spin.
        let least = if stands { LEAST_SLEEP } else { AFTER_FAILURE };
        Ok(until.clamp(least, LONGEST_SLEEP))
    }

    /// Sends these, but for those there is no room for now. False where there are any.
    fn send_all(&mut self, place: &Workplace, due: Vec<Due>) -> bool {
        let mut busy: HashSet<(Addressee, bool)> = self.places.values().copied().collect();
        let mut all = true;
        for due in due {
            if self.sent.len() >= MOST_AT_ONCE || !busy.insert((due.to, due.is_edit)) {
                all = false;
                continue;
            }
            let (bot, discord) = (Arc::clone(&place.bot), place.discord.at(urgency_of(due.priority)));
            let (lease, attempt) = (lease_of(self.lane), self.attempt);
            let sending = async move { send_one(&bot, &discord, &due, lease, attempt).await };
            let task = self.sent.spawn(sending);
            self.places.insert(task.id(), (due.to, due.is_edit));
        }
        all
    }

    /// Returns when something that was sent has arrived, or has not.
    async fn wait_for_arrival(&mut self) {
        match self.sent.join_next_with_id().await {
            Some(done) => self.note_arrival(done),
            None => std::future::pending().await,
        }
    }

    fn note_arrival(&mut self, done: Result<(Id, ()), JoinError>) {
        let id = match &done {
            Ok((id, ())) => *id,
            Err(error) => {
                metrics::counter!("greenroom_loops_restarted_total").increment(1);
                tracing::error!(%error, "a delivery ended by a mistake of the program; it is tried again");
                error.id()
            }
        };
        self.places.remove(&id);
    }

    async fn wait_for_all(&mut self) {
        while let Some(done) = self.sent.join_next_with_id().await {
            self.note_arrival(done);
        }
    }
}

/// One attempt at a message, with an end. What went wrong is logged; its lease runs out and it is tried again.
async fn send_one(bot: &Bot, discord: &Discord, due: &Due, lease: TimeDelta, attempt: Duration) {
    let delivering = deliver::deliver_due(bot, discord, due, lease);
    match tokio::time::timeout(attempt, delivering).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let error = describe_failure(bot, &error).await;
            tracing::error!(
                outbox.id = due.outbox_id.0,
                error,
                "a message could not be delivered; it is tried again"
            );
        }
        Err(_) => tracing::error!(
            outbox.id = due.outbox_id.0,
            "a delivery took too long and is given up; it is tried again"
        ),
    }
}

/// What a message's calls go before and after at Discord's limits.
fn urgency_of(priority: Priority) -> client::CallPriority {
    match priority {
        Priority::Live => client::CallPriority::Live,
        Priority::Reveal => client::CallPriority::Reveal,
        Priority::Question => client::CallPriority::Question,
        Priority::Discussion | Priority::Nudge => client::CallPriority::Discussion,
        Priority::Count => client::CallPriority::Count,
    }
}

/// Lets servers take turns within a priority: the first message of each, then the second of each, and so on.
fn take_turns(due: Vec<Due>) -> Vec<Due> {
    let mut turns = HashMap::new();
    let mut ordered: Vec<_> = due
        .into_iter()
        .map(|one| {
            let turn = turns.entry((one.priority, one.guild_id)).or_insert(0_usize);
            *turn += 1;
            (one.priority, *turn, one)
        })
        .collect();
    // Stable: those of one turn stay in the order of their time.
    ordered.sort_by_key(|(priority, turn, _)| (*priority, *turn));
    ordered.into_iter().map(|(_, _, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ChannelId, GuildId, OutboxId};

    #[test]
    fn servers_take_turns_within_a_priority() {
        let due = |guild, id, priority| Due {
            guild_id: GuildId(guild),
            outbox_id: OutboxId(id),
            attempt: 0,
            to: Addressee::Channel(ChannelId(id)),
            is_edit: false,
            priority,
        };
        let (question, count) = (Priority::Question, Priority::Count);
        let busy = [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5), (3, 6)];
        let mut all: Vec<Due> = busy.map(|(guild, id)| due(guild, id, question)).to_vec();
        all.push(due(4, 7, count));
        let order: Vec<i64> = take_turns(all).iter().map(|one| one.outbox_id.0).collect();
        assert_eq!(order, [1, 4, 5, 2, 6, 3, 7]);
    }
}
