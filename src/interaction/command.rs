//! The slash commands with their options as they were typed. The handlers say what is wrong with them.

use crate::ids::{ChannelId, RoleId, UserId};
use crate::rules::period::Period;

/// A slash command with the options that were given, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        of: Option<UserId>,
    },
    /// `/competition …`
    Competition(Competition),
    /// `/season …`
    Season(Season),
    /// `/question preview`
    QuestionPreview {
        /// The question's slug.
        id: String,
    },
    /// `/help`
    Help,
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
            Self::QuestionPreview { .. } => "question",
            Self::Help => "help",
        }
    }
}

/// Which leaderboard is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichBoard {
    /// Week where nothing was said.
    pub period: Period,
    /// What members did alone in `/quiz solo`, not what everybody was asked.
    pub practice: bool,
    /// Only this topic or area.
    pub topic: Option<String>,
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

/// The subcommands of `/competition`. `competition` is its name or number; it may be left out while there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the subcommands' names")]
pub enum Competition {
    Create(Box<CompetitionOptions>),
    List,
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
        user: UserId,
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the options' names")]
pub struct CompetitionOptions {
    pub name: String,
    pub start: String,
    pub end: String,
    pub scope: Option<String>,
    pub topics: Option<String>,
    pub mode: Option<String>,
    pub teams: Option<String>,
    pub entry: Option<String>,
    /// `role-1` and so on, with their names.
    pub roles: Vec<(RoleId, String)>,
    /// `captain-1` and so on, with their names.
    pub captains: Vec<(UserId, String)>,
    pub count: Option<i64>,
    pub prize_note: Option<String>,
    pub channel: Option<ChannelId>,
}

/// The subcommands of `/season`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the subcommands' names")]
pub enum Season {
    Show,
    Length { length: String },
    Channel { channel: ChannelId },
    HallOfFame,
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
    pub kinds: Option<String>,
}

/// The subcommands of `/quiz`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the subcommands' names")]
pub enum Quiz {
    Solo(QuizOptions),
    Live(LiveOptions),
    Settings { anyone_hosts: bool },
    Resume,
    Set(QuizSet),
}

/// The subcommands of `/quiz set`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the subcommands' names")]
pub enum QuizSet {
    Play {
        name: String,
    },
    Save {
        name: String,
        options: QuizOptions,
        /// What to do with a set of that name: `replace` or `add`.
        existing: Option<String>,
    },
    List,
    Remove {
        name: String,
    },
}

/// The options of `/quiz live`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the options' names")]
pub struct LiveOptions {
    pub quiz: QuizOptions,
    pub set: Option<String>,
    pub seconds: Option<i64>,
    pub scoring: Option<String>,
    pub penalty: Option<bool>,
}

/// What a quiz is to ask, untouched: the handler says what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the options' names")]
pub struct QuizOptions {
    pub topics: Option<String>,
    pub level: Option<String>,
    pub kind: Option<String>,
    pub count: Option<i64>,
}

/// The subcommands of `/review`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the subcommands' names")]
pub enum Review {
    Now,
    Settings(ReviewOptions),
}

/// How a member wants to review, untouched; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the options' names")]
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
