//! Greenroom: a Discord bot for teams that prepare for interviews together.
//!
//! What a person did is in `interaction`, what the bot says in `reply`; then come the rules, the bank of questions,
//! what is stored, and the words. `ARCHITECTURE.md` has the map and the walkthroughs.
//!
//! Modules are private. Out goes what the program needs, and in [`internals`] what benches and stories look at.

mod app;
mod bank;
mod bot;
mod delivery;
mod discord;
pub mod doctor;
mod fail_points;
mod handlers;
mod ids;
mod interaction;
mod jobs;
mod picture;
mod reply;
mod rules;
pub mod run;
pub mod settings;
mod store;
pub mod telemetry;
#[cfg(test)]
mod tests;
mod view;

pub use self::bank::Bank;
pub use self::bank::cli::args::Command as BankCommand;
pub use self::bank::cli::run_bank_command;
pub use self::bot::{Clock, system_clock};
pub use self::rules::preview::preview_occurrences;
pub use self::rules::schedule::{Days, LocalTime, Recurrence, Zone};
pub use self::view::limits_check::limit_problems;

/// What the benches measure and the stories look into. Nothing else may rely on it.
pub mod internals {
    pub use crate::discord::client::{CallPriority, Discord};
    pub use crate::discord::commands::all_commands;
    pub use crate::discord::decode::{Decoded, Incoming, decode_interaction};
    pub use crate::discord::error::{ApiError, ErrorKind};
    pub use crate::fail_points::FAIL_POINTS;
    pub use crate::ids::{ChannelId, CompetitionId, GuildId, InteractionId, MessageId, RoundId, UserId};
    pub use crate::picture::Image;
    pub use crate::picture::distribution::{Bar, Distribution};
    pub use crate::picture::leaderboard::{Change, Leaderboard, Row};
    pub use crate::picture::podium::{Podium, PodiumStep};
    pub use crate::picture::profile::{Area, Profile};
    pub use crate::reply::Message;
    pub use crate::rules::competition::{Entry, Scope, Teams};
    pub use crate::rules::outbox::{OutboxKind, Priority};
    pub use crate::rules::question::Question;
    pub use crate::rules::ranks::Score;
    pub use crate::rules::scoring::Choices;
    pub use crate::rules::team::{Team, best_of, rank_teams};
    pub use crate::rules::visible::clean_name;
    pub use crate::store::MIGRATOR;
    pub use crate::store::answers::{Judgement, NewAnswer, Seasons, record_answer, score_round};
    pub use crate::store::boards::{read_standings, scores_between};
    pub use crate::store::competitions::{
        CompetitionSettings, State, competition_scores, find_competition, insert_competition, set_state,
    };
    pub use crate::store::entrants::{add_entrant, add_team, end_entry, list_teams};
    pub use crate::store::outbox;
    pub use crate::store::questions::synchronise_bank;
    pub use crate::view::answer::answer_receipt;
    pub use crate::view::question::open_question;
    pub use crate::view::text;
}
