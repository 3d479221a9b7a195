//! What happens by time. Each step is a function that does what is due and says what it did; the loops only decide
//! when.
//!
//! Any number of instances may run them: rows are locked or leased, and every change repeats the state it starts from.

pub mod competitions;
mod forget;
mod listen;
mod live_quizzes;
mod loops;
mod nudges;
mod outbox;
mod pass;
pub mod plan;
mod reveal;
pub mod seasons;
mod supervise;

pub use self::loops::{Patience, run_jobs};
pub use self::pass::{Bells, Workplace};
pub use self::supervise::Stalled;
