//! `/quiz live` and the buttons of a live quiz. What happens by time is in `jobs/live/`; both only change rows, each
//! change under the state it starts from, so that it makes no difference who was first.

use crate::app::choose;
use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::quiz::{Asker, options, set};
use crate::handlers::{find_question, is_manager};
use crate::ids::QuizId;
use crate::interaction::{LiveOptions, LiveStep};
use crate::reply::{Message, Reply};
use crate::rules::podium::rank_tallies;
use crate::rules::quiz::LOBBY;
use crate::rules::quiz::{Ending, Source};
use crate::store;
use crate::store::live::Live;
use crate::store::quizzes::{NewQuiz, State};
use crate::view;
use crate::view::live::podium::{Own, Page};

/// `/quiz live`: opens a lobby.
pub async fn open_lobby(bot: &Bot, asker: Asker<'_>, typed: &LiveOptions) -> anyhow::Result<Message> {
    if !is_manager(asker.member) && !store::live::anyone_hosts(&bot.db, asker.guild).await? {
        return Ok(view::live::not_a_host());
    }
    let lacking = asker.lacking();
    if !lacking.is_empty() {
        return Ok(view::live::cannot_write(&lacking));
    }
    let chosen = match &typed.set {
        Some(name) => match set::choose_from_set(bot, asker, name, None).await? {
            Ok(chosen) => Some(chosen),
            Err(refusal) => return Ok(refusal),
        },
        None => None,
    };
    let of_set = chosen.as_ref().and_then(|chosen| chosen.seconds);
    let typed = LiveOptions {
        seconds: typed.seconds.or(of_set.map(i64::from)),
        ..typed.clone()
    };
    let (mut wanted, rules) = match options::read_live_options(bot.bank.syllabus(), &typed) {
        Ok(wanted) => wanted,
        Err(mistakes) => return Ok(view::quiz::option_mistakes(&mistakes)),
    };
    if let Some(chosen) = &chosen {
        (wanted.title, wanted.count) = (chosen.name.clone(), chosen.wanted);
    }
    let now = bot.now();
    let starts_at = now + LOBBY;
    let mut tx = bot.db.begin().await?;
    store::guilds::ensure_guild(&mut *tx, asker.guild, "UTC", now).await?;
    store::live::lock_channel(&mut *tx, asker.channel).await?;
    if let Some(going) = store::live::in_channel(&mut *tx, asker.guild, asker.channel).await? {
        return Ok(view::live::channel_busy(
            asker.guild,
            asker.channel,
            going.message_id,
        ));
    }
    let asked = match chosen {
        Some(chosen) => chosen.questions,
        None => {
            let seed = asker.seed();
            let (guild, filter) = (asker.guild, &wanted.filter);
            choose::choose_for_quiz(bot, &mut tx, guild, filter, wanted.count, seed, None).await?
        }
    };
    if asked.is_empty() {
        return Ok(view::quiz::nothing_fits());
    }
    let new = NewQuiz {
        guild: asker.guild,
        channel: asker.channel,
        source: Source::Live,
        host: asker.member.user,
        requested_by: asker.id,
        title: &wanted.title,
        state: State::Lobby,
        at: now,
    };
    let Some(quiz) = store::quizzes::create_quiz(&mut tx, &new, &asked).await? else {
        return Ok(view::daily::done_already());
    };
    let questions = i16::try_from(asked.len())?;
    store::live::insert_lobby(&mut *tx, quiz, questions, rules, now, starts_at).await?;
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    let wanted = i64::try_from(wanted.count)?;
    Ok(view::live::lobby_opened(starts_at, i64::from(questions), wanted))
}

/// `/quiz settings`.
pub async fn change_host_rule(bot: &Bot, asker: Asker<'_>, anyone_hosts: bool) -> anyhow::Result<Message> {
    if !is_manager(asker.member) {
        return Ok(view::help::managers_only());
    }
    store::guilds::ensure_guild(&bot.db, asker.guild, "UTC", bot.now()).await?;
    store::live::set_anyone_hosts(&bot.db, asker.guild, anyone_hosts).await?;
    Ok(view::live::host_rule(anyone_hosts))
}

