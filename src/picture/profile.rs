//! A member's card: points, place and streak, half a year of days and of weekly places, and how right they are by area.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::picture::canvas::{
    Align, BLUE, Canvas, FAINT, GREEN, GROUND, INK, MARGIN, PANEL, SMALL, TITLE, TRACK, WIDTH,
};
use crate::picture::fonts::Weight;
use crate::picture::text::{fit_line, fitted_in, line_of, name_or};
use crate::picture::{NO_NAME, alternative_text};

/// Weeks a card looks back, the current one included.
pub const WEEKS: usize = 26;
/// Areas a card has room for.
const AREAS: usize = 5;

/// What the card shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    /// The member's name, as it is.
    pub name: String,
    /// All points.
    pub points: i64,
    /// The place of all time.
    pub rank: u32,
    /// Right answers, of how many.
    pub right: (i64, i64),
    /// Rounds answered in a row.
    pub streak: i64,
    /// Freezes held, where there are any to hold.
    pub freezes: u32,
    /// The last day shown: today.
    pub today: NaiveDate,
    /// Answers on each day: `WEEKS` weeks from a Monday on; days that are missing at the end have no answers.
    pub days: Vec<u16>,
    /// The place in each of these weeks, the current one last; `None` without an answer.
    pub places: Vec<Option<u32>>,
    /// The areas, the weakest first; those that find no room are counted.
    pub areas: Vec<Area>,
}

/// An area of the syllabus.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Area {
    /// Its title.
    pub title: String,
    /// Right answers.
    pub right: i64,
    /// Answers.
    pub answers: i64,
}

impl Profile {
    /// The Monday the first column begins with.
    fn first_day(&self) -> NaiveDate {
        let back = u64::from(self.today.weekday().num_days_from_monday()) + 7 * (WEEKS as u64 - 1);
        self.today.checked_sub_days(Days::new(back)).unwrap_or(self.today)
    }

    fn shown_areas(&self) -> &[Area] {
        &self.areas[..self.areas.len().min(AREAS)]
    }
}

const LEFT: f32 = 128.0;
const PITCH: f32 = (WIDTH - MARGIN - LEFT) / 26.0;
const CELL: f32 = 27.0;

/// Draws the card.
pub fn draw_profile(profile: &Profile) -> anyhow::Result<Vec<u8>> {
    let areas = profile.shown_areas();
    #[expect(clippy::cast_precision_loss, reason = "five at most")]
    let areas_height = match areas.len() {
        0 => 0.0,
        n => 92.0 + n as f32 * 54.0 + if profile.areas.len() > n { 48.0 } else { 0.0 },
    };
    let mut canvas = Canvas::new(806.0 + areas_height)?;
    let name = name_or(&profile.name, NO_NAME);
    let name = fit_line(name, TITLE, Weight::Bold, WIDTH - 2.0 * MARGIN);
    canvas.text(&name, MARGIN, 74.0, Align::Left, INK);
    draw_numbers(&mut canvas, profile, 104.0);
    draw_calendar(&mut canvas, profile, 282.0);
    draw_places(&mut canvas, profile, 566.0);
    if !areas.is_empty() {
        by_area(&mut canvas, profile, 806.0);
    }
    canvas.png()
}

