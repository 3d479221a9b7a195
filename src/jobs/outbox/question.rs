//! What is said of a question for everybody: the question, how many have answered, the reveal, and what follows it.

use std::sync::Arc;

use anyhow::Context as _;
use sqlx::{PgConnection, PgExecutor};

use crate::bank::filter;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{ChannelId, QuizId};
use crate::jobs::outbox::about::{About, Compose, Earlier, Failure, Weight};
use crate::jobs::outbox::live_quiz;
use crate::reply::Message;
use crate::rules::question::Question;
use crate::rules::quiz::Source;
use crate::store;
use crate::store::rounds::{Round, State};
use crate::view;
use crate::view::reveal::Outcome;

/// Members named as having been right.
const NAMED: i64 = 10;

/// The message of a question, as its round stands.
pub(super) async fn compose_question(
    bot: &Bot,
    round: &mut Round,
    earlier: Earlier,
) -> anyhow::Result<Compose> {
    match round.state {
        State::Planned => compose_planned(bot, round, earlier).await,
        State::Posted => compose_count(bot, round).await,
        State::Revealed => compose_reveal(bot, round).await,
        State::Waiting | State::Skipped | State::Failed => {
            let reason = round.reason.clone();
            Ok(Compose::Drop(
                reason.unwrap_or_else(|| "it is not asked".to_owned()),
            ))
        }
    }
}

/// A question that is to be posted. When it closes is fixed before.
async fn compose_planned(bot: &Bot, round: &mut Round, earlier: Earlier) -> anyhow::Result<Compose> {
    if let Some(quiz) = round.quiz_id
        && is_ending(bot, round, quiz).await?
    {
        return Ok(Compose::Drop("the quiz was stopped".to_owned()));
    }
    // Where it may be there, it says what was fixed for it.
    let anew = earlier == Earlier::Nothing;
    let (guild, id) = (round.guild_id, round.round_id);
    let fixed = store::rounds::posting::fix_window(&bot.db, guild, id, bot.now(), anew).await?;
    let Some(fixed) = fixed else {
        return Ok(Compose::Nothing);
    };
    *round = fixed;
    Ok(Compose::Say(compose_open(bot, round).await?, Weight::OneTry))
}

async fn is_ending(bot: &Bot, round: &Round, quiz: QuizId) -> sqlx::Result<bool> {
    let live = store::live::find_live(&bot.db, round.guild_id, quiz).await?;
    Ok(live.is_some_and(|live| live.ending.is_some()))
}

/// How many have answered by now. Once the window is over the reveal is next: edits of old messages are too few to
/// spend on a count.
async fn compose_count(bot: &Bot, round: &Round) -> anyhow::Result<Compose> {
    let open = round.reveal_at.is_some_and(|end| end > bot.now());
    if !open || round.message_id.is_none() {
        return Ok(Compose::Nothing);
    }
    Ok(Compose::Say(compose_open(bot, round).await?, Weight::OneTry))
}

/// A question while it is open.
async fn compose_open(bot: &Bot, round: &Round) -> anyhow::Result<Message> {
    let question = question_of(bot, &bot.db, round).await?;
    let reveal_at = round.reveal_at.context("a question that is asked has an end")?;
    if round.source == Source::Live {
        return live_quiz::compose_open_question(bot, round, &question, reveal_at).await;
    }
    let answered = store::answers::count_answers(&bot.db, round.round_id).await?;
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    let (id, role) = (round.round_id, round.ping_role_id);
    Ok(view::question::open_question(
        &question, &topic, id, reveal_at, answered, role,
    ))
}

async fn question_of(bot: &Bot, db: impl PgExecutor<'_>, round: &Round) -> anyhow::Result<Arc<Question>> {
    let revision = round
        .revision_id
        .context("a round that is asked has a question")?;
    Ok(bot.revisions.get(db, revision).await?)
}

async fn compose_reveal(bot: &Bot, round: &Round) -> anyhow::Result<Compose> {
    let question = question_of(bot, &bot.db, round).await?;
    if round.source == Source::Live {
        let shown = live_quiz::compose_revealed_question(bot, round, &question).await?;
        return Ok(Compose::Say(shown, Weight::MustBeSeen));
    }
    let (right, right_count) = store::answers::right_members(&bot.db, round.round_id, NAMED).await?;
    let distribution = store::answers::count_by_choice(&bot.db, round.round_id).await?;
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    let outcome = Outcome {
        distribution,
        right,
        right_count,
    };
    let image = view::reveal::distribution_image(&question, &outcome);
    let picture = bot.pictures.of(image).await;
    let shown = view::reveal::revealed_question(&question, &topic, round.round_id, &outcome, picture);
    Ok(Compose::Say(shown, Weight::MustBeSeen))
}

/// A part of what follows a reveal.
pub(super) async fn compose_discussion(bot: &Bot, round: &Round, part: i16) -> anyhow::Result<Compose> {
    let question = question_of(bot, &bot.db, round).await?;
    let messages = view::reveal::discussion_messages(&question, round.round_id);
    let part = usize::try_from(part).unwrap_or(usize::MAX);
    Ok(match messages.into_iter().nth(part) {
        Some(message) => Compose::Say(message, Weight::OneTry),
        None => Compose::Drop("there is no such part".to_owned()),
    })
}

/// How many messages follow the reveal of a daily question.
pub(super) async fn count_discussion(bot: &Bot, db: &mut PgConnection, round: &Round) -> anyhow::Result<i16> {
    let question = question_of(bot, db, round).await?;
    let messages = view::reveal::discussion_messages(&question, round.round_id);
    Ok(i16::try_from(messages.len())?)
}

/// The round's thread, opened if there is none; where that is not allowed, the discussion takes place in the channel.
pub(super) async fn find_thread(
    bot: &Bot,
    discord: &Discord,
    round: &mut Round,
) -> Result<ChannelId, Failure> {
    let message = match (round.thread, round.thread_id, round.message_id) {
        (true, Some(thread), _) => return Ok(thread),
        (true, None, Some(message)) => message,
        (false, _, _) | (true, None, None) => return Ok(round.channel_id),
    };
    let question = question_of(bot, &bot.db, round).await?;
    let name = view::reveal::thread_name(&question);
    match discord.thread(round.channel_id, message, &name).await {
        Ok(thread) => {
            store::rounds::set_thread(&bot.db, round.round_id, thread).await?;
            round.thread_id = Some(thread);
            Ok(thread)
        }
        Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Refused) => {
            tracing::warn!(round.id = round.round_id.0, %error, "no thread can be opened; using the channel");
            store::rounds::leave_thread(&bot.db, round.guild_id, round.round_id).await?;
            Ok(round.channel_id)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a discussion cannot take place in its thread: it is locked or deleted, or the bot may not write in threads.
/// Then everything about the round is said in its channel from now on.
pub(super) async fn leave_closed_thread(bot: &Bot, about: &About, error: &ApiError) -> sqlx::Result<bool> {
    let About::Discussion(round) = about else {
        return Ok(false);
    };
    let closed = matches!(
        error.kind(),
        ErrorKind::Forbidden | ErrorKind::Refused | ErrorKind::Gone
    );
    if !closed || round.thread_id.is_none_or(|thread| thread == round.channel_id) {
        return Ok(false);
    }
    tracing::warn!(round.id = round.round_id.0, %error, "the thread is closed to the bot; using the channel");
    store::rounds::leave_thread(&bot.db, round.guild_id, round.round_id).await?;
    Ok(true)
}
