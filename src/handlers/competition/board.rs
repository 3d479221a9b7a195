//! The board of a competition as a member sees it.

use crate::app::seasons::hidden_members;
use crate::app::standings::{competition_standings, describe_competition};
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::interaction::Member;
use crate::reply::Message;
use crate::store;
use crate::store::competitions::Competition;
use crate::view;
use crate::view::competition::{Entry, Shown};
use crate::view::standings::Page;

/// One page of the board as a member sees it.
pub async fn show_board(
    bot: &Bot,
    competition: &Competition,
    member: &Member,
    page: u32,
) -> Handled<Message> {
    let standing = competition_standings(bot, competition).await?;
    let entrant = store::entrants::find_entrant(&bot.db, competition.competition_id, member.user).await?;
    let entry = match entrant {
        Some(entrant) if entrant.left_at.is_some() => Entry::Left,
        Some(entrant) => Entry::In(entrant.team),
        None if competition.is_free() => Entry::NotNeeded,
        None => Entry::Out,
    };
    let described = describe_competition(bot, competition);
    let page = Page {
        lines: &standing.lines,
        hidden: &hidden_members(bot, competition.guild_id).await?,
        viewer: Some(member.user),
        page: usize::try_from(page).unwrap_or(usize::MAX),
    };
    // Only on the first page, where the podium is.
    let card = view::competition::podium_image(&described, &standing, &page).filter(|_| page.page == 0);
    let picture = bot.pictures.of(card).await;
    let board = view::competition::board_message(&Shown {
        described: &described,
        standing: &standing,
        entry,
        page: &page,
    });
    Ok(board.illustrated(picture))
}
