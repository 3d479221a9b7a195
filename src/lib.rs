//! Greenroom: a Discord bot for teams that prepare for interviews together.

pub mod bank;
pub mod ids;
pub mod rules;
