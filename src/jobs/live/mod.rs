//! Moves live quizzes on: from the lobby to the first question, from each reveal to the next, from the last to the
//! podium.
//!
//! Asking, judging and showing a question is done by the jobs that do so for every round.
//!
//! What becomes of a quiz is in the database after every step, so any instance can go on where another ended. A step
//! that was taken half is taken again: edits say the same twice, and a message is looked for before it is posted a
//! second time, as in `publish`.
//!
//! | what happens | what becomes of the quiz |
//! |---|---|
//! | the host leaves or does nothing | it goes on by itself; any manager may stop it |
//! | the bot restarts during a question | the question is revealed when its time is up, and the quiz goes on |
//! | the bot was away for more than ten minutes | it ends with the standing so far; a lobby is cancelled |
//! | a question's message is deleted | its reveal is posted as a new message, and the quiz goes on |
//! | the lobby's message is deleted | it starts by itself with whoever has joined |
//! | nobody joins | it is cancelled, and the lobby says so |
//! | nobody answers three questions in a row | it ends with the standing so far |
//! | the channel is gone or closed to the bot | it is cancelled; its messages say so where they can |
//! | the lobby's message is deleted before the bot knows it | it is cancelled |
//! | Discord is in trouble for a while | each step is tried again; after ten minutes it ends |
//! | somebody opens another in the channel | refused, with a link to the first |

pub mod messages;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{MessageId, QuizId, UserId};
use crate::interaction::{CustomId, LiveStep};
use crate::jobs::delivery::{
    Earlier, Failure, Posted, advice_for_manager, judge_look, post_noted, retry_time,
};
use crate::jobs::search::find_by_custom_id;
use crate::jobs::{BATCH, LEASE};
use crate::reply::Message;
use crate::rules::podium::rank_tallies;
use crate::rules::quiz::Ending;
use crate::rules::quiz::{AWAY, LOBBY};
use crate::store;
use crate::store::live::Live;
use crate::store::quizzes::State;
use crate::view;

/// From the end of the lobby to the first question.
const LEAD_IN: TimeDelta = TimeDelta::seconds(5);
/// A lobby that is posted with less than this left is open for its whole time from then on.
const LEAST_LOBBY: TimeDelta = TimeDelta::seconds(45);

/// Moves every live quiz whose time has come. Returns how many it worked on.
///
/// # Errors
/// If the database fails; the leases run out and the quizzes are moved later.
pub async fn advance_quizzes(bot: &Bot, discord: &Discord) -> anyhow::Result<usize> {
    let mut worked_on = 0;
    loop {
        let due = store::live::lease_due(&bot.db, bot.now(), LEASE, BATCH).await?;
        if due.is_empty() {
            return Ok(worked_on);
        }
        worked_on += due.len();
        let done = join_all(due.iter().map(|live| advance_quiz(bot, discord, live))).await;
        done.into_iter().collect::<anyhow::Result<()>>()?;
    }
}

async fn advance_quiz(bot: &Bot, discord: &Discord, live: &Live) -> anyhow::Result<()> {
    match take_next_step(bot, discord, live).await {
        Ok(()) => Ok(()),
        Err(failure) => note_refusal(bot, live, &failure.refused()?).await,
    }
}

async fn take_next_step(bot: &Bot, discord: &Discord, live: &Live) -> Result<(), Failure> {
    let now = bot.now();
    let late = live.next_at.is_some_and(|at| now - at > AWAY);
    match live.state {
        State::Lobby if live.ending.is_some() || late => {
            cancel_quiz(bot, live, live.ending.unwrap_or(Ending::Away), now).await?;
        }
        State::Lobby if live.message_id.is_none() => open_lobby(bot, discord, live, now).await?,
        State::Lobby => start_quiz(bot, discord, live, now).await?,
        State::Running => {
            if live.ending.is_none() && !late && plan_next_question(bot, live, now).await? {
                return Ok(());
            }
            // If nothing is left to ask, post the normal podium even if it is late.
            let away = store::live::is_unfinished(&bot.db, live.quiz_id)
                .await?
                .then_some(Ending::Away);
            post_podium(bot, discord, live, live.ending.or(away)).await?;
        }
        State::Finished | State::Cancelled => close_lobby(bot, discord, live).await?,
    }
    Ok(())
}

