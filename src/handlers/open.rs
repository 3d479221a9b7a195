//! Questions answered in one's own words: writing, looking at it after the reveal, marking, sharing, voting.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::answers::take_answer;
use crate::app::failure::describe_failure;
use crate::app::say::say_shared_answer;
use crate::bot::Bot;
use crate::handlers::quiz;
use crate::handlers::rounds::{find_asked, require_open, require_revealed, require_tellable};
use crate::handlers::stop::{Handled, Stop};
use crate::ids::{OpenAnswerId, QuestionId, RoundId};
use crate::interaction::Caller;
use crate::reply::{Message, Reply};
use crate::rules::open_answer::{MOST_CHARACTERS, Marks, tidy_words};
use crate::rules::outbox::OutboxKind;
use crate::rules::question::Question;
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::open_answers::OpenAnswer;
use crate::store::rounds::{Round, State};
use crate::view;
use crate::view::quote::fits_everywhere;

/// How long recording may take, so that a reply with the words still arrives in time.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_000);

/// The button below an open question: the form, or after the reveal what it would be about.
pub async fn open_form(bot: &Bot, caller: &Caller, round: RoundId) -> Handled {
    let (found, question) = require_open(find_asked(bot, caller, round).await?)?;
    let before = own_answer(bot, caller, round).await?;
    Ok(match answer_stage(&found, caller.at) {
        Stage::Open(_) => {
            let words = before.map(|before| before.words).unwrap_or_default();
            Reply::Modal(view::open::answer_form(&question, round, &words))
        }
        Stage::Closing => Reply::Say(view::open::time_is_up()),
        Stage::Revealed => {
            require_tellable(bot, caller.guild, question_id(&found)?).await?;
            Reply::Say(compose_beside_rubric(bot, &question, round, before).await?)
        }
    })
}

async fn own_answer(bot: &Bot, caller: &Caller, round: RoundId) -> sqlx::Result<Option<OpenAnswer>> {
    store::open_answers::of_member(&bot.db, caller.guild, round, caller.member.user).await
}

/// The form, filled in. Its fields are untrusted. Whatever goes wrong, the words are given back: the form is gone.
pub async fn submit_words(
    bot: &Bot,
    caller: &Caller,
    round: RoundId,
    fields: &[(String, Vec<String>)],
) -> Handled {
    let typed = fields
        .iter()
        .find(|(name, _)| name == view::open::WORDS)
        .and_then(|(_, values)| values.first());
    let words = tidy_words(typed.map_or("", String::as_str));
    if words.is_empty() {
        return Err(view::open::no_words().into());
    }
    let recording = record_words(bot, caller, round, &words);
    let recorded = tokio::time::timeout(ANSWER_WITHIN, recording).await;
    match recorded.unwrap_or_else(|_| Err(anyhow::anyhow!("it took too long").into())) {
        Err(Stop::Failed(error)) => {
            let error = describe_failure(bot, &error).await;
            tracing::error!(error, "an answer in one's own words was perhaps not recorded");
            metrics::counter!("greenroom_interactions_failed_total").increment(1);
            let failed = view::open::recording_failed(&caller.id.to_string(), &words);
            Err(failed.into())
        }
        done => done,
    }
}

async fn record_words(bot: &Bot, caller: &Caller, round: RoundId, words: &str) -> Handled {
    require_open(find_asked(bot, caller, round).await?)?;
    if words.chars().count() > MOST_CHARACTERS || !fits_everywhere(words) {
        return Err(view::open::too_long(words).into());
    }
    let Some(recorded) = take_answer(bot, caller, round, Choices::NONE, Some(words)).await? else {
        return quiz::private::not_taken(bot, caller, round).await;
    };
    match recorded.source {
        Source::Solo | Source::Review => {
            return quiz::private::show_verdict(bot, caller.guild, round).await;
        }
        Source::Daily | Source::Live => {}
    }
    let counts = own_answer(bot, caller, round).await?;
    let in_time = recorded.state != State::Revealed && caller.at < recorded.reveal_at;
    Ok(match counts {
        // Or a newer one was here first: then that is what it shows.
        Some(counts) if in_time => caller.update_or_say(view::open::words_receipt(
            round,
            &counts.words,
            counts.shared,
            recorded.reveal_at,
        )),
        counts => {
            let revealed = recorded.state == State::Revealed;
            Reply::Say(view::open::too_late(round, words, counts.is_some(), revealed))
        }
    })
}

/// An open question that may be explained.
async fn find_own(bot: &Bot, caller: &Caller, round: RoundId) -> Handled<(Round, Arc<Question>)> {
    require_revealed(bot, require_open(find_asked(bot, caller, round).await?)?).await
}

/// One's own words beside the rubric.
pub async fn show_own_answer(bot: &Bot, caller: &Caller, round: RoundId) -> Handled {
    let (_, question) = find_own(bot, caller, round).await?;
    let answer = own_answer(bot, caller, round).await?;
    Ok(caller.update_or_say(compose_beside_rubric(bot, &question, round, answer).await?))
}

