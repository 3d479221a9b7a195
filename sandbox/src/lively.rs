//! Simulated teammates: they answer the bot's questions at human pace, so that somebody who looks at a bot alone sees
//! what it does among people.
//!
//! They press one of several buttons that look like options, and choose in selects; some change their mind. They never
//! press links, disabled or dangerous buttons, never answer a command somebody else used, and never write. Whoever is
//! at the page themselves is left alone. A person acts through [`Member`], like a test.

mod offer;
mod switch;

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

use crate::world::{Change, Message, World};
use crate::{Member, Sandbox};
use offer::{Novelty, Offer};
pub(crate) use switch::Switch;

/// Seconds a teammate takes to answer.
const PACE: std::ops::Range<f64> = 1.0..12.0;
/// Share of the teammates who answer at all.
const TAKE_PART: f64 = 0.9;
/// Share of those who answer again.
const CHANGE_THEIR_MIND: f64 = 0.2;
/// How many of the newest messages are answered when the teammates arrive late.
const LOOK_BACK: usize = 6;

/// Sends the teammates in before anybody opened the page.
///
/// The first member is not one of them: the page starts as that member, whenever somebody opens it.
pub fn start_teammates(sandbox: &Sandbox) {
    if let Some(first) = sandbox.members().first() {
        sandbox.inner().lively.spare(first.id());
    }
    switch_teammates(sandbox, true);
}

/// Sends the teammates in, or away, as the switch on the page does.
pub(crate) fn switch_teammates(sandbox: &Sandbox, on: bool) {
    let switch = &sandbox.inner().lively;
    match on {
        true => switch.turn_on(|| tokio::spawn(run_teammates(sandbox.unguarded()))),
        false => switch.turn_off(),
    }
}

async fn run_teammates(sandbox: Sandbox) {
    let mut changes = sandbox.changes();
    let mut people = JoinSet::new();
    let mut answered = HashSet::new();
    for message in sandbox.read(find_recent) {
        consider_message(&sandbox, message, Novelty::Posted, &mut answered, &mut people);
    }
    loop {
        match changes.recv().await {
            Ok(Change::Message { id, .. }) => {
                let Ok(id) = id.parse() else { continue };
                let edited =
                    sandbox.read(|world| world.messages.get(&id).is_some_and(|one| one.edited.is_some()));
                let novelty = if edited { Novelty::Edited } else { Novelty::Posted };
                consider_message(&sandbox, id, novelty, &mut answered, &mut people);
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        while people.try_join_next().is_some() {}
    }
}

/// The bot's newest public messages, oldest first.
fn find_recent(world: &World) -> Vec<u64> {
    let public = |message: &&Message| message.author == world.application && message.only_for.is_none();
    let mut ids: Vec<u64> = world
        .messages
        .values()
        .rev()
        .filter(public)
        .take(LOOK_BACK)
        .map(|message| message.id)
        .collect();
    ids.reverse();
    ids
}

/// Sends everybody to a message that offers something it did not offer before.
fn consider_message(
    sandbox: &Sandbox,
    message: u64,
    novelty: Novelty,
    answered: &mut HashSet<(u64, Offer)>,
    people: &mut JoinSet<()>,
) {
    let offer = sandbox.read(|world| {
        let message = world.messages.get(&message)?;
        let is_bots = message.author == world.application && message.only_for.is_none();
        is_bots.then(|| offer::find_offer(message, novelty)).flatten()
    });
    let Some(offer) = offer else { return };
    if !answered.insert((message, offer.clone())) {
        return;
    }
    for member in sandbox.members() {
        if fastrand::f64() < TAKE_PART {
            people.spawn(answer_message(sandbox.clone(), member, message, offer.clone()));
        }
    }
}

/// One teammate's answer, and perhaps another one.
async fn answer_message(sandbox: Sandbox, member: Member, message: u64, mut offer: Offer) {
    loop {
        tokio::time::sleep(draw_pause()).await;
        if sandbox.inner().lively.is_spared(member.id()) {
            return;
        }
        // Looked at again, because meanwhile the round may be over.
        let still = sandbox.read(|world| world.messages.get(&message).map(offer::list_enabled));
        let Some(still) = still else { return };
        let Some(pick) = offer.take_one_of(&still) else {
            return;
        };
        // A refusal or a silence is the bot's business and recorded as such; a teammate shrugs.
        let _ = match &pick.value {
            None => member.press(message, &pick.custom_id).await,
            Some(value) => member.choose(message, &pick.custom_id, &[value]).await,
        };
        if fastrand::f64() >= CHANGE_THEIR_MIND {
            return;
        }
    }
}

fn draw_pause() -> Duration {
    Duration::from_secs_f64(PACE.start + fastrand::f64() * (PACE.end - PACE.start))
}
