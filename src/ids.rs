//! Newtypes over the numbers that identify things, so that a channel is never passed where a member is meant.
//!
//! All are `i64`: Discord's snowflakes fit, and it is what PostgreSQL's `bigint` holds.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// A Discord server.
    GuildId
    /// A person on Discord; together with a guild, a member.
    UserId
    /// A channel or thread.
    ChannelId
    /// A message in a channel.
    MessageId
    /// A role of a guild.
    RoleId
    /// One thing a person did on Discord; ids grow with time.
    InteractionId
    /// A question, over all its revisions.
    QuestionId
    /// One immutable text of a question.
    RevisionId
    /// The rule that makes rounds.
    ScheduleId
    /// One question asked once: posted in a channel, or shown to one member.
    RoundId
    /// An on-demand run of questions.
    QuizId
    /// What a member wrote in answer to an open question.
    OpenAnswerId
    /// A contest between members or teams.
    CompetitionId
    /// A message the bot posts once when its time comes, other than a question.
    NoticeId
    /// A message the bot posts or edits by itself, as the outbox knows it.
    OutboxId
}

/// Discord counts milliseconds from 2015, and keeps them above a snowflake's 22 lowest bits.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// The time within a snowflake, in milliseconds of Discord's own count.
#[must_use]
pub fn millis_of(snowflake: i64) -> i64 {
    snowflake >> 22
}

/// When Discord made a snowflake, by its own clock.
#[must_use]
pub fn made_at(snowflake: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis_of(snowflake) + DISCORD_EPOCH).unwrap_or_default()
}

/// The smallest snowflake of a moment.
#[must_use]
pub fn first_snowflake(at: DateTime<Utc>) -> i64 {
    (at.timestamp_millis() - DISCORD_EPOCH).max(0) << 22
}
