//! Posts the answers members let the others read, each once, and keeps them current.
//!
//! Below each answer stands how many members it convinced. An answer that was withdrawn is replaced by a note. A
//! message is edited at most once in five seconds, over all instances.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, MessageId};
use crate::interaction::CustomId;
use crate::jobs::delivery::{Earlier, Failure, judge_look, post_noted, retry_time};
use crate::jobs::search::find_by_custom_id;
use crate::jobs::{LEASE, LONGEST_SLEEP, Patience};
use crate::reply::Message;
use crate::store;
use crate::store::open_answers::OpenAnswer;
use crate::store::rounds::Round;
use crate::view;

/// The least time between two changes of a message.
const EVERY: TimeDelta = TimeDelta::seconds(5);
/// Answers at a time: each is a call or two, and Discord takes about one a second in a channel.
const BATCH: i64 = 10;

/// Keeps shared answers current until it is stopped.
pub async fn run_shared_answers(
    bot: Arc<Bot>,
    discord: Arc<Discord>,
    patience: Patience,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        let refreshing = tokio::time::timeout(patience.delivery, refresh_shared_answers(&bot, &discord));
        let pause = tokio::select! {
            refreshed = refreshing => match refreshed {
                Err(_) => {
                    tracing::error!("shared answers took too long and are not up to date");
                    Duration::from_secs(1)
                }
                // Some were touched a moment ago and have to wait.
                Ok(Ok(true)) => Duration::from_secs(1),
                Ok(Ok(false)) => LONGEST_SLEEP,
                Ok(Err(error)) => {
                    let error = describe_failure(&bot, &error).await;
                    tracing::error!(error, "shared answers are not up to date");
                    LONGEST_SLEEP
                }
            },
            () = stop.cancelled() => return,
        };
        tokio::select! {
            () = bot.shared_answers.notified() => {}
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Posts and edits what is out of date. Whether there is anything left that has to wait.
///
/// # Errors
/// If the database fails; the leases run out and the answers are tried again.
pub async fn refresh_shared_answers(bot: &Bot, discord: &Discord) -> anyhow::Result<bool> {
    loop {
        let now = bot.now();
        let answers = store::open_answers::lease_stale(&bot.db, now, LEASE, EVERY, BATCH).await?;
        if answers.is_empty() {
            return Ok(store::open_answers::any_stale(&bot.db).await?);
        }
        for answer in &answers {
            refresh_shared_answer(bot, discord, answer).await?;
        }
    }
}

async fn refresh_shared_answer(bot: &Bot, discord: &Discord, answer: &OpenAnswer) -> anyhow::Result<()> {
    let round = store::rounds::find_round(&bot.db, answer.guild_id, answer.round_id)
        .await?
        .context("an answer has a round")?;
    let message = match answer.shared {
        true => {
            let hidden = store::open_answers::author_hides(&bot.db, answer).await?;
            let votes = store::open_answers::count_votes(&bot.db, answer.open_answer_id).await?;
            let author = (!hidden).then_some(answer.user_id);
            view::open::shared_answer(author, &answer.words, answer.open_answer_id, votes)
        }
        false => view::open::answer_withdrawn(),
    };
    let now = bot.now();
    match show_shared_answer(bot, discord, &round, answer, &message).await {
        Ok(id) => {
            store::open_answers::note_shown(&bot.db, answer, id, now).await?;
        }
        Err(failure) => {
            let error = failure.refused()?;
            tracing::warn!(
                answer.id = answer.open_answer_id.0,
                attempt = answer.attempt,
                %error,
                "a shared answer is not shown"
            );
            match retry_time(now, &error, answer.attempt) {
                Some(at) => store::open_answers::retry_at(&bot.db, answer, at).await?,
                // Its message or the thread is gone: that is how it stays until the next change.
                None => {
                    store::open_answers::note_shown(&bot.db, answer, None, now).await?;
                }
            }
        }
    }
    Ok(())
}

/// Discord's code for a thread that is archived.
const ARCHIVED: i64 = 50_083;

/// Posts the message or rewrites the one there is. Returns it if it was not known before.
async fn show_shared_answer(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    answer: &OpenAnswer,
    message: &Message,
) -> Result<Option<MessageId>, Failure> {
    let place: ChannelId = round.thread_id.unwrap_or(round.channel_id);
    let nonce = format!("s{}", answer.open_answer_id);
    let known = match answer.message_id {
        Some(known) => Some(known),
        // An earlier attempt may have got through without our hearing of it.
        None if answer.attempt > 1 => {
            let button = CustomId::Convincing {
                answer: answer.open_answer_id,
            };
            let since = round.revealed_at.unwrap_or(round.due_at);
            let found = find_by_custom_id(discord, place, since, &[button]).await;
            match judge_look(bot, &nonce, found).await? {
                Earlier::There(known) => Some(known),
                Earlier::Nothing | Earlier::Unseen => None,
            }
        }
        None => None,
    };
    match known {
        Some(known) => {
            rewrite(discord, place, known, message).await?;
            Ok(Some(known))
        }
        None if answer.shared => {
            let posted = post_noted(bot, discord, place, message, &nonce).await?;
            Ok(posted.message())
        }
        // Taken back before anybody saw it.
        None => Ok(None),
    }
}

async fn rewrite(
    discord: &Discord,
    place: ChannelId,
    known: MessageId,
    message: &Message,
) -> Result<(), ApiError> {
    match discord.edit(place, known, message).await {
        // Nothing in an archived thread can be rewritten, and they archive themselves.
        Err(error) if error.code() == Some(ARCHIVED) => {
            discord.unarchive(place).await?;
            discord.edit(place, known, message).await
        }
        edited => edited,
    }
}
