//! `/quiz live` and the buttons of a live quiz. What happens by time is in `jobs/live_quizzes.rs`; both only change
//! rows, each change under the state it starts from, so that it makes no difference who was first.

use crate::app::choose;
use crate::app::say::say_lobby;
use crate::bank::filter;
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::handlers::find_question;
use crate::handlers::quiz::options::{self, Wanted};
use crate::handlers::quiz::set;
use crate::handlers::stop::Handled;
use crate::ids::QuizId;
use crate::interaction::{Caller, LiveOptions, LiveStep};
use crate::reply::Message;
use crate::rules::outbox::OutboxKind;
use crate::rules::podium::rank_tallies;
use crate::rules::quiz::LOBBY;
use crate::rules::quiz::{Ending, Source};
use crate::rules::quiz_score::Rules;
use crate::store;
use crate::store::live::Live;
use crate::store::quizzes::{NewQuiz, State};
use crate::store::rounds::QuestionToAsk;
use crate::view;
use crate::view::live::podium::{Own, Page};

/// `/quiz live`: opens a lobby.
pub async fn open_lobby(bot: &Bot, caller: &Caller, typed: &LiveOptions) -> Handled<Message> {
    if !caller.member.manage_guild && !store::live::anyone_hosts(&bot.db, caller.guild).await? {
        return Ok(view::live::not_a_host());
    }
    let lacking = caller.lacking_permissions();
    if !lacking.is_empty() {
        return Ok(view::live::cannot_write(&lacking));
    }
    let (wanted, rules, of_set) = read_wishes(bot, caller, typed).await?;
    let now = bot.now();
    let starts_at = now + LOBBY;
    let mut tx = bot.db.begin().await?;
    store::guilds::ensure_guild(&mut *tx, caller.guild, "UTC", now).await?;
    store::live::lock_channel(&mut *tx, caller.channel).await?;
    if let Some(going) = store::live::in_channel(&mut *tx, caller.guild, caller.channel).await? {
        return Ok(view::live::channel_busy(
            caller.guild,
            caller.channel,
            going.message_id,
        ));
    }
    let asked = match of_set {
        Some(questions) => questions,
        None => {
            let seed = caller.seed();
            let (guild, filter) = (caller.guild, &wanted.filter);
            choose::choose_for_quiz(bot, &mut tx, guild, filter, wanted.count, seed, None).await?
        }
    };
    if asked.is_empty() {
        return Ok(view::quiz::nothing_fits());
    }
    let new = NewQuiz {
        guild: caller.guild,
        channel: caller.channel,
        source: Source::Live,
        host: caller.member.user,
        requested_by: caller.id,
        title: &wanted.title,
        state: State::Lobby,
        at: now,
    };
    let Some(quiz) = store::quizzes::create_quiz(&mut tx, &new, &asked).await? else {
        return Ok(view::daily::done_already());
    };
    let questions = i16::try_from(asked.len())?;
    store::live::insert_lobby(&mut *tx, quiz, questions, rules, starts_at).await?;
    say_lobby(&mut *tx, caller.guild, quiz, caller.channel, now).await?;
    fail_point("quiz.opened");
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    fail_point("quiz.announced");
    let wanted = i64::try_from(wanted.count)?;
    Ok(view::live::lobby_opened(starts_at, i64::from(questions), wanted))
}

/// What is asked and how it is played, with the questions where a set says which. A set may say how long each is open.
async fn read_wishes(
    bot: &Bot,
    caller: &Caller,
    typed: &LiveOptions,
) -> Handled<(Wanted, Rules, Option<Vec<QuestionToAsk>>)> {
    let syllabus = bot.bank.syllabus();
    let refuse = |mistakes: Vec<String>| view::quiz::option_mistakes(&mistakes);
    let Some(name) = &typed.set else {
        let (wanted, rules) = options::read_live_options(syllabus, typed).map_err(refuse)?;
        return Ok((wanted, rules, None));
    };
    let chosen = set::choose_from_set(bot, caller, name, None).await?;
    let typed = LiveOptions {
        seconds: typed.seconds.or(chosen.seconds.map(i64::from)),
        ..typed.clone()
    };
    let (mut wanted, rules) = options::read_live_options(syllabus, &typed).map_err(refuse)?;
    (wanted.title, wanted.count) = (chosen.name, chosen.wanted);
    Ok((wanted, rules, Some(chosen.questions)))
}

