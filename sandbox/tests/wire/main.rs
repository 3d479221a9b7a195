//! The rules of the simulated Discord over the bare wire: a bot without a library, which can make every mistake.

mod bot;
mod channels;
mod compression;
mod connections;
mod faults;
mod gateway;
mod interactions;
mod libraries;
mod limits;
mod messages;
mod payloads;
mod postgres;
mod rates;
mod routes;
mod signed;
mod strange;
