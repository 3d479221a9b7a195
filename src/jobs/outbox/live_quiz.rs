//! The messages of a live quiz: its lobby, its questions, its podium.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::bank::filter;
use crate::bot::Bot;
use crate::ids::{QuizId, UserId};
use crate::jobs::outbox::about::{Compose, Weight};
use crate::reply::Message;
use crate::rules::podium::rank_tallies;
use crate::rules::question::Question;
use crate::rules::quiz::LOBBY;
use crate::store;
use crate::store::live::Live;
use crate::store::outbox::Item;
use crate::store::quizzes::State;
use crate::store::rounds::Round;
use crate::view;
use crate::view::live::round::{Next, Outcome};
use crate::view::live::{Joined, Quiz};

/// Players named in a lobby.
const NAMED: i64 = 10;
/// A lobby that is posted with less than this left is open for its whole time from then on.
const LEAST_LOBBY: TimeDelta = TimeDelta::seconds(45);

/// What names a quiz in its messages.
fn quiz_names(live: &Live) -> Quiz<'_> {
    Quiz {
        id: live.quiz_id,
        title: &live.title,
        host: live.host_id,
        questions: live.questions,
        rules: live.rules(),
    }
}

async fn joined_players(bot: &Bot, quiz: QuizId) -> sqlx::Result<Joined> {
    let (named, all) = store::players::first_players(&bot.db, quiz, NAMED).await?;
    Ok(Joined { named, all })
}

/// The lobby: who has joined, that the quiz begins, that it is over.
pub(super) async fn compose_lobby(bot: &Bot, item: &Item, live: &mut Live) -> anyhow::Result<Compose> {
    let unseen = item.message_id.is_none();
    if live.state == State::Cancelled && unseen {
        return Ok(Compose::Drop("the quiz was stopped before".to_owned()));
    }
    if live.state == State::Lobby && live.ending.is_some() {
        // It is about to be cancelled, and then this is said anew.
        return Ok(Compose::Nothing);
    }
    let now = bot.now();
    if live.state == State::Lobby && unseen && live.starts_at - now < LEAST_LOBBY {
        live.starts_at = now + LOBBY;
        store::live::move_start(&bot.db, live, live.starts_at).await?;
    }
    let joined = joined_players(bot, live.quiz_id).await?;
    let names = quiz_names(live);
    Ok(match live.state {
        State::Lobby => {
            let lobby = view::live::lobby_message(&names, &joined, live.starts_at);
            Compose::Say(lobby, Weight::OneTry)
        }
        State::Running => Compose::Say(view::live::lobby_begun(&names, &joined), Weight::OneTry),
        State::Finished | State::Cancelled => {
            let finished = live.state == State::Finished;
            let began = finished || store::live::count_revealed(&bot.db, live.quiz_id).await? > 0;
            let over = view::live::lobby_over(&names, &joined, live.ending, began);
            Compose::Say(over, Weight::OneTry)
        }
    })
}

/// The podium, as long as the quiz is not over without one.
pub(super) async fn compose_podium(bot: &Bot, live: &Live) -> anyhow::Result<Compose> {
    if live.state != State::Running {
        return Ok(Compose::Drop("the quiz is over".to_owned()));
    }
    let places = rank_tallies(&store::players::player_tallies(&bot.db, live.quiz_id, i16::MAX).await?);
    let asked = store::live::count_revealed(&bot.db, live.quiz_id).await?;
    let users: Vec<UserId> = places.iter().take(10).map(|place| place.user).collect();
    let names = store::members::member_names(&bot.db, live.guild_id, &users).await?;
    let card = view::live::podium::podium_image(&live.title, &places, &names);
    let picture = bot.pictures.of(card).await;
    let podium = view::live::podium::podium_message(&quiz_names(live), &places, asked, live.ending);
    Ok(Compose::Say(podium.illustrated(picture), Weight::OneTry))
}

async fn quiz_of(bot: &Bot, round: &Round) -> anyhow::Result<Live> {
    let quiz = round.quiz_id.context("a live round belongs to a quiz")?;
    let live = store::live::find_live(&bot.db, round.guild_id, quiz).await?;
    live.context("a live quiz has its row")
}

/// A question while it is open, with how many have answered by now.
pub(super) async fn compose_open_question(
    bot: &Bot,
    round: &Round,
    question: &Question,
    reveal_at: DateTime<Utc>,
) -> anyhow::Result<Message> {
    let live = quiz_of(bot, round).await?;
    let answered = store::answers::count_answers(&bot.db, round.round_id).await?;
    let players = store::players::count_players(&bot.db, live.quiz_id).await?;
    Ok(view::live::round::open_question(
        &quiz_names(&live),
        question,
        &filter::topic_title(bot.bank.syllabus(), &question.topic),
        round.round_id,
        round.number.unwrap_or_default(),
        reveal_at,
        (answered, players),
    ))
}

/// A question once its key is public.
pub(super) async fn compose_revealed_question(
    bot: &Bot,
    round: &Round,
    question: &Question,
) -> anyhow::Result<Message> {
    let live = quiz_of(bot, round).await?;
    let number = round.number.unwrap_or_default();
    let next = match (
        live.ending,
        store::live::is_unfinished(&bot.db, live.quiz_id).await?,
    ) {
        (Some(ending), _) => Next::Ended(ending),
        (None, true) => Next::Question(live.next_at.unwrap_or_else(|| bot.now())),
        (None, false) => Next::Podium,
    };
    let outcome = Outcome {
        distribution: store::answers::count_by_choice(&bot.db, round.round_id).await?,
        standing: rank_tallies(&store::players::player_tallies(&bot.db, live.quiz_id, number).await?),
        places_changed: number > 1,
        next,
    };
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    let names = quiz_names(&live);
    let id = round.round_id;
    Ok(view::live::round::revealed_question(
        &names, question, &topic, id, number, &outcome,
    ))
}
