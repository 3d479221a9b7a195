//! What a quiz is: where a round comes from, and how many questions a quiz has.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

use crate::rules::words::words;

/// How long a lobby is open where nobody presses Start.
pub const LOBBY: TimeDelta = TimeDelta::seconds(60);
/// The pause after a reveal in a live quiz, to read it.
pub const PAUSE: TimeDelta = TimeDelta::seconds(8);
/// Later than this a live quiz does not go on as if nothing had been: whoever played has left.
pub const AWAY: TimeDelta = TimeDelta::minutes(10);
/// So many questions in a row without an answer end a live quiz.
pub const MOST_SILENT: i32 = 3;

/// What asked a round, and so which boards its answers count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A schedule: everybody is asked the same at the same time.
    Daily,
    /// A live quiz in a channel.
    Live,
    /// A quiz somebody takes alone. It counts for the practice board.
    Solo,
    /// A member's own cards that are due. It counts for no board.
    Review,
}

words!(Source: Daily = "daily", Live = "live", Solo = "solo", Review = "review");

/// How many questions a quiz may have.
pub const QUESTIONS: RangeInclusive<usize> = 1..=20;
/// How many it has where nothing was said.
pub const USUAL_QUESTIONS: usize = 5;

/// Why a live quiz ends before its last question, or never begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Nobody joined.
    Nobody,
    /// Nobody answered any more.
    Silence,
    /// Its host or a manager stopped it.
    Stopped,
    /// The bot was not running for too long.
    Away,
    /// The channel is gone, or closed to the bot.
    Channel,
}

words!(Ending:
    Nobody = "nobody", Silence = "silence", Stopped = "stopped", Away = "away", Channel = "channel"
);
