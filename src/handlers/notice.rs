//! The button under a notice shows the current or final standings.

use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::handlers::{competition, season};
use crate::ids::NoticeId;
use crate::interaction::Caller;
use crate::reply::Message;
use crate::store;
use crate::view;

/// The standings behind a notice.
pub async fn standings_behind(bot: &Bot, caller: &Caller, id: NoticeId) -> Handled<Message> {
    let notice = store::notices::find_notice(&bot.db, caller.guild, id)
        .await?
        .ok_or_else(view::help::unknown_action)?;
    match (notice.season_start, notice.competition_id) {
        (Some(start), _) => season::season_results(bot, caller, start, 0).await,
        (None, Some(id)) => competition::board_page(bot, caller, id, 0).await,
        (None, None) => Err(view::help::unknown_action().into()),
    }
}
