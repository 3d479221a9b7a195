//! Stories over the wire: the real bot, a simulated Discord and a real PostgreSQL. Each test has its own of the last two.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answering;
mod architecture;
mod authoring;
mod boards;
mod competitions;
mod database;
mod delivery;
mod doctor;
mod first_day;
mod harness;
mod judged;
mod limits;
mod live;
mod loops;
mod once;
mod open;
mod open_elsewhere;
mod operating;
mod outbox;
mod owed;
mod paid_once;
mod pictures;
mod program;
mod quizzes;
mod recomputed;
mod refusals;
mod restart;
mod review;
mod schedules;
mod seasons;
mod second_discord;
mod sets;
mod shipped;
mod teams;
mod threads;
mod upgrades;
