//! The leaderboard's card: up to ten rows, with changes of place and streaks.

use crate::picture::canvas::{
    Align, Canvas, FAINT, GREEN, INK, MARGIN, MEDALS, OWN, PANEL, RED, SMALL, TEXT, TITLE, WIDTH,
};
use crate::picture::fonts::Weight;
use crate::picture::text::{Line, fit_line, fitted_in, line_of, name_or};
use crate::picture::{NO_NAME, alternative_text};

/// Rows a card has room for, besides one's own.
pub const ROWS: usize = 10;
const ROW: f32 = 56.0;

/// What the card shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leaderboard {
    /// What it is the board of, such as "Leaderboard", a topic or a competition.
    pub title: String,
    /// The stretch of time, such as "Week of 16 Nov"; may be empty.
    pub period: String,
    /// The first rows in order, at most `ROWS`.
    pub rows: Vec<Row>,
    /// How many are not shown.
    pub more: usize,
    /// The reader's own row where it is not among the first ten.
    pub own: Option<Row>,
    /// What changes of place are compared with, such as "since the last reveal"; empty where none are known.
    pub since: String,
}

/// A row of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The place, from 1; ties share it.
    pub rank: u32,
    /// A member's or a team's name, as it is.
    pub name: String,
    /// The points, as text, because a team's are a mean.
    pub points: String,
    /// What became of the place.
    pub change: Change,
    /// Rounds answered in a row; shown from 2 on.
    pub streak: i64,
    /// Whether it is the reader's.
    pub own: bool,
}

/// What became of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Change {
    /// Nothing to compare with.
    #[default]
    Unknown,
    /// Not on the board before.
    New,
    /// As before.
    Same,
    /// That many places up.
    Up(u32),
    /// That many places down.
    Down(u32),
}

impl Change {
    /// From the place before, if there was one, to the place now.
    #[must_use]
    pub fn between(before: Option<u32>, now: u32) -> Self {
        match before {
            None => Self::New,
            Some(before) if before == now => Self::Same,
            Some(before) if before > now => Self::Up(before - now),
            Some(before) => Self::Down(now - before),
        }
    }
}

/// Where the columns are; those that no row needs take no room.
struct Columns {
    /// Where the ranks end.
    rank: f32,
    change: bool,
    name: f32,
    name_end: f32,
    flame: f32,
}

impl Columns {
    fn of(rows: &[&Row]) -> Self {
        let widest = |text: fn(&Row) -> Option<String>| {
            let lines = rows.iter().filter_map(|row| text(row));
            lines
                .map(|text| line_of(&text, TEXT, Weight::Bold).width)
                .fold(0.0, f32::max)
        };
        let change = rows.iter().any(|row| row.change != Change::Unknown);
        let points = WIDTH - MARGIN - 12.0 - widest(|row| Some(row.points.clone()));
        let streak = widest(|row| (row.streak > 1).then(|| row.streak.to_string()));
        let flame = match streak > 0.0 {
            true => points - 40.0 - streak - 36.0,
            false => points,
        };
        let rank = MARGIN + widest(|row| Some(row.rank.to_string())).max(44.0);
        Self {
            rank,
            change,
            name: rank + if change { 130.0 } else { 28.0 },
            name_end: flame - 24.0,
            flame,
        }
    }
}

/// Draws the card.
pub fn draw_leaderboard(board: &Leaderboard) -> anyhow::Result<Vec<u8>> {
    let rows: Vec<&Row> = board.rows.iter().take(ROWS).collect();
    let all: Vec<&Row> = rows.iter().copied().chain(&board.own).collect();
    let columns = Columns::of(&all);
    let footer = footer_lines(board).join(" · ");
    let top = 108.0;
    let gap = if board.own.is_some() { 18.0 } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "eleven at most")]
    let rows_height = all.len().max(1) as f32 * ROW + gap;
    let bottom = if footer.is_empty() { 24.0 } else { 70.0 };
    let mut canvas = Canvas::new(top + rows_height + bottom)?;
    draw_head(&mut canvas, &board.title, &board.period);
    if all.is_empty() {
        let nothing = line_of("No points yet", TEXT, Weight::Regular);
        canvas.text(&nothing, MARGIN, top + 40.0, Align::Left, FAINT);
    }
    let mut y = top;
    for one in rows {
        draw_row(&mut canvas, one, &columns, y);
        y += ROW;
    }
    if let Some(own) = &board.own {
        canvas.line(
            &[(MARGIN, y + gap / 2.0), (WIDTH - MARGIN, y + gap / 2.0)],
            3.0,
            PANEL,
        );
        draw_row(&mut canvas, own, &columns, y + gap);
    }
    let footer = fit_line(&footer, SMALL, Weight::Regular, WIDTH - 2.0 * MARGIN);
    canvas.text(&footer, MARGIN, top + rows_height + 44.0, Align::Left, FAINT);
    canvas.png()
}

