//! A private quiz: one message only its player sees, which moves on by being rewritten.
//!
//! Everything it shows is read from the database, so it goes on after a restart, on another device and as late as one
//! likes.

use anyhow::Context as _;

use crate::app::choose;
use crate::app::judge::judge_round;
use crate::app::reviews;
use crate::bank::filter;
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::handlers::find_question;
use crate::handlers::stop::Handled;
use crate::ids::{GuildId, QuizId, RoundId};
use crate::interaction::{Caller, Step};
use crate::reply::{Message, Reply};
use crate::rules::question::Kind;
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::quizzes::{NewQuiz, Quiz, QuizQuestion, State};
use crate::store::rounds;
use crate::view;
use crate::view::quiz::QuizPosition;
use crate::view::quiz_summary::QuizResult;

/// Begins a private quiz of these questions with the first of them. `wanted` is how many were asked for; where there
/// are fewer, that is said.
pub async fn begin_quiz(
    bot: &Bot,
    caller: &Caller,
    source: Source,
    title: &str,
    wanted: usize,
    questions: &[rounds::QuestionToAsk],
) -> Handled<Message> {
    if questions.is_empty() {
        return Ok(view::quiz::nothing_fits());
    }
    let now = bot.now();
    let (guild, user) = (caller.guild, caller.member.user);
    let mut tx = bot.db.begin().await?;
    store::guilds::ensure_guild(&mut *tx, guild, "UTC", now).await?;
    store::quizzes::cancel_unfinished(&mut *tx, guild, user, source, now).await?;
    let new = NewQuiz {
        guild,
        channel: caller.channel,
        source,
        host: user,
        requested_by: caller.id,
        title,
        state: State::Running,
        at: now,
    };
    let Some(id) = store::quizzes::create_quiz(&mut tx, &new, questions).await? else {
        // Discord delivered this command twice; the first delivery replies.
        return Ok(view::daily::done_already());
    };
    tx.commit().await?;
    let quiz = store::quizzes::find_quiz(&bot.db, guild, id)
        .await?
        .context("the quiz was just made")?;
    let few = (questions.len() < wanted).then_some(questions.len());
    go_on(bot, &quiz, few).await
}

/// `/quiz resume`: what was left unfinished.
pub async fn resume_quiz(bot: &Bot, caller: &Caller) -> Handled<Message> {
    let quiz = store::quizzes::find_unfinished(&bot.db, caller.guild, caller.member.user)
        .await?
        .ok_or_else(view::quiz::nothing_unfinished)?;
    go_on(bot, &quiz, None).await
}

/// A button on a quiz's message.
pub async fn take_step(bot: &Bot, caller: &Caller, quiz: QuizId, step: Step) -> Handled {
    let quiz = store::quizzes::find_quiz(&bot.db, caller.guild, quiz)
        .await?
        .filter(|quiz| quiz.host_id == caller.member.user)
        .ok_or_else(view::quiz::not_yours)?;
    Ok(Reply::Update(match step {
        Step::Next => go_on(bot, &quiz, None).await?,
        Step::Stop => {
            store::quizzes::end_quiz(&bot.db, quiz.quiz_id, State::Finished, bot.now()).await?;
            compose_summary(bot, &quiz, None).await?
        }
        Step::Back { number } | Step::FollowUps { number } | Step::ModelAnswer { number, .. } => {
            let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
            match find_judged(&turns, number) {
                Some(turn) => page_behind(bot, &quiz, &turns, turn, step).await?,
                None => go_on(bot, &quiz, None).await?,
            }
        }
        Step::Again => repeat_missed(bot, caller, &quiz).await?,
        Step::Rate { number, rating } => {
            let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
            if let Some(turn) = find_judged(&turns, number) {
                reviews::rate_card(bot, quiz.guild_id, quiz.host_id, turn.round_id, rating).await?;
            }
            go_on(bot, &quiz, None).await?
        }
        Step::Remind => {
            let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
            let new = reviews::remind_all(bot, quiz.guild_id, quiz.host_id, &turns).await?;
            compose_summary(bot, &quiz, Some(view::review::reminded_of(new))).await?
        }
    }))
}

