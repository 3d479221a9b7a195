//! Question files: read, checked, shown.

pub mod check;
pub mod filter;
pub mod problem;
pub mod report;
pub mod syllabus;
pub mod verify;

mod blocks;
mod front_matter;
mod limits;
mod lint;
mod options;
mod outline;
mod output;
mod parse;
mod sections;
mod similar;
mod sources;

#[cfg(test)]
mod tests;
