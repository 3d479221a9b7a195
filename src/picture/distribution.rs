//! The card of a revealed round: who chose what, and what is right.

use crate::picture::alternative_text;
use crate::picture::canvas::{
    Align, BLUE, Canvas, FAINT, GREEN, GROUND, INK, MARGIN, TEXT, TITLE, TRACK, WIDTH,
};
use crate::picture::fonts::Weight;
use crate::picture::text::line_of;

const ROW: f32 = 82.0;

/// What the card shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Distribution {
    /// How many answered.
    pub answered: i64,
    /// How many of them were right.
    pub right: i64,
    /// The options in order, from A on.
    pub bars: Vec<Bar>,
}

/// An option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bar {
    /// How many chose it.
    pub count: i64,
    /// Whether it belongs to the key.
    pub right: bool,
}

/// Draws the card.
pub fn draw_distribution(shown: &Distribution) -> anyhow::Result<Vec<u8>> {
    let top = 112.0;
    #[expect(clippy::cast_precision_loss, reason = "five at most")]
    let mut canvas = Canvas::new(top + shown.bars.len() as f32 * ROW + 18.0)?;
    let answers = if shown.answered == 1 { "answer" } else { "answers" };
    let head = line_of(&format!("{} {answers}", shown.answered), TITLE, Weight::Bold);
    canvas.text(&head, MARGIN, 74.0, Align::Left, INK);
    let right = line_of(&format!("{} right", shown.right), TITLE, Weight::Bold);
    canvas.text(&right, WIDTH - MARGIN, 74.0, Align::Right, GREEN);
    canvas.tick(WIDTH - MARGIN - right.width - 54.0, 72.0, 46.0, GREEN);
    let mut y = top;
    for (bar, letter) in shown.bars.iter().zip('A'..) {
        draw_row(&mut canvas, *bar, letter, shown.answered, y);
        y += ROW;
    }
    canvas.png()
}

fn draw_row(canvas: &mut Canvas, bar: Bar, letter: char, answered: i64, y: f32) {
    let middle = y + ROW / 2.0;
    let (fill, letter_ink) = match bar.right {
        true => (GREEN, GROUND),
        false => (TRACK, INK),
    };
    canvas.dot(MARGIN + 31.0, middle, 31.0, fill);
    let letter = line_of(&letter.to_string(), TEXT, Weight::Bold);
    canvas.text(&letter, MARGIN + 31.0, middle + 14.0, Align::Centre, letter_ink);
    let (left, width, height) = (128.0, 562.0, 40.0);
    canvas.block(left, middle - height / 2.0, width, height, 12.0, TRACK);
    #[expect(
        clippy::cast_precision_loss,
        reason = "members of a server are far fewer than 2^24"
    )]
    let share = bar.count as f32 / answered.max(1) as f32;
    if bar.count > 0 {
        // Never so short that it looks like nothing.
        let length = (width * share.min(1.0)).max(24.0);
        let fill = if bar.right { GREEN } else { BLUE };
        canvas.block(left, middle - height / 2.0, length, height, 12.0, fill);
    }
    if bar.right {
        canvas.tick(left + width + 16.0, middle + 15.0, 40.0, GREEN);
    }
    let percent = line_of(
        &format!("{} %", percent_of(bar.count, answered)),
        TEXT,
        Weight::Regular,
    );
    canvas.text(&percent, WIDTH - MARGIN, middle + 14.0, Align::Right, FAINT);
    let count = line_of(&bar.count.to_string(), TEXT, Weight::Bold);
    canvas.text(&count, WIDTH - MARGIN - 122.0, middle + 14.0, Align::Right, INK);
}

fn percent_of(part: i64, whole: i64) -> i64 {
    (part * 100 + whole / 2) / whole.max(1)
}

/// The same in words.
#[must_use]
pub fn describe_distribution(shown: &Distribution) -> String {
    let bars = shown.bars.iter().zip('A'..).map(|(bar, letter)| {
        let right = if bar.right { ", right" } else { "" };
        format!(
            "{letter} {} ({} %{right})",
            bar.count,
            percent_of(bar.count, shown.answered)
        )
    });
    let bars: Vec<String> = bars.collect();
    let answers = if shown.answered == 1 { "answer" } else { "answers" };
    alternative_text(&format!(
        "{} {answers}, {} right. {}.",
        shown.answered,
        shown.right,
        bars.join(", ")
    ))
}
