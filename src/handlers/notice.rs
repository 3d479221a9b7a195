//! The button under a notice shows the current or final standings.

use crate::bot::Bot;
use crate::handlers::{competition, season};
use crate::ids::{GuildId, NoticeId};
use crate::interaction::Member;
use crate::reply::Message;
use crate::store;
use crate::view;

/// The standings behind a notice.
pub async fn standings_behind(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    id: NoticeId,
) -> anyhow::Result<Message> {
    let notice = store::notices::find_notice(&bot.db, guild, id).await?;
    let Some(notice) = notice else {
        return Ok(view::help::unknown_action());
    };
    match (notice.season_start, notice.competition_id) {
        (Some(start), _) => season::season_results(bot, guild, member, start, 0).await,
        (None, Some(id)) => competition::board_page(bot, guild, member, id, 0).await,
        (None, None) => Ok(view::help::unknown_action()),
    }
}
