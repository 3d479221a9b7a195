//! Choosing an option.

use chrono::{DateTime, Utc};

use crate::app::answers::take_answer;
use crate::app::live::close_if_all_answered;
use crate::bot::Bot;
use crate::handlers::{explain, find_question, quiz};
use crate::ids::{GuildId, InteractionId, RoundId};
use crate::interaction::Member;
use crate::reply::Reply;
use crate::rules::question::{Kind, Question};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::answers::NewAnswer;
use crate::store::rounds::State;
use crate::view;

/// A click on an open question, by somebody somewhere.
pub struct Click<'a> {
    /// Grows with time; the newest counts.
    pub id: InteractionId,
    /// When the person clicked.
    pub at: DateTime<Utc>,
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub member: &'a Member,
    /// On which round.
    pub round: RoundId,
}

/// One option of a single-choice question.
pub async fn answer_single(bot: &Bot, click: Click<'_>, option: u8) -> anyhow::Result<Reply> {
    record_choices(bot, click, Choices::single(option).unwrap_or(Choices::NONE)).await
}

/// All chosen options of a multiple-choice question: the select's values, which can be forged.
pub async fn answer_multiple(bot: &Bot, click: Click<'_>, values: &[String]) -> anyhow::Result<Reply> {
    let bits = values
        .iter()
        .filter_map(|value| Choices::single(value.parse().ok()?));
    let choices = bits.fold(0, |all, choice| all | choice.bits());
    record_choices(bot, click, Choices::from_bits(choices).unwrap_or(Choices::NONE)).await
}

async fn record_choices(bot: &Bot, click: Click<'_>, choices: Choices) -> anyhow::Result<Reply> {
    let Click {
        id,
        at,
        guild,
        member,
        round,
    } = click;
    let answer = NewAnswer {
        guild,
        round,
        user: member.user,
        name: &member.name,
        choices,
        words: None,
        interaction: id,
        at,
    };
    let Some(recorded) = take_answer(bot, member, &answer).await? else {
        return quiz::private::not_taken(bot, guild, member.user, round).await;
    };
    let asked = find_question(bot, recorded.revision).await?;
    let receipt = |counts| match recorded.source {
        Source::Live => view::live::round::choice_receipt(&asked, counts, recorded.first),
        Source::Daily | Source::Solo | Source::Review => {
            view::answer::answer_receipt(&asked, counts, recorded.reveal_at)
        }
    };
    match recorded.source {
        Source::Solo | Source::Review if fits_question(&asked, choices) => {
            return quiz::private::show_verdict(bot, guild, round).await;
        }
        Source::Live if recorded.first => close_if_all_answered(bot, round).await?,
        Source::Daily | Source::Live | Source::Solo | Source::Review => {}
    }
    if recorded.first {
        bot.stale_counts.add(round);
    }
    if recorded.written {
        return Ok(Reply::Say(receipt(choices)));
    }
    if !fits_question(&asked, choices) {
        return Ok(Reply::Say(view::answer::no_such_option()));
    }
    // Too late, or a newer click was here first: say what counts, not what was pressed.
    let counts = store::answers::of_member(&bot.db, round, member.user).await?;
    Ok(match (recorded.state, counts) {
        (State::Revealed, own) => explain::explain_late_click(&asked, round, own),
        (_, Some(counts)) if at < recorded.reveal_at => Reply::Say(receipt(counts)),
        (_, counts) => Reply::Say(view::answer::too_late(&asked, counts)),
    })
}

/// Whether the question can be answered this way; only a forged button asks for something else.
fn fits_question(question: &Question, choices: Choices) -> bool {
    let within = choices
        .iter()
        .all(|index| usize::from(index) < question.options.len());
    let count = match question.kind {
        Kind::Single | Kind::Output => choices.len() == 1,
        Kind::Multiple => !choices.is_empty(),
        Kind::Open => false,
    };
    within && count
}
