//! Every text a person sees: pure functions from values to messages.
//!
//! Texts are short, warm and plain. What comes from people (names, topics, times) is escaped by
//! [`text::plain`], where it stands in Markdown, and cleaned by [`text::unmarked`], where it does not.

pub mod answer;
pub mod author;
pub mod board;
mod colour;
pub mod competition;
pub mod daily;
pub mod help;
pub mod limits_check;
pub mod live;
pub mod notice;
pub mod open;
mod paging;
pub mod profile;
pub mod question;
pub mod quiz;
pub mod quiz_summary;
pub mod quote;
pub mod reveal;
pub mod review;
pub mod season;
pub mod sets;
pub mod standings;
pub mod taking_part;
pub mod text;
pub mod trouble;

#[cfg(test)]
mod tests;
