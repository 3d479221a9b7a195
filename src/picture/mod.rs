//! Pictures: cards that show what a message also says in words.
//!
//! A card is plain data, [`Image`]; drawing it is a function of that data and the bundled fonts, so the same card is
//! the same file for ever and can be kept. Nothing here knows where the data comes from. What goes wrong is the
//! caller's to log: a message without its picture still says everything.

pub mod cache;
pub mod canvas;
pub mod distribution;
pub mod fonts;
pub mod leaderboard;
pub mod podium;
pub mod profile;
#[cfg(test)]
mod tests;
pub mod text;

use crate::reply::{clip_text, limits};

/// Called what somebody is whose name has nothing in it that can be shown.
const NO_NAME: &str = "somebody";

/// Everything that can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Image {
    /// The first of a board.
    Leaderboard(leaderboard::Leaderboard),
    /// One member's record.
    Profile(profile::Profile),
    /// The first three.
    Podium(podium::Podium),
    /// How many chose each option.
    Distribution(distribution::Distribution),
}

impl Image {
    /// Draws it as a PNG file. Takes some milliseconds; see `cache::Pictures` for doing it beside other work.
    pub fn draw(&self) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Leaderboard(board) => leaderboard::draw_leaderboard(board),
            Self::Profile(shown) => profile::draw_profile(shown),
            Self::Podium(shown) => podium::draw_podium(shown),
            Self::Distribution(shown) => distribution::draw_distribution(shown),
        }
    }

    /// The same in words, for those who cannot see it; at most `limits::ALTERNATIVE` characters.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Leaderboard(board) => leaderboard::describe_leaderboard(board),
            Self::Profile(shown) => profile::describe_profile(shown),
            Self::Podium(shown) => podium::describe_podium(shown),
            Self::Distribution(shown) => distribution::describe_distribution(shown),
        }
    }

    /// The name of its file.
    #[must_use]
    pub fn file(&self) -> &'static str {
        match self {
            Self::Leaderboard(_) => "leaderboard.png",
            Self::Profile(_) => "profile.png",
            Self::Podium(_) => "podium.png",
            Self::Distribution(_) => "answers.png",
        }
    }
}

/// A text that stands for a picture, without line breaks and no longer than Discord allows.
fn alternative_text(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    clip_text(&text, limits::ALTERNATIVE)
}