/// Title on the left, what it covers on the right.
pub(super) fn draw_head(canvas: &mut Canvas, title: &str, period: &str) {
    let period = fit_line(period, SMALL, Weight::Regular, 420.0);
    let room = WIDTH - 2.0 * MARGIN - period.width - if period.width > 0.0 { 30.0 } else { 0.0 };
    let title = fitted_in(title, (TITLE, TEXT), Weight::Bold, room);
    canvas.text(&title, MARGIN, 74.0, Align::Left, INK);
    canvas.text(&period, WIDTH - MARGIN, 74.0, Align::Right, FAINT);
}

/// What stands below the rows.
fn footer_lines(board: &Leaderboard) -> Vec<String> {
    let more = Some(format!("{} more", board.more)).filter(|_| board.more > 0);
    let since = Some(format!("Change of place {}", board.since))
        .filter(|_| !board.since.is_empty() && !board.rows.is_empty());
    more.into_iter().chain(since).collect()
}

fn draw_row(canvas: &mut Canvas, row: &Row, columns: &Columns, y: f32) {
    let baseline = y + 42.0;
    if row.own {
        canvas.block(
            MARGIN - 16.0,
            y + 2.0,
            WIDTH - 2.0 * MARGIN + 32.0,
            ROW - 4.0,
            12.0,
            OWN,
        );
    }
    let medal = row.rank.checked_sub(1).and_then(|n| MEDALS.get(n as usize));
    let rank = line_of(&row.rank.to_string(), TEXT, Weight::Bold);
    canvas.text(
        &rank,
        columns.rank,
        baseline,
        Align::Right,
        medal.copied().unwrap_or(INK),
    );
    if columns.change {
        draw_change(canvas, row.change, columns.rank + 22.0, baseline);
    }
    let you = match row.own {
        true => line_of("you", SMALL, Weight::Bold),
        false => Line::default(),
    };
    let room = columns.name_end - columns.name - if row.own { you.width + 16.0 } else { 0.0 };
    let name = fit_line(name_or(&row.name, NO_NAME), TEXT, Weight::Regular, room);
    canvas.text(&name, columns.name, baseline, Align::Left, INK);
    canvas.text(
        &you,
        columns.name + name.width + 16.0,
        baseline,
        Align::Left,
        FAINT,
    );
    if row.streak > 1 {
        canvas.flame(columns.flame, baseline, SMALL);
        let streak = line_of(&row.streak.to_string(), TEXT, Weight::Regular);
        canvas.text(&streak, columns.flame + 36.0, baseline, Align::Left, FAINT);
    }
    let points = line_of(&row.points, TEXT, Weight::Bold);
    canvas.text(&points, WIDTH - MARGIN - 4.0, baseline, Align::Right, INK);
}

/// Direction as a shape, how far as a number.
fn draw_change(canvas: &mut Canvas, change: Change, x: f32, baseline: f32) {
    let (top, middle) = (baseline - 25.0, baseline - 13.0);
    let (by, ink) = match change {
        Change::Unknown => return,
        Change::New => {
            let new = line_of("new", SMALL, Weight::Regular);
            canvas.text(&new, x, baseline, Align::Left, GREEN);
            return;
        }
        Change::Same => {
            canvas.line(&[(x + 4.0, middle), (x + 22.0, middle)], 5.0, FAINT);
            return;
        }
        Change::Up(by) => {
            canvas.shape(
                &[(x, baseline - 2.0), (x + 26.0, baseline - 2.0), (x + 13.0, top)],
                GREEN,
            );
            (by, GREEN)
        }
        Change::Down(by) => {
            canvas.shape(&[(x, top), (x + 26.0, top), (x + 13.0, baseline - 2.0)], RED);
            (by, RED)
        }
    };
    let by = line_of(&by.to_string(), SMALL, Weight::Regular);
    canvas.text(&by, x + 33.0, baseline, Align::Left, ink);
}

/// The same in words.
#[must_use]
pub fn describe_leaderboard(board: &Leaderboard) -> String {
    let mut said = format!("{}, {}.", board.title, board.period).replace(", .", ".");
    if board.rows.is_empty() {
        said.push_str(" No points yet.");
    }
    for row in board.rows.iter().take(ROWS).chain(&board.own) {
        let change = match row.change {
            Change::Unknown | Change::Same => String::new(),
            Change::New => ", new".to_owned(),
            Change::Up(by) => format!(", up {by}"),
            Change::Down(by) => format!(", down {by}"),
        };
        let streak = match row.streak > 1 {
            true => format!(", {} in a row", row.streak),
            false => String::new(),
        };
        let you = if row.own { " (you)" } else { "" };
        said.push_str(&format!(
            " {}. {}{you}: {} points{change}{streak}.",
            row.rank, row.name, row.points
        ));
    }
    for below in footer_lines(board) {
        said.push_str(&format!(" {below}."));
    }
    alternative_text(&said)
}