/// Posts the lobby.
async fn open_lobby(bot: &Bot, discord: &Discord, live: &Live, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut live = live.clone();
    let nonce = format!("l{}", live.quiz_id);
    if let Earlier::There(message) = find_earlier_message(bot, discord, &live, LiveStep::Join, &nonce).await?
    {
        store::live::lobby_posted(&bot.db, &live, message).await?;
        return Ok(());
    }
    if live.starts_at - now < LEAST_LOBBY {
        live.starts_at = now + LOBBY;
        if !store::live::move_start(&bot.db, &live, live.starts_at).await? {
            return Ok(());
        }
    }
    let joined = messages::joined_players(&bot.db, live.quiz_id).await?;
    let lobby = view::live::lobby_message(&messages::quiz_names(&live), &joined, live.starts_at);
    match post_noted(bot, discord, live.channel_id, &lobby, &nonce).await? {
        // Whoever deleted it before anybody could join wants no quiz.
        Posted::Deleted => cancel_quiz(bot, &live, Ending::Stopped, now).await?,
        Posted::There(message) => {
            store::live::lobby_posted(&bot.db, &live, message).await?;
            tracing::info!(
                quiz.id = live.quiz_id.0,
                guild.id = live.guild_id.0,
                "a lobby is open"
            );
        }
    }
    Ok(())
}

/// What an attempt before this one left, whose answer was lost: its message carries this button.
async fn find_earlier_message(
    bot: &Bot,
    discord: &Discord,
    live: &Live,
    button: LiveStep,
    nonce: &str,
) -> Result<Earlier, Failure> {
    if live.attempt <= 1 {
        return Ok(Earlier::Nothing);
    }
    judge_look(bot, nonce, with_button(discord, live, button).await).await
}

/// The quiz's message that carries this button, as the channel has it.
async fn with_button(discord: &Discord, live: &Live, step: LiveStep) -> Result<Option<MessageId>, ApiError> {
    let quiz = live.quiz_id;
    find_by_custom_id(
        discord,
        live.channel_id,
        live.created_at,
        &[CustomId::Live { quiz, step }],
    )
    .await
}

/// Closes the lobby: the first question follows, or nothing where nobody joined.
async fn start_quiz(bot: &Bot, discord: &Discord, live: &Live, now: DateTime<Utc>) -> anyhow::Result<()> {
    let joined = messages::joined_players(&bot.db, live.quiz_id).await?;
    if joined.all == 0 {
        return cancel_quiz(bot, live, Ending::Nobody, now).await;
    }
    let mut tx = bot.db.begin().await?;
    // If it was stopped meanwhile, the next pass handles that.
    if store::live::start_quiz(&mut *tx, live).await?
        && store::live::ask_next(&mut tx, live, now + LEAD_IN).await?
    {
        store::live::end_lease(&mut *tx, live, None).await?;
        tx.commit().await?;
        tracing::info!(
            quiz.id = live.quiz_id.0,
            players = joined.all,
            "a live quiz begins"
        );
        edit_lobby(
            bot,
            discord,
            live,
            &view::live::lobby_begun(&messages::quiz_names(live), &joined),
        )
        .await?;
        return Ok(());
    }
    tx.commit().await?;
    store::live::end_lease(&bot.db, live, Some(now)).await?;
    Ok(())
}

async fn cancel_quiz(bot: &Bot, live: &Live, ending: Ending, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    store::live::end_quiz(&mut tx, live.quiz_id, State::Cancelled, now).await?;
    store::live::end_early(&mut *tx, live.quiz_id, ending, now).await?;
    store::live::end_lease(&mut *tx, live, Some(now)).await?;
    tx.commit().await?;
    tracing::info!(
        quiz.id = live.quiz_id.0,
        ending = ending.as_str(),
        "a live quiz is cancelled"
    );
    Ok(())
}

/// Plans the next question. False where there is none; then the podium is next.
async fn plan_next_question(bot: &Bot, live: &Live, now: DateTime<Utc>) -> anyhow::Result<bool> {
    let mut tx = bot.db.begin().await?;
    let planned = store::live::ask_next(&mut tx, live, now).await?;
    if planned {
        store::live::end_lease(&mut *tx, live, None).await?;
    }
    tx.commit().await?;
    Ok(planned)
}

