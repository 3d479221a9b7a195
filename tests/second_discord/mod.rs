//! The bot against a second Discord, on raw sockets, which shares no code with the sandbox.
//!
//! HTTP, WebSocket and the gateway are written by hand after Discord's documentation and the standards, so that no
//! library mends on the way what Discord would refuse. Where the documentation leaves room, this is the stricter.

mod address;
mod answers;
mod bot;
mod checks;
mod closing;
mod corpus;
mod frames;
mod gateway;
mod hostile;
mod http;
mod posting;
mod process;
mod ready;
mod record;
mod rest;
mod server;
mod starts;
mod table;
mod tls;
mod waiting;
mod world;
