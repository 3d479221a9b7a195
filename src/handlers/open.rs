//! Questions answered in one's own words: writing, looking at it after the reveal, marking, sharing, voting.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::answers::take_answer;
use crate::bot::Bot;
use crate::handlers::answer::Click;
use crate::handlers::{find_question, quiz};
use crate::ids::{GuildId, InteractionId, OpenAnswerId, RoundId, UserId};
use crate::interaction::Member;
use crate::reply::{Message, Reply};
use crate::rules::open_answer::{MOST_CHARACTERS, Marks, tidy_words};
use crate::rules::question::{Kind, Question};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::answers::NewAnswer;
use crate::store::open_answers::OpenAnswer;
use crate::store::rounds::{Round, State};
use crate::view;
use crate::view::quote::fits_everywhere;

/// How long recording may take, so that a reply with the words still arrives in time.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_000);

/// The button below an open question: the form, or after the reveal what it would be about.
pub async fn open_form(bot: &Bot, click: Click<'_>) -> anyhow::Result<Reply> {
    let user = click.member.user;
    let (round, asked) = match find_open_question(bot, click.guild, click.round, user).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Reply::Say(refusal)),
    };
    let before = store::open_answers::of_member(&bot.db, click.guild, click.round, user).await?;
    Ok(match answer_stage(&round, click.at) {
        Stage::Open(_) => {
            let words = before.map(|before| before.words).unwrap_or_default();
            Reply::Modal(view::open::answer_form(&asked, click.round, &words))
        }
        Stage::Closing => Reply::Say(view::open::time_is_up()),
        Stage::Revealed => Reply::Say(compose_beside_rubric(bot, &asked, click.round, before).await?),
    })
}

/// The form, filled in. Its fields are untrusted. Whatever goes wrong, the words are given back: the form is gone.
pub async fn submit_words(
    bot: &Bot,
    click: Click<'_>,
    fields: &[(String, Vec<String>)],
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    let id = click.id;
    let typed = fields
        .iter()
        .find(|(name, _)| name == view::open::WORDS)
        .and_then(|(_, values)| values.first());
    let words = tidy_words(typed.map_or("", String::as_str));
    let recorded = tokio::time::timeout(
        ANSWER_WITHIN,
        record_words(bot, click, &words, on_private_message),
    )
    .await;
    match recorded.unwrap_or_else(|_| Err(anyhow::anyhow!("it took too long"))) {
        Err(error) if !words.is_empty() => {
            tracing::error!(
                error = format!("{error:#}"),
                "an answer in one's own words was perhaps not recorded"
            );
            metrics::counter!("greenroom_interactions_failed_total").increment(1);
            Ok(Reply::Say(view::open::recording_failed(&id.to_string(), &words)))
        }
        done => done,
    }
}

async fn record_words(
    bot: &Bot,
    click: Click<'_>,
    words: &str,
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    let Click {
        id,
        at,
        guild,
        member,
        round,
    } = click;
    if words.is_empty() {
        return Ok(Reply::Say(view::open::no_words()));
    }
    let found = find_open_question(bot, guild, round, member.user).await?;
    if let Err(refusal) = found {
        return Ok(Reply::Say(refusal));
    }
    if words.chars().count() > MOST_CHARACTERS || !fits_everywhere(words) {
        return Ok(Reply::Say(view::open::too_long(words)));
    }
    let answer = NewAnswer {
        guild,
        round,
        user: member.user,
        name: &member.name,
        choices: Choices::NONE,
        words: Some(words),
        interaction: id,
        at,
    };
    let Some(recorded) = take_answer(bot, member, &answer).await? else {
        return quiz::private::not_taken(bot, guild, member.user, round).await;
    };
    match recorded.source {
        Source::Solo | Source::Review => return quiz::private::show_verdict(bot, guild, round).await,
        Source::Daily | Source::Live => {}
    }
    if recorded.first {
        bot.stale_counts.add(round);
    }
    let counts = store::open_answers::of_member(&bot.db, guild, round, member.user).await?;
    let in_time = recorded.state != State::Revealed && at < recorded.reveal_at;
    Ok(match counts {
        // Or a newer one was here first: then that is what it shows.
        Some(counts) if in_time => {
            let receipt = view::open::words_receipt(round, &counts.words, counts.shared, recorded.reveal_at);
            update_or_say(on_private_message, receipt)
        }
        counts => {
            let revealed = recorded.state == State::Revealed;
            Reply::Say(view::open::too_late(round, words, counts.is_some(), revealed))
        }
    })
}

/// One's own words beside the rubric.
pub async fn show_own_answer(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    let (found, asked) = match find_open_question(bot, guild, round, user).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Reply::Say(refusal)),
    };
    if found.state != State::Revealed {
        return Ok(Reply::Say(view::reveal::not_yet()));
    }
    let answer = store::open_answers::of_member(&bot.db, guild, round, user).await?;
    Ok(update_or_say(
        on_private_message,
        compose_beside_rubric(bot, &asked, round, answer).await?,
    ))
}