/// A page about a question that was judged.
async fn page_behind(
    bot: &Bot,
    quiz: &Quiz,
    turns: &[QuizQuestion],
    turn: &QuizQuestion,
    step: Step,
) -> Handled<Message> {
    if let Some(until) = store::asked::find_asked_now(&bot.db, quiz.guild_id, turn.question_id).await? {
        return Ok(view::quiz::kept_page(
            quiz_position(quiz, turns, turn),
            until,
            bot.now(),
        ));
    }
    let asked = find_question(bot, turn.revision_id).await?;
    match step {
        Step::FollowUps { .. } => Ok(view::quiz::follow_ups(&asked, quiz_position(quiz, turns, turn))),
        Step::ModelAnswer { follow_up, .. } => Ok(view::quiz::model_answer(
            &asked,
            quiz_position(quiz, turns, turn),
            follow_up,
        )),
        Step::Next | Step::Stop | Step::Back { .. } | Step::Again | Step::Rate { .. } | Step::Remind => {
            compose_verdict(bot, quiz, turns, turn).await
        }
    }
}

/// The question that waits for an answer, or the result where none does. `few` says how many questions there are
/// where more were asked for.
pub async fn go_on(bot: &Bot, quiz: &Quiz, few: Option<usize>) -> Handled<Message> {
    if quiz.state != State::Running {
        return compose_summary(bot, quiz, None).await;
    }
    store::quizzes::leave_out(&bot.db, quiz.quiz_id).await?;
    let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
    // Answered, but the process ended before it was judged.
    let unjudged = turns.iter().find(|turn| is_going(turn) && turn.choices.is_some());
    if let Some(turn) = unjudged
        && (find_waiting(&turns).is_none()
            || store::asked::find_asked_now(&bot.db, quiz.guild_id, turn.question_id)
                .await?
                .is_none())
    {
        return judge_and_show(bot, quiz, turn.round_id).await;
    }
    let Some(turn) = find_waiting(&turns) else {
        store::quizzes::end_quiz(&bot.db, quiz.quiz_id, State::Finished, bot.now()).await?;
        return compose_summary(bot, quiz, None).await;
    };
    store::quizzes::open_private_round(&bot.db, turn.round_id, bot.now()).await?;
    let asked = find_question(bot, turn.revision_id).await?;
    let topic = filter::topic_title(bot.bank.syllabus(), &asked.topic);
    let place = quiz_position(quiz, &turns, turn);
    Ok(view::quiz::quiz_question(
        &asked,
        &topic,
        turn.round_id,
        place,
        few,
    ))
}

/// What follows an answer: it is judged at once, and the message shows the verdict.
pub async fn show_verdict(bot: &Bot, guild: GuildId, round: RoundId) -> Handled {
    let round = rounds::find_round(&bot.db, guild, round)
        .await?
        .context("it was just answered")?;
    let quiz = round.quiz_id.context("a private round belongs to a quiz")?;
    let quiz = store::quizzes::find_quiz(&bot.db, guild, quiz)
        .await?
        .context("a round's quiz is of the same guild")?;
    Ok(Reply::Update(judge_and_show(bot, &quiz, round.round_id).await?))
}

/// What follows an answer that was not taken: in one's own quiz what comes next, because the question is open in the
/// server by now or is no longer asked.
pub async fn not_taken(bot: &Bot, caller: &Caller, round: RoundId) -> Handled {
    let quiz = rounds::find_round(&bot.db, caller.guild, round)
        .await?
        .filter(|round| round.only_user_id == Some(caller.member.user))
        .and_then(|round| round.quiz_id)
        .ok_or_else(view::answer::unknown_round)?;
    let quiz = store::quizzes::find_quiz(&bot.db, caller.guild, quiz)
        .await?
        .ok_or_else(view::quiz::not_yours)?;
    Ok(Reply::Update(go_on(bot, &quiz, None).await?))
}

/// Judges an answered question, once, and shows the verdict.
async fn judge_and_show(bot: &Bot, quiz: &Quiz, round: RoundId) -> Handled<Message> {
    let now = bot.now();
    let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
    let turn = turns.iter().find(|turn| turn.round_id == round);
    let turn = turn.context("a quiz's rounds are its turns")?;
    if let Some(until) = store::asked::find_asked_now(&bot.db, quiz.guild_id, turn.question_id).await? {
        return Ok(view::quiz::kept_page(
            quiz_position(quiz, &turns, turn),
            until,
            now,
        ));
    }
    let mut tx = bot.db.begin().await?;
    rounds::close_round(&mut *tx, round, now).await?;
    judge_round(bot, &mut tx, round, now).await?;
    fail_point("quiz.judged");
    tx.commit().await?;
    let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
    let turn = turns.iter().find(|turn| turn.round_id == round);
    compose_verdict(bot, quiz, &turns, turn.context("a quiz's rounds are its turns")?).await
}

