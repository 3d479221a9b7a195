//! Bots of other people's libraries, unpatched, live in the sandbox and say whether it is Discord. See README.md.
//!
//! `make judges` installs them and runs this; `cargo test` alone leaves it out.

mod bot;
mod discord_py;
mod discordjs;
mod hikari;
mod node;
mod oceanic;
mod python;
mod story;
