//! `/question`: for those who write and check questions. Managers only, because it tells keys.

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::is_manager;
use crate::ids::{GuildId, QuestionId};
use crate::interaction::{Member, Side};
use crate::reply::{Message, Reply};
use crate::store;
use crate::store::questions::Current;
use crate::view;

/// `/question preview`: how members will see a question.
pub async fn preview_question(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    slug: &str,
) -> anyhow::Result<Reply> {
    if !is_manager(member) {
        return Ok(Reply::Say(view::help::managers_only()));
    }
    Ok(Reply::Say(
        match store::questions::by_slug(&bot.db, guild, slug.trim()).await? {
            Some(current) => compose_side(bot, current, Side::Question).await?,
            None => view::author::no_such(slug),
        },
    ))
}

/// Another side of the question that is looked at.
pub async fn show_side(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    id: QuestionId,
    to: Side,
    on_private_message: bool,
) -> anyhow::Result<Reply> {
    // Asked again: the button may have been forged, and what it shows is the key.
    if !is_manager(member) {
        return Ok(Reply::Say(view::help::managers_only()));
    }
    let Some(current) = store::questions::by_id(&bot.db, guild, id).await? else {
        return Ok(Reply::Say(view::help::unknown_action()));
    };
    let message = compose_side(bot, current, to).await?;
    Ok(match on_private_message {
        true => Reply::Update(message),
        false => Reply::Say(message),
    })
}

async fn compose_side(bot: &Bot, current: Current, side: Side) -> anyhow::Result<Message> {
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
