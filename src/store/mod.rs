//! SQL, one file per aggregate: free functions over a connection, a transaction or the pool.
//!
//! Transactions are opened by handlers and jobs, never in here. A query of a guild's data is told the
//! guild; `tests/architecture/name_no_guild.txt` lists those that are older than this rule.

pub mod answers;
pub mod archive;
pub mod asked;
pub mod board_sums;
pub mod boards;
pub mod cards;
pub mod commands;
pub mod competitions;
pub mod conversations;
pub mod decks;
pub mod entrants;
pub mod guilds;
pub mod inspect;
pub mod live;
pub mod members;
pub mod meta;
pub mod notices;
pub mod nudges;
pub mod open_answers;
pub mod outbox;
pub mod players;
pub mod questions;
pub mod quizzes;
pub mod records;
pub mod review_settings;
pub mod rounds;
pub mod schedules;
pub mod seasons;
pub mod sets;
#[cfg(test)]
mod tests;
pub mod troubles;
mod types;
pub mod unreadable;
pub mod wake;

/// The migrations, compiled in. Running them takes an advisory lock, so several instances may start at once.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
