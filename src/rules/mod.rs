//! The rules of the game: pure functions and plain values.
//!
//! Nothing in here is async, does I/O, reads a clock or rolls its own dice: time and seeds are parameters.

pub mod question;
