//! Keeps "n answered" on open questions current without ever hurrying: a message is rewritten at most once in five
//! seconds, over all instances, and only by the instance that took an answer.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::bank::filter;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::ids::{QuizId, RoundId};
use crate::jobs::{Patience, live};
use crate::rules::quiz::Source;
use crate::store;
use crate::view;

/// The least time between two counts on one message.
pub const EVERY: TimeDelta = TimeDelta::seconds(5);
/// The same in a live quiz, where a question is open for seconds. Discord allows five edits in five seconds in a
/// channel; this is half of it, so that the reveal and a new question never have to wait.
pub const EVERY_LIVE: TimeDelta = TimeDelta::seconds(2);

/// Refreshes counts until it is stopped.
pub async fn run_counts(bot: Arc<Bot>, discord: Arc<Discord>, patience: Patience, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = bot.stale_counts.changed() => {}
            () = bot.stale_lobbies.changed() => {}
            () = stop.cancelled() => return,
        }
        while refresh_counts(&bot, &discord, patience).await > 0 && !stop.is_cancelled() {
            // Some were written a moment ago and have to wait.
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// Rewrites the messages of all rounds that were answered and may be rewritten. Returns how many have to wait.
async fn refresh_counts(bot: &Bot, discord: &Discord, patience: Patience) -> usize {
    let mut waiting = 0;
    for round in bot.stale_counts.take() {
        match give_up_after(patience, refresh_round_count(bot, discord, round)).await {
            Ok(Done::Yes) => {}
            Ok(Done::TooSoon) => {
                bot.stale_counts.add(round);
                waiting += 1;
            }
            // A count is worth little: the next answer tries again.
            Err(error) => tracing::warn!(
                round.id = round.0,
                error = format!("{error:#}"),
                "a count was not shown"
            ),
        }
    }
    for lobby in bot.stale_lobbies.take() {
        match give_up_after(patience, list_players(bot, discord, lobby)).await {
            Ok(Done::Yes) => {}
            Ok(Done::TooSoon) => {
                bot.stale_lobbies.add(lobby);
                waiting += 1;
            }
            Err(error) => tracing::warn!(
                quiz.id = lobby.0,
                error = format!("{error:#}"),
                "a list of players was not shown"
            ),
        }
    }
    waiting
}

/// A count with an end: what waits for an answer that does not come holds up no other.
async fn give_up_after(
    patience: Patience,
    refreshing: impl Future<Output = anyhow::Result<Done>>,
) -> anyhow::Result<Done> {
    match tokio::time::timeout(patience.delivery, refreshing).await {
        Ok(done) => done,
        Err(_) => anyhow::bail!("it took too long and was given up"),
    }
}

/// Rewrites who has joined a live quiz.
async fn list_players(bot: &Bot, discord: &Discord, id: QuizId) -> anyhow::Result<Done> {
    if !store::live::claim_lobby(&bot.db, id, bot.now(), EVERY_LIVE).await? {
        return Ok(match store::live::open_lobby(&bot.db, id).await? {
            Some(_) => Done::TooSoon,
            None => Done::Yes,
        });
    }
    let mut tx = bot.db.begin().await?;
    store::live::lock_lobby(&mut *tx, id).await?;
    // Asked again under the lock: the list of players must not overwrite the message that says the quiz has begun.
    let Some(live) = store::live::open_lobby(&mut *tx, id).await? else {
        return Ok(Done::Yes);
    };
    let joined = live::messages::joined_players(&mut *tx, id).await?;
    let shown = view::live::lobby_message(&live::messages::quiz_names(&live), &joined, live.starts_at);
    if let Some(message) = live.message_id {
        discord.edit(live.channel_id, message, &shown).await?;
    }
    Ok(Done::Yes)
}

enum Done {
    Yes,
    TooSoon,
}

async fn refresh_round_count(bot: &Bot, discord: &Discord, id: RoundId) -> anyhow::Result<Done> {
    let Some(round) = store::leases::claim_count(&bot.db, id, bot.now(), EVERY, EVERY_LIVE).await? else {
        return Ok(if store::rounds::is_open(&bot.db, id, bot.now()).await? {
            Done::TooSoon
        } else {
            Done::Yes
        });
    };
    let (Some(revision), Some(message), Some(reveal_at)) =
        (round.revision_id, round.message_id, round.reveal_at)
    else {
        return Ok(Done::Yes);
    };
    let question = bot.revisions.get(&bot.db, revision).await?;
    let mut tx = bot.db.begin().await?;
    store::leases::lock_message(&mut *tx, id).await?;
    // Asked again under the lock: a count must never overwrite a reveal.
    if !store::rounds::is_open(&mut *tx, id, bot.now()).await? {
        return Ok(Done::Yes);
    }
    let shown = match round.source {
        Source::Live => live::messages::compose_question(bot, &mut tx, &round, &question, reveal_at).await?,
        Source::Daily | Source::Solo | Source::Review => {
            let answered = store::answers::count_answers(&mut *tx, id).await?;
            let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
            view::question::open_question(&question, &topic, id, reveal_at, answered, round.ping_role_id)
        }
    };
    discord.edit(round.channel_id, message, &shown).await?;
    Ok(Done::Yes)
}
