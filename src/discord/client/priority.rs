//! Who goes first where not everything can be sent at once.

/// How urgent a call is. Of those that wait, the most urgent is sent first, and of equally urgent ones the one that
/// came first. In the order of their urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallPriority {
    /// Live quizzes: people sit in front of them.
    Live,
    /// Reveals, of which a morning has thousands at once.
    Reveal,
    /// Questions, notices, and whatever says nothing else.
    Question,
    /// The discussion in the thread, and the answers shared there.
    Discussion,
    /// How many have answered so far: out of date as soon as it is sent.
    Count,
}

impl CallPriority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 5] = [
        Self::Live,
        Self::Reveal,
        Self::Question,
        Self::Discussion,
        Self::Count,
    ];
}
