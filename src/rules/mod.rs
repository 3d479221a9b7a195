//! The rules of the game: pure functions and plain values.
//!
//! Nothing in here is async, does I/O, reads a clock or rolls its own dice: time and seeds are parameters.

pub mod competition;
pub mod date_input;
pub mod markdown;
pub mod mistake;
pub mod notice;
pub mod open_answer;
pub mod outbox;
pub mod period;
pub mod podium;
pub mod preview;
pub mod question;
pub mod quiz;
pub mod quiz_score;
pub mod ranks;
pub mod review;
pub mod schedule;
pub mod scoring;
pub mod season;
pub mod selection;
pub mod sets;
pub mod streak;
pub mod team;
pub mod trouble;
pub mod visible;
pub mod window;
pub(crate) mod words;
