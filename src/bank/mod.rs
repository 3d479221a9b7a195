//! Question files: read, checked, shown.

pub mod check;
pub mod problem;
pub mod report;
pub mod syllabus;

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
