//! `/question`: for those who write and check questions. Managers only, because it tells keys.

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::ids::QuestionId;
use crate::interaction::{Caller, Side};
use crate::reply::Message;
use crate::store;
use crate::store::questions::Current;
use crate::view;

/// `/question preview`: how members will see a question.
pub async fn preview_question(bot: &Bot, caller: &Caller, slug: &str) -> Handled<Message> {
    caller.require_manager()?;
    let current = store::questions::by_slug(&bot.db, caller.guild, slug.trim())
        .await?
        .ok_or_else(|| view::author::no_such(slug))?;
    compose_side(bot, current, Side::Question).await
}

/// Another side of the question that is looked at.
pub async fn show_side(bot: &Bot, caller: &Caller, id: QuestionId, to: Side) -> Handled {
    // Asked again: the button may have been forged, and what it shows is the key.
    caller.require_manager()?;
    let current = store::questions::by_id(&bot.db, caller.guild, id)
        .await?
        .ok_or_else(view::help::unknown_action)?;
    Ok(caller.update_or_say(compose_side(bot, current, to).await?))
}

async fn compose_side(bot: &Bot, current: Current, side: Side) -> Handled<Message> {
    let question = bot.revisions.get(&bot.db, current.revision_id).await?;
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    Ok(view::author::show_side(
        &question,
        &topic,
        current.question_id,
        side,
        bot.now(),
    ))
}