/// Four numbers with what they count below them.
fn draw_numbers(canvas: &mut Canvas, profile: &Profile, y: f32) {
    let (right, answers) = profile.right;
    let percent = (right * 100 + answers / 2) / answers.max(1);
    let shown = [
        (profile.points.to_string(), "points"),
        (format!("#{}", profile.rank), "all time"),
        (format!("{percent} %"), "right"),
        (profile.streak.to_string(), "in a row"),
    ];
    let (width, gap) = (218.0, 16.0);
    let mut x = MARGIN;
    for (number, what) in shown {
        canvas.block(x, y, width, 120.0, 16.0, PANEL);
        let flame = if what == "in a row" { 60.0 } else { 0.0 };
        // A number with its end cut off would be another number.
        let number = fitted_in(&number, (TITLE, SMALL), Weight::Bold, width - 30.0 - flame);
        let what = line_of(what, SMALL, Weight::Regular);
        canvas.text(&number, x + 20.0, y + 58.0, Align::Left, INK);
        canvas.text(&what, x + 20.0, y + 102.0, Align::Left, FAINT);
        x += width + gap;
    }
    if profile.streak > 1 {
        canvas.flame(x - gap - 58.0, y + 56.0, 44.0);
    }
    // A freeze is a snowflake beside the flame's words, one for each held.
    for held in 0..profile.freezes.min(2) {
        #[expect(clippy::cast_precision_loss, reason = "0 or 1")]
        draw_snowflake(canvas, x - gap - 22.0 - 28.0 * held as f32, y + 91.0, 11.0);
    }
}

fn draw_snowflake(canvas: &mut Canvas, x: f32, y: f32, radius: f32) {
    for (right, up) in [(0.0, 1.0), (0.866, 0.5), (0.866, -0.5)] {
        let (right, up) = (right * radius, up * radius);
        canvas.line(&[(x - right, y + up), (x + right, y - up)], 4.0, BLUE);
    }
}

/// Half a year of days. How much was answered shows in the size of a square as well as in its colour.
fn draw_calendar(canvas: &mut Canvas, profile: &Profile, y: f32) {
    let first = profile.first_day();
    let mut free = 0.0;
    let mut month = None;
    let mut x = LEFT;
    for week in 0..WEEKS as u64 {
        let monday = first + Days::new(7 * week);
        // A month is named where it begins, and the first one if there is room for its name.
        if month.replace(monday.month()) != Some(monday.month())
            && x >= free
            && (week > 0 || monday.day() <= 14)
        {
            let name = line_of(&monday.format("%b").to_string(), SMALL, Weight::Regular);
            let left = x.min(WIDTH - MARGIN - name.width);
            canvas.text(&name, left, y, Align::Left, FAINT);
            free = left + name.width + 14.0;
        }
        for day in 0..7_u64 {
            if monday + Days::new(day) > profile.today {
                break;
            }
            let at = usize::try_from(7 * week + day).unwrap_or(usize::MAX);
            let count = profile.days.get(at).copied().unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "a day of the week")]
            draw_cell(canvas, x, y + 16.0 + day as f32 * PITCH, count);
        }
        x += PITCH;
    }
    for (day, name) in [(0.0, "Mon"), (2.0, "Wed"), (4.0, "Fri")] {
        let name = line_of(name, SMALL, Weight::Regular);
        canvas.text(&name, MARGIN, y + 16.0 + day * PITCH + 25.0, Align::Left, FAINT);
    }
}

fn draw_cell(canvas: &mut Canvas, x: f32, y: f32, count: u16) {
    canvas.block(x, y, CELL, CELL, 6.0, PANEL);
    let (side, fill) = match count {
        0 => return,
        1 => (17.0, 0x6c_7a_e0),
        2 => (22.0, BLUE),
        _ => (CELL, 0xc3_cb_ff),
    };
    let inset = (CELL - side) / 2.0;
    canvas.block(x + inset, y + inset, side, side, 5.0, fill);
}

