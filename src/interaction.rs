//! What a person did, in our own words: everything the bot can be asked stands in this file.
//!
//! Nothing here knows how Discord spells it; `discord::decode` translates. The one exception is [`Press`], whose text
//! form is what a button carries as its `custom_id`, because a button must still be understood in a year: never change
//! the meaning of a form once it has been released, add a new one.

use chrono::{DateTime, Utc};

use crate::ids::{ChannelId, GuildId, InteractionId, QuestionId, RoleId, RoundId, UserId};
use crate::rules::period::Period;
use crate::rules::scoring::Choices;

/// One thing a member did, with what Discord vouches for: who, where and when.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// Grows with time; of two clicks the one with the larger id is the newer.
    pub id: InteractionId,
    /// When the person acted, as Discord saw it. Not when we heard of it.
    pub at: DateTime<Utc>,
    /// The guild it happened in. The bot does nothing outside of guilds.
    pub guild: GuildId,
    /// The channel it happened in.
    pub channel: ChannelId,
    /// Who did it.
    pub member: Member,
    /// Whether the pressed button is on a message only this person sees, which may be rewritten for them alone.
    pub on_private_message: bool,
    /// What was done.
    pub action: Action,
}

/// The person who acts, as Discord describes them in this guild.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who it is.
    pub user: UserId,
    /// What Discord calls them in this guild.
    pub name: String,
    /// Whether they hold Manage Server (or own the guild or administer it).
    pub manage_guild: bool,
    /// Their roles.
    pub roles: Vec<RoleId>,
}

/// Everything a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A slash command.
    Command(Command),
    /// A button or a select. `values` are the chosen values of a select.
    Press {
        /// Which one.
        press: Press,
        /// What was chosen; empty for a button.
        values: Vec<String>,
    },
    /// Discord asks what could be typed next.
    Complete(Completion),
    /// Something this version does not know, such as a button of a newer one.
    Unknown {
        /// Its name or `custom_id`, for the log.
        what: String,
    },
}

/// A slash command with the options that were given, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/daily …`
    Daily(Daily),
    /// `/leaderboard`
    Leaderboard {
        /// Week where nothing was said.
        period: Period,
        /// Only this topic or area.
        topic: Option<String>,
    },
    /// `/profile`
    Profile {
        /// Whose; one's own where nobody was named.
        of: Option<UserId>,
    },
    /// `/question preview`
    QuestionPreview {
        /// The question's slug.
        id: String,
    },
    /// `/help`
    Help,
}

/// The subcommands of `/daily`. `schedule` is the number shown by `/daily list`; it may be left out while there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the subcommands' names")]
pub enum Daily {
    Add(DailyOptions),
    List,
    Edit {
        schedule: Option<String>,
        options: DailyOptions,
    },
    Pause {
        schedule: Option<String>,
    },
    Resume {
        schedule: Option<String>,
    },
    Skip {
        schedule: Option<String>,
    },
    Remove {
        schedule: Option<String>,
    },
    Preview {
        schedule: Option<String>,
    },
    PostNow {
        schedule: Option<String>,
    },
    RevealNow {
        schedule: Option<String>,
    },
}

/// The options of `/daily add` and `/daily edit`, untouched: the handler says what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the options' names")]
pub struct DailyOptions {
    pub channel: Option<ChannelId>,
    pub time: Option<String>,
    pub timezone: Option<String>,
    pub days: Option<String>,
    pub topics: Option<String>,
    pub level: Option<String>,
    pub answer_window: Option<String>,
    pub ping_role: Option<RoleId>,
    pub thread: Option<bool>,
}

/// An option that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Which list to complete from.
    pub field: Field,
    /// What stands there so far.
    pub typed: String,
}

/// The options that complete while one types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// IANA time zones.
    Timezone,
    /// Topics and areas, several separated by commas.
    Topics,
    /// One topic or area.
    Topic,
    /// The guild's schedules.
    Schedule,
    /// Questions, by slug or title.
    Question,
}

/// A button or select of ours. Its text form is the `custom_id`, so all that a click needs is on the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Choose one option of a round.
    Answer {
        /// The round it belongs to.
        round: RoundId,
        /// The option, from 0.
        option: u8,
    },
    /// Choose any number of options of a round (a select; its values are the options).
    AnswerMany {
        /// The round it belongs to.
        round: RoundId,
    },
    /// Why each option is right or wrong.
    Why {
        /// The round it belongs to.
        round: RoundId,
    },
    /// The follow-up questions.
    FollowUps {
        /// The round it belongs to.
        round: RoundId,
    },
    /// The model answer of one follow-up.
    ModelAnswer {
        /// The round it belongs to.
        round: RoundId,
        /// The follow-up, from 0.
        follow_up: u8,
    },
    /// Look at one side of a question that is not asked: what members see before or after the reveal.
    Look {
        /// The question.
        question: QuestionId,
        /// Which side.
        side: Side,
    },
    /// Turn to a page of a board.
    Board {
        /// Which board.
        period: Period,
        /// Only this topic or area.
        topic: Option<String>,
        /// The page, from 0.
        page: u32,
    },
}

