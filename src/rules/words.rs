//! Enums and their words.

/// Gives an enum the words by which it is stored, typed, and carried in a `custom_id`.
///
/// They are spelled out and not made of the variants' names: what is stored once has to be read for ever, whatever a
/// variant is called.
macro_rules! words {
    ($name:ident: $($variant:ident = $word:literal),+) => {
        impl $name {
            /// All of them, in the order of their words.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// Its word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads what `as_str` writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|known| known.as_str() == text)
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::rules::competition::{Entry, Scope, Teams};
    use crate::rules::notice::NoticeKind;
    use crate::rules::outbox::OutboxKind;
    use crate::rules::period::Period;
    use crate::rules::question::{Kind, Kinds, Level};
    use crate::rules::quiz::{Ending, Source};
    use crate::rules::quiz_score::Scoring;
    use crate::rules::review::Rating;
    use crate::rules::season::Length;

    /// Databases, buttons and question files hold these words: a new one may come, but none may change.
    #[test]
    fn words_stay_as_they_are() {
        assert_eq!(Level::ALL.map(Level::as_str), ["easy", "medium", "hard"]);
        assert_eq!(
            Kind::ALL.map(Kind::as_str),
            ["single", "multiple", "output", "open"]
        );
        assert_eq!(Kinds::ALL.map(Kinds::as_str), ["closed", "open", "all"]);
        assert_eq!(
            Source::ALL.map(Source::as_str),
            ["daily", "live", "solo", "review"]
        );
        assert_eq!(
            Ending::ALL.map(Ending::as_str),
            ["nobody", "silence", "stopped", "away", "channel"]
        );
        assert_eq!(
            NoticeKind::ALL.map(NoticeKind::as_str),
            ["season-end", "start", "midway", "last-day", "end", "cancelled"]
        );
        assert_eq!(
            OutboxKind::ALL.map(OutboxKind::as_str),
            [
                "question",
                "discussion",
                "lobby",
                "podium",
                "notice",
                "nudge",
                "shared-answer"
            ]
        );
        assert_eq!(Scoring::ALL.map(Scoring::as_str), ["plain", "speed"]);
        assert_eq!(Rating::ALL.map(Rating::as_str), ["again", "hard", "good", "easy"]);
        assert_eq!(Length::ALL.map(Length::as_str), ["month", "quarter"]);
        assert_eq!(
            Period::ALL.map(Period::as_str),
            ["week", "month", "season", "all"]
        );
        assert_eq!(Scope::ALL.map(Scope::as_str), ["daily", "live", "all"]);
        assert_eq!(Entry::ALL.map(Entry::as_str), ["everyone", "open"]);
        assert_eq!(Teams::ALL.map(Teams::as_str), ["role", "captains", "balanced"]);
    }

    #[test]
    fn a_word_is_read_only_as_it_is_written() {
        for level in Level::ALL {
            assert_eq!(Level::parse(level.as_str()), Some(level));
        }
        assert_eq!(Level::parse("Easy"), None);
        assert_eq!(Level::parse(""), None);
    }

    #[test]
    fn question_files_and_the_database_use_the_same_words() {
        for level in Level::ALL {
            assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
        }
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
