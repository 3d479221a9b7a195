//! What a message says, and where: one match over the kinds there are.

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::ids::{NoticeId, OpenAnswerId, QuizId, RoundId};
use crate::jobs::outbox::about::{About, Compose, Earlier, Failure, Place};
use crate::jobs::outbox::{live_quiz, notice, nudge, question, shared_answer};
use crate::rules::outbox::OutboxKind;
use crate::store;
use crate::store::outbox::Item;

/// Finds what a message is about; `None` where that is gone.
pub(super) async fn find_about(bot: &Bot, item: &Item) -> sqlx::Result<Option<About>> {
    let (db, guild, id) = (&bot.db, item.guild_id, item.subject_id);
    let find_round = async |round| store::rounds::find_round(db, guild, round).await;
    let find_live = async || store::live::find_live(db, guild, QuizId(id)).await;
    Ok(match item.kind {
        OutboxKind::Question => find_round(RoundId(id)).await?.map(About::Question),
        OutboxKind::Discussion => find_round(RoundId(id)).await?.map(About::Discussion),
        OutboxKind::Lobby => find_live().await?.map(About::Lobby),
        OutboxKind::Podium => find_live().await?.map(About::Podium),
        OutboxKind::Notice => store::notices::find_notice(db, guild, NoticeId(id))
            .await?
            .map(About::Notice),
        OutboxKind::Nudge => store::nudges::find_planned(db, guild, id)
            .await?
            .map(About::Nudge),
        OutboxKind::SharedAnswer => {
            let Some(answer) = store::open_answers::find_answer(db, guild, OpenAnswerId(id)).await? else {
                return Ok(None);
            };
            let round = find_round(answer.round_id).await?;
            round.map(|round| About::SharedAnswer(Box::new((answer, round))))
        }
    })
}

/// Finds where a message belongs; a thread or a conversation is opened for it.
pub(super) async fn find_place(
    bot: &Bot,
    discord: &Discord,
    item: &Item,
    about: &mut About,
) -> Result<Place, Failure> {
    match about {
        About::Discussion(round) => Ok(Place::In(question::find_thread(bot, discord, round).await?)),
        About::SharedAnswer(both) => Ok(Place::In(both.1.thread_id.unwrap_or(both.1.channel_id))),
        About::Nudge(nudge) => nudge::find_conversation(bot, discord, nudge).await,
        About::Question(_) | About::Lobby(_) | About::Podium(_) | About::Notice(_) => match item.channel_id {
            Some(channel) => Ok(Place::In(channel)),
            None => Ok(Place::Nowhere("it has no channel")),
        },
    }
}

/// What a message says now.
pub(super) async fn compose(
    bot: &Bot,
    discord: &Discord,
    item: &Item,
    about: &mut About,
    earlier: Earlier,
) -> anyhow::Result<Compose> {
    match about {
        About::Question(round) => question::compose_question(bot, round, earlier).await,
        About::Discussion(round) => question::compose_discussion(bot, round, item.part).await,
        About::Lobby(live) => live_quiz::compose_lobby(bot, item, live).await,
        About::Podium(live) => live_quiz::compose_podium(bot, live).await,
        About::Notice(notice) => notice::compose_notice(bot, discord, notice).await,
        About::Nudge(nudge) => Ok(nudge::compose_nudge(nudge)),
        About::SharedAnswer(both) => shared_answer::compose_answer(bot, item, &both.0).await,
    }
}
