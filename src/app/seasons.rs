//! How seasons ended, and who is not named.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::bot::Bot;
use crate::ids::{GuildId, UserId};
use crate::rules::season::Season;
use crate::store;
use crate::store::archive::{ResultRow, Which};
use crate::view::standings::Line;

/// How a season ended; `None` while it has not, and where nobody took part.
pub async fn final_standings(
    bot: &Bot,
    guild: GuildId,
    start: NaiveDate,
) -> anyhow::Result<Option<(Season, Vec<Line>)>> {
    let rows = store::archive::final_results(&bot.db, guild, Which::One(start)).await?;
    let season = rows.first().map(|row| row.season);
    Ok(season.map(|season| (season, rows.into_iter().map(result_line).collect())))
}

/// Members who keep their points but not their name.
pub async fn hidden_members(bot: &Bot, guild: GuildId) -> sqlx::Result<HashSet<UserId>> {
    let hidden = store::boards::hidden_members(&bot.db, guild).await?;
    Ok(hidden.into_iter().collect())
}

/// A row of the final standings as a line of a board.
pub fn result_line(row: ResultRow) -> Line {
    let regraded = row.regraded_points;
    Line {
        rank: i64::from(row.rank),
        user: row.user,
        name: row.name,
        left: row.left,
        points: i64::from(row.points),
        correct: i64::from(row.correct),
        answers: i64::from(row.answers),
        note: regraded.map(|points| format!("{points} after what was revealed or corrected later")),
    }
}
