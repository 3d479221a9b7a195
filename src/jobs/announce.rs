//! Shows a reveal: the question's message with key and distribution, or a new one where somebody deleted that, and the
//! discussion in a thread or below.
//!
//! Every step may be done again after a crash. The edit says the same twice, a thread that exists is taken, and the
//! messages below carry a nonce and are looked for before they are posted a second time.

use anyhow::Context as _;
use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::bank::filter;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{ChannelId, MessageId};
use crate::jobs::delivery::{Earlier, Failure, advice_for_manager, judge_look, post_noted, retry_time};
use crate::jobs::live;
use crate::jobs::reveal_message::{renew_lease, show_on_message};
use crate::jobs::search::find_by_text;
use crate::jobs::{BATCH, LEASE};
use crate::rules::question::Question;
use crate::rules::quiz::AWAY;
use crate::rules::quiz::Source;
use crate::store;
use crate::store::rounds::Round;
use crate::view;
use crate::view::reveal::Outcome;

/// A reveal that could not be shown for this long is left as it is; scores are safe, and the buttons answer all the
/// same.
const LATEST: TimeDelta = TimeDelta::days(1);
/// Reveals shown at a time. Each holds a database connection while it edits, and clicks need connections too.
const AT_ONCE: usize = 3;
/// Members named as having been right.
const NAMED: i64 = 10;

/// Shows every reveal that is not shown yet. Returns how many rounds it worked on.
///
/// # Errors
/// If the database fails; the leases run out and the rounds are tried again.
pub async fn announce_reveals(bot: &Bot, discord: &Discord) -> anyhow::Result<usize> {
    let mut worked_on = 0;
    loop {
        let rounds = store::leases::lease_unannounced(&bot.db, bot.now(), LEASE, BATCH).await?;
        if rounds.is_empty() {
            return Ok(worked_on);
        }
        worked_on += rounds.len();
        for few in rounds.chunks(AT_ONCE) {
            let done = join_all(few.iter().map(|round| announce_round(bot, discord, round))).await;
            done.into_iter().collect::<anyhow::Result<()>>()?;
        }
    }
}

async fn announce_round(bot: &Bot, discord: &Discord, round: &Round) -> anyhow::Result<()> {
    let revision = round.revision_id.context("a revealed round has a question")?;
    let question = bot.revisions.get(&bot.db, revision).await?;
    let error = match show_reveal(bot, discord, round, &question).await {
        Ok(()) => {
            store::leases::note_announced(&bot.db, round, None, bot.now()).await?;
            // Answers that are shared come below the discussion.
            bot.shared_answers.notify_one();
            return Ok(());
        }
        Err(Failure::Lost) => return Ok(()),
        Err(failure) => failure.refused()?,
    };
    let now = bot.now();
    tracing::warn!(round.id = round.round_id.0, attempt = round.attempt, %error, "a reveal could not be shown");
    let latest = match round.source {
        Source::Live => AWAY,
        Source::Daily | Source::Solo | Source::Review => LATEST,
    };
    let in_time = round.revealed_at.is_some_and(|at| now - at < latest);
    match retry_time(now, &error, round.attempt).filter(|_| in_time) {
        Some(at) => store::leases::retry_at(&bot.db, round, at).await?,
        None => {
            store::leases::note_announced(&bot.db, round, Some(&advice_for_manager(&error)), now).await?;
            if let (Some(quiz), ErrorKind::Gone | ErrorKind::Forbidden) = (round.quiz_id, error.kind()) {
                live::give_up(bot, quiz, &error).await?;
            }
        }
    }
    Ok(())
}

async fn show_reveal(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    question: &Question,
) -> Result<(), Failure> {
    if round.source == Source::Live {
        return live::messages::show_reveal(bot, discord, round, question).await;
    }
    let (right, right_count) = store::answers::right_members(&bot.db, round.round_id, NAMED).await?;
    let distribution = store::answers::count_by_choice(&bot.db, round.round_id).await?;
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    let outcome = Outcome {
        distribution,
        right,
        right_count,
    };
    let picture = bot
        .pictures
        .of(view::reveal::distribution_image(question, &outcome))
        .await;
    let revealed =
        |picture| view::reveal::revealed_question(question, &topic, round.round_id, &outcome, picture);
    let there = match show_on_message(bot, discord, round, &revealed(picture.clone())).await {
        // Perhaps the bot may not attach files here. The words say the same.
        Err(Failure::Discord(error)) if picture.is_some() && error.may_be_the_picture() => {
            tracing::warn!(round.id = round.round_id.0, %error, "a reveal is shown without its picture");
            show_on_message(bot, discord, round, &revealed(None)).await?
        }
        there => there?,
    };
    // Somebody deleted the reveal as well: there is nothing to talk about.
    let Some(message) = there else {
        return Ok(());
    };
    let place = match (round.thread, round.thread_id) {
        (false, _) => round.channel_id,
        (true, Some(thread)) => thread,
        (true, None) => open_thread(bot, discord, round, message, question).await?,
    };
    match post_discussion(bot, discord, round, question, place).await {
        Err(Failure::Discord(error)) if place != round.channel_id && is_closed(&error) => {
            tracing::warn!(round.id = round.round_id.0, %error, "the thread is closed to the bot; using the channel");
            store::rounds::leave_thread(&bot.db, round.round_id).await?;
            post_discussion(bot, discord, round, question, round.channel_id).await
        }
        done => done,
    }
}

/// Whether nothing can be written in a thread: it is locked or deleted, or the bot may not write in threads.
fn is_closed(error: &ApiError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Forbidden | ErrorKind::Refused | ErrorKind::Gone
    )
}

/// Opens the thread; where that is not allowed, the discussion takes place in the channel.
async fn open_thread(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    message: MessageId,
    question: &Question,
) -> Result<ChannelId, Failure> {
    match discord
        .thread(round.channel_id, message, &view::reveal::thread_name(question))
        .await
    {
        Ok(thread) => {
            store::rounds::set_thread(&bot.db, round.round_id, thread).await?;
            Ok(thread)
        }
        Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Refused) => {
            tracing::warn!(round.id = round.round_id.0, %error, "no thread can be opened; using the channel");
            Ok(round.channel_id)
        }
        Err(error) => Err(error.into()),
    }
}

/// Posts the discussion, each message once: a repeated attempt looks for what an earlier one got through.
async fn post_discussion(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    question: &Question,
    place: ChannelId,
) -> Result<(), Failure> {
    let since = round.revealed_at.unwrap_or(round.due_at);
    for (part, message) in view::reveal::discussion_messages(question, round.round_id)
        .iter()
        .enumerate()
    {
        let nonce = format!("r{}.{part}", round.round_id);
        if round.attempt > 1 {
            let found = find_by_text(discord, place, since, message).await;
            if let Earlier::There(_) = judge_look(bot, &nonce, found).await? {
                continue;
            }
        }
        renew_lease(bot, round).await?;
        post_noted(bot, discord, place, message, &nonce).await?;
    }
    Ok(())
}
