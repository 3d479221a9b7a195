//! What a quiz is: where a round comes from, and how many questions a quiz has.

use std::ops::RangeInclusive;

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

impl Source {
    const ALL: [Self; 4] = [Self::Daily, Self::Live, Self::Solo, Self::Review];

    /// Its lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Live => "live",
            Self::Solo => "solo",
            Self::Review => "review",
        }
    }

    /// Reads what [`Source::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }
}

/// How many questions a quiz may have.
pub const QUESTIONS: RangeInclusive<usize> = 1..=20;
/// How many it has where nothing was said.
pub const USUAL_QUESTIONS: usize = 5;
