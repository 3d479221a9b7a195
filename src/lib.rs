//! Greenroom: a Discord bot for teams that prepare for interviews together.
//!
//! In reading order: what a person did ([`interaction`]), what the bot says ([`reply`]), the rules, the bank of
//! questions, what is stored, and the words. `ARCHITECTURE.md` has the map and the walkthroughs.

pub mod ids;
pub mod interaction;
pub mod reply;
pub mod rules;
pub mod bank;
pub mod store;
pub mod bot;
pub mod view;
pub mod handlers;
pub mod discord;
pub mod jobs;
pub mod settings;
pub mod telemetry;
pub mod run;