/// Marks a criterion of one's own answer.
pub async fn mark_criterion(bot: &Bot, caller: &Caller, round: RoundId, criterion: u8, met: bool) -> Handled {
    let (found, question) = find_own(bot, caller, round).await?;
    let criterion = Marks::single(criterion)
        .filter(|_| usize::from(criterion) < question.rubric.len())
        .ok_or_else(view::help::unknown_action)?;
    let user = caller.member.user;
    let answer = store::open_answers::mark_criterion(&bot.db, caller.guild, round, user, criterion, met)
        .await?
        .ok_or_else(view::open::not_answered)?;
    // In a private quiz the marks are on the page that goes on.
    if found.only_user_id.is_some() {
        return quiz::private::show_verdict(bot, caller.guild, round).await;
    }
    Ok(caller.update_or_say(compose_beside_rubric(bot, &question, round, Some(answer)).await?))
}

/// Lets the others read one's own answer, or no longer.
pub async fn share_answer(bot: &Bot, caller: &Caller, round: RoundId, share: bool) -> Handled {
    let (found, question) = require_open(find_asked(bot, caller, round).await?)?;
    // What is practised alone has nobody to be shared with; only a forged button asks.
    if found.only_user_id.is_some() {
        return Err(view::help::unknown_action().into());
    }
    let changed = change_sharing(bot, caller, &found, share).await?;
    let answer = match changed {
        Some(changed) => changed,
        // It was so already, or a newer click decided otherwise: what stands there is what is told.
        None => own_answer(bot, caller, round)
            .await?
            .ok_or_else(view::open::not_answered)?,
    };
    let message = match answer_stage(&found, caller.at) {
        Stage::Open(reveal_at) => view::open::words_receipt(round, &answer.words, answer.shared, reveal_at),
        Stage::Closing => view::open::shared_now(answer.shared),
        Stage::Revealed => {
            // Done already; only what stands beside it may have to wait.
            match store::asked::find_asked_now(&bot.db, caller.guild, question_id(&found)?).await? {
                Some(_) => view::open::shared_now(answer.shared),
                None => compose_beside_rubric(bot, &question, round, Some(answer)).await?,
            }
        }
    };
    Ok(caller.update_or_say(message))
}

/// Notes whether an answer is shared. Where the reveal is shown, so is the answer, or no longer.
async fn change_sharing(
    bot: &Bot,
    caller: &Caller,
    round: &Round,
    share: bool,
) -> anyhow::Result<Option<OpenAnswer>> {
    let (guild, id, user) = (caller.guild, round.round_id, caller.member.user);
    let mut tx = bot.db.begin().await?;
    // Held: who notes that the reveal is shown looks for shared answers.
    let announced = store::rounds::hold_announced(&mut *tx, guild, id).await?;
    let changed = store::open_answers::share_answer(&mut *tx, guild, id, user, share, caller.id).await?;
    if let (Some(answer), Some(true)) = (&changed, announced) {
        let shown = (answer.open_answer_id, answer.message_id);
        say_shared_answer(&mut *tx, round, shown, bot.now()).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// Finds a shared answer convincing, or no longer.
pub async fn vote_convincing(bot: &Bot, caller: &Caller, answer: OpenAnswerId) -> Handled<Message> {
    let user = caller.member.user;
    let voted = store::open_answers::toggle_vote(&bot.db, caller.guild, answer, user, caller.id)
        .await?
        .ok_or_else(view::open::not_shared)?;
    if voted.author == user {
        return Ok(view::open::own_vote());
    }
    if !voted.shared {
        return Ok(view::open::not_shared());
    }
    store::outbox::touch_message(&bot.db, caller.guild, OutboxKind::SharedAnswer, answer.0).await?;
    let convincing = match voted.convincing {
        Some(convincing) => convincing,
        None => store::open_answers::has_voted(&bot.db, answer, user).await?,
    };
    Ok(view::open::vote_noted(convincing))
}

/// Where a round is for somebody who acts at a moment.
enum Stage {
    /// Answers count, until then.
    Open(DateTime<Utc>),
    /// Time is up, and nothing is told yet.
    Closing,
    Revealed,
}

fn answer_stage(round: &Round, at: DateTime<Utc>) -> Stage {
    match (round.state, round.reveal_at) {
        (State::Revealed, _) => Stage::Revealed,
        (_, Some(reveal_at)) if at < reveal_at => Stage::Open(reveal_at),
        (_, _) => Stage::Closing,
    }
}

fn question_id(round: &Round) -> Handled<QuestionId> {
    Ok(round.question_id.ok_or_else(view::answer::unknown_round)?)
}

async fn compose_beside_rubric(
    bot: &Bot,
    question: &Question,
    round: RoundId,
    answer: Option<OpenAnswer>,
) -> sqlx::Result<Message> {
    let Some(answer) = answer else {
        return Ok(view::open::own_answer(question, round, None));
    };
    let votes = store::open_answers::count_votes(&bot.db, answer.open_answer_id).await?;
    let own = view::open::Own {
        words: &answer.words,
        marks: answer.marks,
        shared: answer.shared,
        votes,
    };
    Ok(view::open::own_answer(question, round, Some(own)))
}