/// `/quiz settings`.
pub async fn change_host_rule(bot: &Bot, caller: &Caller, anyone_hosts: bool) -> Handled<Message> {
    caller.require_manager()?;
    store::guilds::ensure_guild(&bot.db, caller.guild, "UTC", bot.now()).await?;
    store::live::set_anyone_hosts(&bot.db, caller.guild, anyone_hosts).await?;
    Ok(view::live::host_rule(anyone_hosts))
}

/// A button of a live quiz.
pub async fn take_step(bot: &Bot, caller: &Caller, quiz: QuizId, step: LiveStep) -> Handled<Message> {
    let live = store::live::find_live(&bot.db, caller.guild, quiz)
        .await?
        .ok_or_else(view::live::unknown_quiz)?;
    match (step, live.state) {
        (LiveStep::Result, _) => show_own_result(bot, caller, &live).await,
        (_, State::Finished | State::Cancelled) => Ok(view::live::is_over()),
        (LiveStep::Join, State::Lobby | State::Running) => join_quiz(bot, caller, &live).await,
        (LiveStep::Leave, State::Running) => Ok(view::live::running_already()),
        (LiveStep::Leave, State::Lobby) => {
            let was_in =
                store::players::remove_player(&bot.db, caller.guild, quiz, caller.member.user).await?;
            touch_lobby(bot, &live).await?;
            Ok(view::live::player_left(was_in))
        }
        (LiveStep::Start | LiveStep::Next | LiveStep::Stop, State::Lobby | State::Running) => {
            move_on(bot, caller, &live, step).await
        }
    }
}

async fn join_quiz(bot: &Bot, caller: &Caller, live: &Live) -> Handled<Message> {
    let (user, name) = (caller.member.user, caller.member.name.as_str());
    let now = bot.now();
    let first = store::players::add_player(&bot.db, caller.guild, live.quiz_id, user, name, now).await?;
    if first && live.state == State::Lobby {
        touch_lobby(bot, live).await?;
    }
    Ok(view::live::player_joined(first))
}

/// Has the lobby list who has joined by now.
async fn touch_lobby(bot: &Bot, live: &Live) -> sqlx::Result<()> {
    let (guild, quiz) = (live.guild_id, live.quiz_id.0);
    store::outbox::touch_message(&bot.db, guild, OutboxKind::Lobby, quiz).await
}

/// What only the host and managers may do.
async fn move_on(bot: &Bot, caller: &Caller, live: &Live, step: LiveStep) -> Handled<Message> {
    if caller.member.user != live.host_id && !caller.member.manage_guild {
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
async fn show_own_result(bot: &Bot, caller: &Caller, live: &Live) -> Handled<Message> {
    let user = caller.member.user;
    let places = rank_tallies(&store::players::player_tallies(&bot.db, live.quiz_id, i16::MAX).await?);
    let mut own = Vec::new();
    for asked in store::players::answered_questions(&bot.db, caller.guild, live.quiz_id, user).await? {
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
pub async fn show_questions(bot: &Bot, caller: &Caller, quiz: QuizId, page: u8) -> Handled {
    let all = store::players::answered_questions(&bot.db, caller.guild, quiz, caller.member.user).await?;
    let at = usize::from(page).min(all.len().saturating_sub(1));
    let asked = all.get(at).ok_or_else(view::live::podium::nothing_asked)?;
    let open_until = store::asked::find_asked_now(&bot.db, caller.guild, asked.question_id).await?;
    if let Some(until) = open_until {
        let page = view::live::podium::kept_page(quiz, at, all.len(), until, bot.now());
        return Ok(caller.update_or_say(page));
    }
    let question = find_question(bot, asked.revision_id).await?;
    let message = view::live::podium::question_page(&Page {
        quiz,
        page: at,
        of: all.len(),
        question: &question,
        topic_title: &filter::topic_title(bot.bank.syllabus(), &question.topic),
        own: asked.choices,
    });
    Ok(caller.update_or_say(message))
}