/// Posts the podium and so ends the quiz.
async fn post_podium(
    bot: &Bot,
    discord: &Discord,
    live: &Live,
    ending: Option<Ending>,
) -> Result<(), Failure> {
    let nonce = format!("p{}", live.quiz_id);
    let message = match find_earlier_message(bot, discord, live, LiveStep::Result, &nonce).await? {
        Earlier::There(message) => Some(message),
        Earlier::Nothing | Earlier::Unseen => {
            let podium = podium_message(bot, live, ending).await?;
            let posted = post_noted(bot, discord, live.channel_id, &podium, &nonce).await?;
            posted.message()
        }
    };
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    if store::live::podium_posted(&mut *tx, live, message).await? {
        store::live::end_quiz(&mut tx, live.quiz_id, State::Finished, now).await?;
        if let Some(ending) = ending {
            store::live::end_early(&mut *tx, live.quiz_id, ending, now).await?;
        }
        store::live::end_lease(&mut *tx, live, Some(now)).await?;
        tracing::info!(
            quiz.id = live.quiz_id.0,
            guild.id = live.guild_id.0,
            "a live quiz is over"
        );
        metrics::counter!("greenroom_live_quizzes_finished_total").increment(1);
    }
    tx.commit().await?;
    Ok(())
}

async fn podium_message(bot: &Bot, live: &Live, ending: Option<Ending>) -> anyhow::Result<Message> {
    let places = rank_tallies(&store::players::player_tallies(&bot.db, live.quiz_id, i16::MAX).await?);
    let asked = store::live::count_revealed(&bot.db, live.quiz_id).await?;
    let users: Vec<UserId> = places.iter().take(10).map(|place| place.user).collect();
    let names = store::members::member_names(&bot.db, live.guild_id, &users).await?;
    let card = view::live::podium::podium_image(&live.title, &places, &names);
    let picture = bot.pictures.of(card).await;
    let podium = view::live::podium::podium_message(&messages::quiz_names(live), &places, asked, ending);
    Ok(podium.illustrated(picture))
}

/// Says on the messages of a quiz that it is over. The last thing done for it.
async fn close_lobby(bot: &Bot, discord: &Discord, live: &Live) -> anyhow::Result<()> {
    let mut live = live.clone();
    if live.message_id.is_none() {
        // Posted by a process that ended before it could say so.
        let found = with_button(discord, &live, LiveStep::Join).await;
        live.message_id = found.ok().flatten();
    }
    let live = &live;
    let joined = messages::joined_players(&bot.db, live.quiz_id).await?;
    let began =
        live.state == State::Finished || store::live::count_revealed(&bot.db, live.quiz_id).await? > 0;
    let over = view::live::lobby_over(&messages::quiz_names(live), &joined, live.ending, began);
    edit_lobby(bot, discord, live, &over).await?;
    if live.ending.is_some() {
        messages::end_last_reveal(bot, discord, live).await?;
    }
    store::live::end_lease(&bot.db, live, None).await?;
    Ok(())
}

/// Rewrites the lobby's message. What cannot be shown there is worth no second attempt: the quiz does not depend on it.
async fn edit_lobby(bot: &Bot, discord: &Discord, live: &Live, message: &Message) -> anyhow::Result<()> {
    let Some(id) = live.message_id else {
        return Ok(());
    };
    let mut tx = bot.db.begin().await?;
    store::live::lock_lobby(&mut *tx, live.quiz_id).await?;
    if let Err(error) = discord.edit(live.channel_id, id, message).await {
        tracing::warn!(quiz.id = live.quiz_id.0, %error, "a lobby's message could not be rewritten");
    }
    Ok(())
}

async fn note_refusal(bot: &Bot, live: &Live, error: &ApiError) -> anyhow::Result<()> {
    let now = bot.now();
    tracing::warn!(
        quiz.id = live.quiz_id.0,
        attempt = live.attempt,
        %error,
        "a message of a live quiz could not be posted"
    );
    let in_time = live.next_at.is_some_and(|at| now - at < AWAY);
    match retry_time(now, error, live.attempt).filter(|_| in_time) {
        Some(at) => store::live::retry_at(&bot.db, live, at).await?,
        None => give_up(bot, live.quiz_id, error).await?,
    }
    Ok(())
}

/// Ends a quiz whose channel does not let it go on.
pub(super) async fn give_up(bot: &Bot, quiz: QuizId, error: &ApiError) -> anyhow::Result<()> {
    let reason = match error.kind() {
        ErrorKind::Gone => "The channel no longer exists.".to_owned(),
        ErrorKind::Forbidden | ErrorKind::Unauthorised | ErrorKind::Later(_) | ErrorKind::Refused => {
            advice_for_manager(error)
        }
    };
    let mut tx = bot.db.begin().await?;
    store::live::give_up(&mut tx, quiz, &reason, bot.now()).await?;
    tx.commit().await?;
    tracing::warn!(quiz.id = quiz.0, reason, "a live quiz is given up");
    Ok(())
}
