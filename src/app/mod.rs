//! What people and time both cause: handlers and jobs call it, and it knows neither.

pub mod answers;
pub mod board_scores;
pub mod cards;
pub mod choose;
pub mod entrants;
pub mod failure;
pub mod judge;
pub mod live;
pub mod nudges;
pub mod plan;
pub mod quiz_end;
pub mod reviews;
pub mod say;
pub mod seasons;
pub mod standings;
