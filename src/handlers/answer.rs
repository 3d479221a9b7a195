//! Choosing an option.

use crate::app::answers::take_answer;
use crate::app::live::close_if_all_answered;
use crate::bot::Bot;
use crate::handlers::rounds::require_tellable;
use crate::handlers::stop::Handled;
use crate::handlers::{explain, find_question, quiz};
use crate::ids::RoundId;
use crate::interaction::Caller;
use crate::reply::Reply;
use crate::rules::question::{Kind, Question};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::rounds::State;
use crate::view;

/// One option of a single-choice question.
pub async fn answer_single(bot: &Bot, caller: &Caller, round: RoundId, option: u8) -> Handled {
    record_choices(
        bot,
        caller,
        round,
        Choices::single(option).unwrap_or(Choices::NONE),
    )
    .await
}

/// All chosen options of a multiple-choice question: the select's values, which can be forged.
pub async fn answer_multiple(bot: &Bot, caller: &Caller, round: RoundId, values: &[String]) -> Handled {
    let positions = values.iter().filter_map(|value| value.parse::<u8>().ok());
    record_choices(bot, caller, round, positions.collect()).await
}

async fn record_choices(bot: &Bot, caller: &Caller, round: RoundId, choices: Choices) -> Handled {
    let Some(recorded) = take_answer(bot, caller, round, choices, None).await? else {
        return quiz::private::not_taken(bot, caller, round).await;
    };
    let question = find_question(bot, recorded.revision).await?;
    let receipt = |counts| match recorded.source {
        Source::Live => view::live::round::choice_receipt(&question, counts, recorded.first),
        Source::Daily | Source::Solo | Source::Review => {
            view::answer::answer_receipt(&question, counts, recorded.reveal_at)
        }
    };
    match recorded.source {
        Source::Solo | Source::Review if fits_question(&question, choices) => {
            return quiz::private::show_verdict(bot, caller.guild, round).await;
        }
        Source::Live if recorded.first => close_if_all_answered(bot, round).await?,
        Source::Daily | Source::Live | Source::Solo | Source::Review => {}
    }
    if recorded.written {
        return Ok(Reply::Say(receipt(choices)));
    }
    if !fits_question(&question, choices) {
        return Ok(Reply::Say(view::answer::no_such_option()));
    }
    // Too late, or a newer click was here first: say what counts, not what was pressed.
    let counts = store::answers::of_member(&bot.db, round, caller.member.user).await?;
    Ok(match (recorded.state, counts) {
        (State::Revealed, own) => {
            require_tellable(bot, caller.guild, recorded.question).await?;
            explain::explain_late_click(&question, round, own)
        }
        (_, Some(counts)) if caller.at < recorded.reveal_at => Reply::Say(receipt(counts)),
        (_, counts) => Reply::Say(view::answer::too_late(&question, counts)),
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
