//! `/help`, and what is said when something cannot be done.

use crate::reply::{Component, Message};
use crate::rules::question::Level;
use crate::rules::scoring::{TAKING_PART, points_for};

/// What the bot does and where to begin.
#[must_use]
pub fn help_page(manager: bool) -> Message {
    let [easy, medium, hard] = Level::ALL.map(|level| points_for(level, true));
    let mut components = vec![Component::Text(format!(
        "### How this works\n\
         A question comes to the channel on the days your team chose. Press the button beside your answer; only you \
         see what you chose, and you can change it until the reveal. Then everybody sees the answer, why it is right, \
         and questions to go on with.\n\
         **/quiz solo** questions now, only for you; **/quiz resume** goes on where you left\n\
         **/quiz set list** quizzes with a name; **/quiz set play** begins one\n\
         **/review now** what you missed, when you are about to forget it; **/review settings** how often\n\
         **/quiz live** a quiz in the channel for whoever joins: everybody has the same seconds, then the next comes\n\
         **/leaderboard** who is ahead this week, month or season, or on one topic\n\
         **/profile** how you are doing, area by area\n\
         **/season show · hall-of-fame** when the season ends, who won the ones before\n\
         **/competition show · join** what you can win just now\n\
         Some questions are open: **Answer** takes your own words, which nobody else reads unless you share them.\n\
         -# Right answers give {easy}, {medium} or {hard} points by level, an open question {TAKING_PART} for taking \
         part. A wrong answer costs nothing."
    ))];
    if manager {
        components.push(Component::Separator);
        components.push(Component::Text(
            "### For managers\n\
             **/daily add** a channel, a time and a time zone are enough\n\
             **/daily preview** the next dates and a look at a question\n\
             **/daily list · edit · pause · resume · skip · remove**\n\
             **/daily post-now · reveal-now** without waiting for the clock\n\
             **/quiz set save · remove** quizzes with a name, for everybody to play\n\
             **/quiz settings** whether everybody may open live quizzes, or only managers\n\
             **/season length · channel** how long seasons are, where they are announced\n\
             **/competition create · end · cancel** contests between members or teams\n\
             **/question preview** any question as members will see it, before and after the reveal"
                .to_owned(),
        ));
    }
    Message::private(components)
}

/// A command only managers may use.
#[must_use]
pub fn managers_only() -> Message {
    Message::note("Only managers can do this: members with the Manage Server permission.")
}

/// Something this version does not know.
#[must_use]
pub fn unknown_action() -> Message {
    Message::note("I do not know this button or command any more. Try /help for what there is now.")
}

/// Something failed on our side. `reference` is in the log beside the cause.
#[must_use]
pub fn failure_note(reference: &str) -> Message {
    Message::note(format!(
        "Something went wrong on my side, so I cannot say whether it worked. Please look and try again; if it stays, \
         tell whoever runs this bot the number {reference}."
    ))
}