/// Marks a criterion of one's own answer.
pub async fn mark_criterion(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    (round, criterion, met): (RoundId, u8, bool),
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    let (found, asked) = match find_open_question(bot, guild, round, user).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Reply::Say(refusal)),
    };
    if found.state != State::Revealed {
        return Ok(Reply::Say(view::reveal::not_yet()));
    }
    let criterion = Marks::single(criterion).filter(|_| usize::from(criterion) < asked.rubric.len());
    let Some(criterion) = criterion else {
        return Ok(Reply::Say(view::help::unknown_action()));
    };
    let Some(answer) =
        store::open_answers::mark_criterion(&bot.db, guild, round, user, criterion, met).await?
    else {
        return Ok(Reply::Say(view::open::not_answered()));
    };
    // In a private quiz the marks are on the page that goes on.
    if found.only_user_id.is_some() {
        return quiz::private::show_verdict(bot, guild, round).await;
    }
    Ok(update_or_say(
        on_private_message,
        compose_beside_rubric(bot, &asked, round, Some(answer)).await?,
    ))
}

/// Lets the others read one's own answer, or no longer.
pub async fn share_answer(
    bot: &Bot,
    click: Click<'_>,
    share: bool,
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    let Click { id, guild, round, .. } = click;
    let user = click.member.user;
    let (found, asked) = match find_open_question(bot, guild, round, user).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Reply::Say(refusal)),
    };
    // What is practised alone has nobody to be shared with; only a forged button asks.
    if found.only_user_id.is_some() {
        return Ok(Reply::Say(view::help::unknown_action()));
    }
    let changed = store::open_answers::share_answer(&bot.db, guild, round, user, share, id).await?;
    let answer = match changed {
        Some(changed) => changed,
        // It was so already, or a newer click decided otherwise: what stands there is what is told.
        None => match store::open_answers::of_member(&bot.db, guild, round, user).await? {
            Some(answer) => answer,
            None => return Ok(Reply::Say(view::open::not_answered())),
        },
    };
    let message = match answer_stage(&found, click.at) {
        Stage::Open(reveal_at) => view::open::words_receipt(round, &answer.words, answer.shared, reveal_at),
        Stage::Closing => view::open::shared_now(answer.shared),
        Stage::Revealed => {
            bot.shared_answers.notify_one();
            compose_beside_rubric(bot, &asked, round, Some(answer)).await?
        }
    };
    Ok(update_or_say(on_private_message, message))
}

/// Finds a shared answer convincing, or no longer.
pub async fn vote_convincing(
    bot: &Bot,
    id: InteractionId,
    guild: GuildId,
    member: &Member,
    answer: OpenAnswerId,
) -> anyhow::Result<Reply> {
    let voted = store::open_answers::toggle_vote(&bot.db, guild, answer, member.user, id).await?;
    Ok(Reply::Say(match voted {
        None => view::open::not_shared(),
        Some(voted) if voted.author == member.user => view::open::own_vote(),
        Some(voted) if !voted.shared => view::open::not_shared(),
        Some(voted) => {
            bot.shared_answers.notify_one();
            let convincing = match voted.convincing {
                Some(convincing) => convincing,
                None => store::open_answers::has_voted(&bot.db, answer, member.user).await?,
            };
            view::open::vote_noted(convincing)
        }
    }))
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

/// The open question of a round, or what to say instead. The button's number is untrusted.
async fn find_open_question(
    bot: &Bot,
    guild: GuildId,
    round: RoundId,
    user: UserId,
) -> anyhow::Result<Result<(Round, Arc<Question>), Message>> {
    let found = store::rounds::find_round(&bot.db, guild, round).await?;
    let Some(round) = found.filter(|round| round.only_user_id.is_none_or(|only| only == user)) else {
        return Ok(Err(view::answer::unknown_round()));
    };
    match round.state {
        State::Planned | State::Posted | State::Revealed => {}
        State::Waiting | State::Skipped | State::Failed => return Ok(Err(view::answer::unknown_round())),
    }
    let Some(revision) = round.revision_id else {
        return Ok(Err(view::answer::unknown_round()));
    };
    let asked = find_question(bot, revision).await?;
    Ok(match asked.kind {
        Kind::Open => Ok((round, asked)),
        Kind::Single | Kind::Multiple | Kind::Output => Err(view::answer::no_such_option()),
    })
}

async fn compose_beside_rubric(
    bot: &Bot,
    asked: &Question,
    round: RoundId,
    answer: Option<OpenAnswer>,
) -> sqlx::Result<Message> {
    let Some(answer) = answer else {
        return Ok(view::open::own_answer(asked, round, None));
    };
    let votes = store::open_answers::count_votes(&bot.db, answer.open_answer_id).await?;
    let own = view::open::Own {
        words: &answer.words,
        marks: answer.marks,
        shared: answer.shared,
        votes,
    };
    Ok(view::open::own_answer(asked, round, Some(own)))
}

/// One's own message is rewritten in place; nothing others see ever is.
fn update_or_say(on_private_message: bool, message: Message) -> Reply {
    match on_private_message {
        true => Reply::Update(message),
        false => Reply::Say(message),
    }
}
