//! Stories over the wire: the real bot, a simulated Discord and a real PostgreSQL. Each test has its own of the last two.

mod answering;
mod architecture;
mod boards;
mod harness;
mod schedules;
