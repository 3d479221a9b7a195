//! The only code that knows how Discord spells things: REST calls, incoming interactions, commands, the gateway.

pub mod client;
pub mod commands;
pub mod decode;
pub mod error;
pub mod gateway;
pub mod permissions;
pub mod probe;
pub mod registered;
pub mod relay;
pub mod seen_interactions;
