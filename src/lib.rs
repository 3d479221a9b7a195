//! Greenroom: a Discord bot for teams that prepare for interviews together.
//!
//! What a person did is in [`interaction`], what the bot says in [`reply`]; then come the rules, the bank of
//! questions, what is stored, and the words. `ARCHITECTURE.md` has the map and the walkthroughs.

pub mod app;
pub mod bank;
pub mod bot;
pub mod delivery;
pub mod discord;
pub mod doctor;
pub mod handlers;
pub mod ids;
pub mod interaction;
pub mod jobs;
pub mod picture;
pub mod reply;
pub mod rules;
pub mod run;
pub mod settings;
pub mod store;
pub mod telemetry;
pub mod view;