/// The place in each week below the calendar's columns; first is on top.
fn draw_places(canvas: &mut Canvas, profile: &Profile, y: f32) {
    let heading = line_of("Place in each week", SMALL, Weight::Bold);
    canvas.text(&heading, MARGIN, y + 22.0, Align::Left, INK);
    let (top, height) = (y + 62.0, 132.0);
    let places = &profile.places[profile.places.len().saturating_sub(WEEKS)..];
    let worst = places.iter().flatten().max().copied().unwrap_or(1).max(2);
    for (rank, at) in [(1, top), (worst, top + height)] {
        canvas.line(&[(LEFT, at), (WIDTH - MARGIN, at)], 3.0, PANEL);
        let rank = line_of(&format!("#{rank}"), SMALL, Weight::Regular);
        canvas.text(&rank, LEFT - 18.0, at + 12.0, Align::Right, FAINT);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "26 weeks, and members of a server are fewer than 2^24"
    )]
    let point = |week: usize, rank: u32| {
        let down = (rank - 1) as f32 / (worst - 1) as f32;
        (
            LEFT + (week + WEEKS - places.len()) as f32 * PITCH + CELL / 2.0,
            top + down * height,
        )
    };
    let points: Vec<Option<(f32, f32)>> = places
        .iter()
        .enumerate()
        .map(|(week, rank)| rank.map(|rank| point(week, rank.max(1))))
        .collect();
    // A week without an answer is a gap, not a line.
    for stretch in points.split(Option::is_none) {
        let stretch: Vec<_> = stretch.iter().flatten().copied().collect();
        canvas.line(&stretch, 6.0, BLUE);
        for (x, y) in stretch {
            canvas.dot(x, y, 7.0, BLUE);
        }
    }
    if let Some(Some((x, y))) = points.last() {
        canvas.dot(*x, *y, 13.0, INK);
        canvas.dot(*x, *y, 7.0, GROUND);
    }
}

fn by_area(canvas: &mut Canvas, profile: &Profile, y: f32) {
    let shown = profile.shown_areas();
    let heading = line_of("Right by area, weakest first", SMALL, Weight::Bold);
    canvas.text(&heading, MARGIN, y + 34.0, Align::Left, INK);
    let mut baseline = y + 96.0;
    for area in shown {
        let title = fit_line(&area.title, SMALL, Weight::Regular, 420.0);
        canvas.text(&title, MARGIN, baseline, Align::Left, INK);
        let (left, width, height) = (486.0, 290.0, 28.0);
        canvas.block(left, baseline - 25.0, width, height, 9.0, TRACK);
        if area.right > 0 {
            #[expect(clippy::cast_precision_loss, reason = "answers of one member")]
            let share = area.right as f32 / area.answers.max(1) as f32;
            canvas.block(
                left,
                baseline - 25.0,
                (width * share.min(1.0)).max(18.0),
                height,
                9.0,
                GREEN,
            );
        }
        let of = format!("{} of {}", area.right, area.answers);
        let of = fit_line(&of, SMALL, Weight::Regular, 170.0);
        canvas.text(&of, WIDTH - MARGIN, baseline, Align::Right, FAINT);
        baseline += 54.0;
    }
    let more = profile.areas.len() - shown.len();
    if more > 0 {
        let areas = if more == 1 { "area" } else { "areas" };
        let more = line_of(&format!("and {more} stronger {areas}"), SMALL, Weight::Regular);
        canvas.text(&more, MARGIN, baseline, Align::Left, FAINT);
    }
}

/// The same in words.
#[must_use]
pub fn describe_profile(profile: &Profile) -> String {
    let (right, answers) = profile.right;
    let freezes = match profile.freezes {
        0 => String::new(),
        1 => ", 1 freeze held".to_owned(),
        n => format!(", {n} freezes held"),
    };
    let days = profile.days.iter().filter(|count| **count > 0).count();
    let days = if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    };
    let now = match profile.places.last() {
        Some(Some(place)) => format!(" Place {place} this week."),
        _ => String::new(),
    };
    let areas: Vec<String> = profile
        .shown_areas()
        .iter()
        .map(|area| format!("{} {} of {}", area.title, area.right, area.answers))
        .collect();
    let areas = match areas.is_empty() {
        true => String::new(),
        false => format!(" Right by area, weakest first: {}.", areas.join("; ")),
    };
    alternative_text(&format!(
        "{}: {} points, place {} of all time, {right} of {answers} right, {} in a row{freezes}. Answered on {days} \
         of the last {WEEKS} weeks.{now}{areas}",
        profile.name, profile.points, profile.rank, profile.streak
    ))
}