/// A question that was answered and judged; `None` where the number is made up or it is still open.
fn find_judged(turns: &[QuizQuestion], number: u8) -> Option<&QuizQuestion> {
    turns
        .iter()
        .find(|turn| turn.number == i16::from(number) && turn.state == rounds::State::Revealed)
}

/// The first question that waits for its answer.
fn find_waiting(turns: &[QuizQuestion]) -> Option<&QuizQuestion> {
    turns.iter().find(|turn| is_going(turn) && turn.choices.is_none())
}

/// Whether a question was not judged yet.
fn is_going(turn: &QuizQuestion) -> bool {
    matches!(turn.state, rounds::State::Waiting | rounds::State::Posted)
}

fn quiz_position(quiz: &Quiz, turns: &[QuizQuestion], turn: &QuizQuestion) -> QuizPosition {
    QuizPosition {
        quiz: quiz.quiz_id,
        source: quiz.source,
        number: question_number(turn),
        // Questions may have been left out; the others keep their numbers.
        of: turns.last().map_or(0, question_number),
        more: find_waiting(turns).is_some() && quiz.state == State::Running,
    }
}

async fn compose_verdict(
    bot: &Bot,
    quiz: &Quiz,
    turns: &[QuizQuestion],
    turn: &QuizQuestion,
) -> Handled<Message> {
    let asked = find_question(bot, turn.revision_id).await?;
    let chosen = turn.choices.unwrap_or(Choices::NONE);
    let place = quiz_position(quiz, turns, turn);
    let (worth, rated) = match quiz.source {
        Source::Review => (
            None,
            reviews::find_rating(bot, quiz.guild_id, quiz.host_id, turn.round_id).await?,
        ),
        Source::Daily | Source::Live | Source::Solo => (Some(turn.points.unwrap_or_default()), None),
    };
    let (guild, player) = (quiz.guild_id, quiz.host_id);
    let words = match asked.kind {
        Kind::Single | Kind::Multiple | Kind::Output => None,
        Kind::Open => store::open_answers::of_member(&bot.db, guild, turn.round_id, player).await?,
    };
    if let Some(answer) = words {
        let (round, words) = (turn.round_id, &answer.words);
        return Ok(view::quiz::own_words(
            &asked,
            place,
            round,
            words,
            answer.marks,
            worth,
        ));
    }
    let rated = rated
        .map(|(outlook, rating)| view::review::rating_buttons(place.quiz, place.number, &outlook, rating));
    Ok(view::quiz::quiz_verdict(&asked, place, chosen, worth, rated))
}

/// How it went. `done` is what a button on it just did.
async fn compose_summary(bot: &Bot, quiz: &Quiz, done: Option<String>) -> Handled<Message> {
    let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
    let mut results = Vec::new();
    for turn in &turns {
        let asked = find_question(bot, turn.revision_id).await?;
        results.push(QuizResult {
            title: asked.title.clone(),
            topic: filter::topic_title(bot.bank.syllabus(), &asked.topic),
            right: turn.correct,
            own_words: turn.choices == Some(Choices::NONE),
            points: turn.points.unwrap_or_default(),
            took: turn.took(),
        });
    }
    let ended = view::quiz_summary::Ended {
        quiz: quiz.quiz_id,
        source: quiz.source,
        title: &quiz.title,
        results: &results,
        done,
    };
    Ok(view::quiz_summary::quiz_summary(&ended))
}

/// A new quiz of what was not right in this one, in the same message.
async fn repeat_missed(bot: &Bot, caller: &Caller, quiz: &Quiz) -> Handled<Message> {
    let turns = store::quizzes::quiz_questions(&bot.db, quiz.quiz_id).await?;
    let missed: Vec<_> = turns
        .iter()
        .filter(|turn| turn.correct != Some(true) && turn.choices != Some(Choices::NONE))
        .map(|turn| turn.question_id)
        .collect();
    let mut tx = bot.db.begin().await?;
    let asked = choose::current_revisions(bot, &mut tx, caller.guild, &missed).await?;
    tx.commit().await?;
    begin_quiz(bot, caller, quiz.source, &quiz.title, asked.len(), &asked).await
}

fn question_number(turn: &QuizQuestion) -> u8 {
    u8::try_from(turn.number).unwrap_or(u8::MAX)
}