/// A button of a live quiz.
pub async fn take_step(bot: &Bot, asker: Asker<'_>, quiz: QuizId, step: LiveStep) -> anyhow::Result<Message> {
    let Some(live) = store::live::find_live(&bot.db, asker.guild, quiz).await? else {
        return Ok(view::live::unknown_quiz());
    };
    match (step, live.state) {
        (LiveStep::Result, _) => show_own_result(bot, asker, &live).await,
        (_, State::Finished | State::Cancelled) => Ok(view::live::is_over()),
        (LiveStep::Join, State::Lobby | State::Running) => join_quiz(bot, asker, &live).await,
        (LiveStep::Leave, State::Running) => Ok(view::live::running_already()),
        (LiveStep::Leave, State::Lobby) => {
            let was_in = store::players::remove_player(&bot.db, asker.guild, quiz, asker.member.user).await?;
            bot.stale_lobbies.add(quiz);
            Ok(view::live::player_left(was_in))
        }
        (LiveStep::Start | LiveStep::Next | LiveStep::Stop, State::Lobby | State::Running) => {
            move_on(bot, asker, &live, step).await
        }
    }
}

async fn join_quiz(bot: &Bot, asker: Asker<'_>, live: &Live) -> anyhow::Result<Message> {
    let (user, name) = (asker.member.user, asker.member.name.as_str());
    let now = bot.now();
    let first = store::players::add_player(&bot.db, asker.guild, live.quiz_id, user, name, now).await?;
    if first && live.state == State::Lobby {
        bot.stale_lobbies.add(live.quiz_id);
    }
    Ok(view::live::player_joined(first))
}

/// What only the host and managers may do.
async fn move_on(bot: &Bot, asker: Asker<'_>, live: &Live, step: LiveStep) -> anyhow::Result<Message> {
    if asker.member.user != live.host_id && !is_manager(asker.member) {
        return Ok(view::live::host_only());
    }
    let now = bot.now();
    if step == LiveStep::Start && store::players::count_players(&bot.db, live.quiz_id).await? == 0 {
        return Ok(view::live::nobody_yet());
    }
    let mut tx = bot.db.begin().await?;
    let moved = match (step, live.state) {
        (LiveStep::Stop, _) => {
            store::live::close_open(&mut tx, live.quiz_id, now).await?;
            store::live::end_early(&mut *tx, live.quiz_id, Ending::Stopped, now).await?;
            true
        }
        (LiveStep::Start, State::Lobby) | (LiveStep::Next, State::Running) => {
            store::live::advance_now(&mut *tx, live.quiz_id, now).await?
        }
        _ => false,
    };
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(match moved {
        true => view::live::moved_on(step, live.state == State::Running),
        false => view::live::nothing_to_hurry(),
    })
}

/// "My result".
async fn show_own_result(bot: &Bot, asker: Asker<'_>, live: &Live) -> anyhow::Result<Message> {
    let user = asker.member.user;
    let places = rank_tallies(&store::players::player_tallies(&bot.db, live.quiz_id, i16::MAX).await?);
    let mut own = Vec::new();
    for asked in store::players::answered_questions(&bot.db, asker.guild, live.quiz_id, user).await? {
        own.push(Own {
            number: asked.number,
            title: find_question(bot, asked.revision_id).await?.title.clone(),
            right: asked.correct,
            score: asked.score.unwrap_or_default(),
            took: asked
                .answered_at
                .zip(asked.posted_at)
                .map(|(at, posted)| at - posted),
        });
    }
    Ok(view::live::podium::own_result(&places, user, &own))
}

/// "Show all questions again". Only what was revealed is shown, so it can be asked for at any time.
pub async fn show_questions(
    bot: &Bot,
    asker: Asker<'_>,
    quiz: QuizId,
    page: u8,
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    let all = store::players::answered_questions(&bot.db, asker.guild, quiz, asker.member.user).await?;
    let at = usize::from(page).min(all.len().saturating_sub(1));
    let Some(asked) = all.get(at) else {
        return Ok(Reply::Say(view::live::podium::nothing_asked()));
    };
    let question = find_question(bot, asked.revision_id).await?;
    let message = view::live::podium::question_page(&Page {
        quiz,
        page: at,
        of: all.len(),
        question: &question,
        topic_title: &filter::topic_title(bot.bank.syllabus(), &question.topic),
        own: asked.choices,
    });
    Ok(match on_private_message {
        true => Reply::Update(message),
        false => Reply::Say(message),
    })
}
