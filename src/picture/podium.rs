//! The podium: who came first, second and third, members or teams.

use crate::picture::canvas::{
    Align, Canvas, FAINT, GROUND, INK, MARGIN, MEDALS, PANEL, SMALL, TEXT, TITLE, WIDTH,
};
use crate::picture::fonts::Weight;
use crate::picture::text::{fit_line, fitted_in, line_of, name_or};
use crate::picture::{NO_NAME, alternative_text};

/// Names on a step; more are counted.
const NAMES: usize = 3;
const STEP: f32 = 296.0;
const HEIGHT: f32 = 640.0;

/// What the card shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Podium {
    /// What was won, such as a competition's name.
    pub title: String,
    /// What stands below it, such as its dates; may be empty.
    pub subtitle: String,
    /// The first in order. Those after the third place are left out.
    pub places: Vec<PodiumStep>,
}

/// Who stands on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PodiumStep {
    /// The place, from 1; ties share it and a step.
    pub rank: u32,
    /// A member's or a team's name, as it is.
    pub name: String,
    /// What it was won with, such as "140 points".
    pub score: String,
}

/// Draws the card.
pub fn draw_podium(podium: &Podium) -> anyhow::Result<Vec<u8>> {
    let mut canvas = Canvas::new(HEIGHT)?;
    let title = fitted_in(&podium.title, (TITLE, SMALL), Weight::Bold, WIDTH - 2.0 * MARGIN);
    canvas.text(&title, WIDTH / 2.0, 74.0, Align::Centre, INK);
    let subtitle = fit_line(&podium.subtitle, SMALL, Weight::Regular, WIDTH - 2.0 * MARGIN);
    canvas.text(&subtitle, WIDTH / 2.0, 122.0, Align::Centre, FAINT);
    if podium.places.is_empty() {
        let nobody = line_of("Nobody took part this time", TEXT, Weight::Regular);
        canvas.text(&nobody, WIDTH / 2.0, 370.0, Align::Centre, FAINT);
    }
    // The first in the middle, the second to the left of them, the third to the right.
    for (rank, centre, height) in [
        (1, WIDTH / 2.0, 300.0),
        (2, WIDTH / 2.0 - STEP - 12.0, 225.0),
        (3, WIDTH / 2.0 + STEP + 12.0, 160.0),
    ] {
        let there: Vec<&PodiumStep> = podium.places.iter().filter(|place| place.rank == rank).collect();
        if !there.is_empty() {
            draw_step(&mut canvas, &there, rank, centre, height);
        }
    }
    canvas.png()
}

fn draw_step(canvas: &mut Canvas, there: &[&PodiumStep], rank: u32, centre: f32, height: f32) {
    let top = HEIGHT - height;
    canvas.block(centre - STEP / 2.0, top, STEP, height + 20.0, 14.0, PANEL);
    let medal = MEDALS.get(rank as usize - 1).copied().unwrap_or(INK);
    canvas.block(centre - STEP / 2.0, top, STEP, 12.0, 6.0, medal);
    canvas.dot(centre, top + 60.0, 34.0, medal);
    let number = line_of(&rank.to_string(), TEXT, Weight::Bold);
    canvas.text(&number, centre, top + 74.0, Align::Centre, GROUND);
    let score = there.first().map_or("", |place| &place.score);
    let score = fit_line(score, SMALL, Weight::Regular, STEP - 24.0);
    canvas.text(&score, centre, top + 126.0, Align::Centre, FAINT);

    let more = there.len().saturating_sub(NAMES);
    // The last line is for the number of those who find no room.
    let named = if more > 0 { NAMES - 1 } else { there.len() };
    let mut names: Vec<&str> = there[..named]
        .iter()
        .map(|place| name_or(&place.name, NO_NAME))
        .collect();
    let others = format!("and {} more", there.len() - named);
    if more > 0 {
        names.push(&others);
    }
    let mut baseline = top - 22.0;
    for name in names.iter().rev() {
        let weight = if rank == 1 { Weight::Bold } else { Weight::Regular };
        let shown = fitted_in(name, (TEXT, SMALL), weight, STEP);
        canvas.text(&shown, centre, baseline, Align::Centre, INK);
        baseline -= 50.0;
    }
}

/// The same in words.
#[must_use]
pub fn describe_podium(podium: &Podium) -> String {
    let places = podium.places.iter().filter(|place| place.rank <= 3);
    let places: Vec<String> = places
        .map(|place| format!("{}. {}, {}", place.rank, place.name, place.score))
        .collect();
    let head = match podium.subtitle.is_empty() {
        true => podium.title.clone(),
        false => format!("{}, {}", podium.title, podium.subtitle),
    };
    match places.is_empty() {
        true => alternative_text(&format!("{head}. Nobody took part this time.")),
        false => alternative_text(&format!("{head}. {}.", places.join("; "))),
    }
}
