//! The answers members let the others read. Below each stands how many members it convinced. An answer that was
//! withdrawn is replaced by a note.

use crate::bot::Bot;
use crate::jobs::outbox::about::{Compose, Weight};
use crate::store;
use crate::store::open_answers::OpenAnswer;
use crate::store::outbox::Item;
use crate::view;

/// What stands in the thread for an answer.
pub(super) async fn compose_answer(bot: &Bot, item: &Item, answer: &OpenAnswer) -> anyhow::Result<Compose> {
    if !answer.shared {
        return Ok(match item.message_id {
            Some(_) => Compose::Say(view::open::answer_withdrawn(), Weight::Retried),
            // Taken back before anybody saw it.
            None => Compose::Nothing,
        });
    }
    let hidden = store::open_answers::author_hides(&bot.db, answer).await?;
    let votes = store::open_answers::count_votes(&bot.db, answer.open_answer_id).await?;
    let author = (!hidden).then_some(answer.user_id);
    let shown = view::open::shared_answer(author, &answer.words, answer.open_answer_id, votes);
    Ok(Compose::Say(shown, Weight::Retried))
}