/// A side of a question: one of the messages members see of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// While it can be answered.
    Question,
    /// Once its key is public.
    Reveal,
    /// Behind the button Why.
    Why,
    /// First part of what is written into the thread.
    Explanation,
    /// Second part.
    GoOn,
}

impl Side {
    /// All of them, in the order members meet them.
    pub const ALL: [Self; 5] = [
        Self::Question,
        Self::Reveal,
        Self::Why,
        Self::Explanation,
        Self::GoOn,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Reveal => "reveal",
            Self::Why => "why",
            Self::Explanation => "explanation",
            Self::GoOn => "go-on",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.as_str() == text)
    }
}

impl Press {
    /// The `custom_id`: at most 100 characters.
    #[must_use]
    pub fn custom_id(&self) -> String {
        match self {
            Self::Answer { round, option } => format!("answer:{round}:{option}"),
            Self::AnswerMany { round } => format!("answers:{round}"),
            Self::Why { round } => format!("why:{round}"),
            Self::FollowUps { round } => format!("follow-ups:{round}"),
            Self::ModelAnswer { round, follow_up } => format!("model-answer:{round}:{follow_up}"),
            Self::Look { question, side } => format!("look:{question}:{}", side.as_str()),
            Self::Board { period, topic, page } => {
                format!(
                    "board:{}:{page}:{}",
                    period.as_str(),
                    topic.as_deref().unwrap_or_default()
                )
            }
        }
    }

    /// Reads a `custom_id`, which anybody can forge; `None` where it is not one of ours.
    #[must_use]
    pub fn parse(custom_id: &str) -> Option<Self> {
        let (name, rest) = custom_id.split_once(':')?;
        let round = |text: &str| text.parse().ok().filter(|id| *id > 0).map(RoundId);
        let numbered = || {
            let (id, number) = rest.split_once(':')?;
            Some((round(id)?, number.parse::<u8>().ok()?))
        };
        Some(match name {
            "answer" => {
                let (round, option) = numbered()?;
                Choices::single(option)?;
                Self::Answer { round, option }
            }
            "answers" => Self::AnswerMany { round: round(rest)? },
            "why" => Self::Why { round: round(rest)? },
            "follow-ups" => Self::FollowUps { round: round(rest)? },
            "model-answer" => {
                let (round, follow_up) = numbered()?;
                Self::ModelAnswer { round, follow_up }
            }
            "look" => {
                let (id, side) = rest.split_once(':')?;
                let question = id.parse().ok().filter(|id| *id > 0).map(QuestionId)?;
                Self::Look {
                    question,
                    side: Side::parse(side)?,
                }
            }
            "board" => {
                let mut parts = rest.splitn(3, ':');
                let period: Period = parts.next()?.parse().ok()?;
                let page = parts.next()?.parse().ok()?;
                let topic = parts.next().filter(|topic| !topic.is_empty()).map(str::to_owned);
                Self::Board { period, topic, page }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn press() -> impl Strategy<Value = Press> {
        let round = (1..=i64::MAX).prop_map(RoundId);
        let question = (1..=i64::MAX).prop_map(QuestionId);
        let period = prop::sample::select(Period::ALL.to_vec());
        let topic = proptest::option::of("[a-z][a-z0-9-]{0,50}");
        prop_oneof![
            (round.clone(), 0..Choices::MOST_OPTIONS)
                .prop_map(|(round, option)| Press::Answer { round, option }),
            round.clone().prop_map(|round| Press::AnswerMany { round }),
            round.clone().prop_map(|round| Press::Why { round }),
            round.clone().prop_map(|round| Press::FollowUps { round }),
            (round, any::<u8>()).prop_map(|(round, follow_up)| Press::ModelAnswer { round, follow_up }),
            (question, prop::sample::select(Side::ALL.to_vec()))
                .prop_map(|(question, side)| Press::Look { question, side }),
            (period, topic, any::<u32>()).prop_map(|(period, topic, page)| Press::Board {
                period,
                topic,
                page
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_button_is_understood_again_and_fits_into_a_custom_id(press in press()) {
            let id = press.custom_id();
            prop_assert!(id.len() <= 100, "{id}");
            prop_assert_eq!(Press::parse(&id), Some(press));
        }

        #[test]
        fn any_text_is_either_a_button_of_ours_or_none(text in "\\PC{0,100}") {
            if let Some(press) = Press::parse(&text) {
                prop_assert_eq!(Press::parse(&press.custom_id()), Some(press));
            }
        }
    }

    #[test]
    fn buttons_in_the_field_keep_their_meaning() {
        let round = RoundId(7);
        let released = [
            ("answer:7:2", Press::Answer { round, option: 2 }),
            ("answers:7", Press::AnswerMany { round }),
            ("why:7", Press::Why { round }),
            ("follow-ups:7", Press::FollowUps { round }),
            ("model-answer:7:1", Press::ModelAnswer { round, follow_up: 1 }),
        ];
        for (id, press) in released {
            assert_eq!(Press::parse(id), Some(press), "{id}");
        }
        for forged in [
            "",
            "answer",
            "answer:7",
            "answer:7:5",
            "answer:-1:0",
            "answer:0:0",
            "why:x",
            "model-answer:7:256",
        ] {
            assert_eq!(Press::parse(forged), None, "{forged}");
        }
    }
}
