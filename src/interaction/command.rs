//! The slash commands with their options as they were typed. The handlers say what is wrong with them.
//!
//! A name here is the name that Discord knows, with hyphens: `answer_window` is the option `answer-window`. A command
//! without options has braces, because an empty list of options is read as a map.

use serde::{Deserialize, Deserializer};

use crate::ids::{ChannelId, RoleId, UserId};
use crate::rules::period::Period;

/// A slash command with the options that were given, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// `/daily …`
    Daily(Box<Daily>),
    /// `/quiz …`
    Quiz(Quiz),
    /// `/review …`
    Review(Review),
    /// `/leaderboard`
    Leaderboard(WhichBoard),
    /// `/profile`
    Profile {
        /// Whose; one's own where nobody was named.
        member: Option<Named<UserId>>,
    },
    /// `/competition …`
    Competition(Competition),
    /// `/season …`
    Season(Season),
    /// `/question …`
    Question(Authoring),
    /// `/help`
    Help {},
}

impl Command {
    /// What is typed behind the slash.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Daily(_) => "daily",
            Self::Quiz(_) => "quiz",
            Self::Review(_) => "review",
            Self::Leaderboard(_) => "leaderboard",
            Self::Profile { .. } => "profile",
            Self::Competition(_) => "competition",
            Self::Season(_) => "season",
            Self::Question(_) => "question",
            Self::Help {} => "help",
        }
    }
}

/// Which leaderboard is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WhichBoard {
    /// Week where nothing was said, or something this version does not know.
    #[serde(deserialize_with = "read_period")]
    pub period: Period,
    /// What members did alone in `/quiz solo`, not what everybody was asked.
    pub practice: bool,
    /// Only this topic or area.
    pub topic: Option<String>,
}

fn read_period<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
    Ok(String::deserialize(deserializer)?.parse().unwrap_or_default())
}

/// A member or a role that an option names, with what the guild calls it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Named<Id> {
    pub id: Id,
    /// Its name at the moment of the command.
    pub name: String,
}

/// The subcommands of `/question`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authoring {
    /// Look at a question as members will see it.
    Preview {
        /// The question's slug.
        id: String,
    },
}

/// The subcommands of `/daily`. `schedule` is the number shown by `/daily list`; it may be left out while there is one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Daily {
    Add(DailyOptions),
    List {},
    Edit {
        schedule: Option<String>,
        #[serde(flatten)]
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

/// The subcommands of `/competition`. `competition` is its name or number; it may be left out while there is one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Competition {
    Create(Box<CompetitionOptions>),
    List {},
    Show {
        competition: Option<String>,
    },
    Join {
        competition: Option<String>,
    },
    Leave {
        competition: Option<String>,
    },
    Pick {
        member: Named<UserId>,
        competition: Option<String>,
    },
    Cancel {
        competition: Option<String>,
    },
    End {
        competition: Option<String>,
    },
}

/// The options of `/competition create`, untouched: the handler says what is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CompetitionOptions {
    pub name: String,
    pub start: String,
    pub end: String,
    pub scope: Option<String>,
    pub topics: Option<String>,
    pub mode: Option<String>,
    pub teams: Option<String>,
    pub entry: Option<String>,
    pub role_1: Option<Named<RoleId>>,
    pub role_2: Option<Named<RoleId>>,
    pub role_3: Option<Named<RoleId>>,
    pub role_4: Option<Named<RoleId>>,
    pub captain_1: Option<Named<UserId>>,
    pub captain_2: Option<Named<UserId>>,
    pub captain_3: Option<Named<UserId>>,
    pub captain_4: Option<Named<UserId>>,
    pub team_count: Option<i64>,
    pub prize_note: Option<String>,
    pub announce_channel: Option<ChannelId>,
}

impl CompetitionOptions {
    /// The roles that were named, in their order.
    #[must_use]
    pub fn roles(&self) -> Vec<&Named<RoleId>> {
        let all = [&self.role_1, &self.role_2, &self.role_3, &self.role_4];
        all.into_iter().flatten().collect()
    }

    /// The captains that were named, in their order.
    #[must_use]
    pub fn captains(&self) -> Vec<&Named<UserId>> {
        let all = [&self.captain_1, &self.captain_2, &self.captain_3, &self.captain_4];
        all.into_iter().flatten().collect()
    }
}

/// The subcommands of `/season`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Season {
    Show {},
    Length { length: String },
    Channel { channel: ChannelId },
    HallOfFame {},
}

/// The options of `/daily add` and `/daily edit`, untouched: the handler says what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DailyOptions {
    pub channel: Option<ChannelId>,
    pub time: Option<String>,
    pub timezone: Option<String>,
    pub days: Option<String>,
    pub topics: Option<String>,
    pub level: Option<String>,
    pub answer_window: Option<String>,
    pub ping_role: Option<Named<RoleId>>,
    pub thread: Option<bool>,
    pub kinds: Option<String>,
}

/// The subcommands of `/quiz`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quiz {
    Solo(QuizOptions),
    Live(LiveOptions),
    #[serde(rename_all = "kebab-case")]
    Settings {
        anyone_hosts: bool,
    },
    Resume {},
    Set(QuizSet),
}

/// The subcommands of `/quiz set`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuizSet {
    Play {
        name: String,
    },
    Save {
        name: String,
        #[serde(flatten)]
        options: QuizOptions,
        /// What to do with a set of that name: `replace` or `add`.
        existing: Option<String>,
    },
    List {},
    Remove {
        name: String,
    },
}

/// The options of `/quiz live`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LiveOptions {
    #[serde(flatten)]
    pub quiz: QuizOptions,
    pub set: Option<String>,
    pub seconds: Option<i64>,
    pub scoring: Option<String>,
    pub penalty: Option<bool>,
}

/// What a quiz is to ask, untouched: the handler says what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct QuizOptions {
    pub topics: Option<String>,
    pub level: Option<String>,
    pub kind: Option<String>,
    pub count: Option<i64>,
}

/// The subcommands of `/review`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Review {
    Now {},
    Settings(ReviewOptions),
}

/// How a member wants to review, untouched; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReviewOptions {
    pub retention: Option<String>,
    pub nudge: Option<String>,
    pub timezone: Option<String>,
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
    /// Sets, the guild's own and those of the bank.
    Set,
    /// The guild's competitions.
    Competition,
}
