//! A live quiz in its channel: the lobby, and what its buttons say. The questions are in `round`, the end in `podium`.

pub mod podium;
pub mod round;

use chrono::{DateTime, Utc};

use crate::ids::{ChannelId, GuildId, MessageId, QuizId, UserId};
use crate::interaction::{CustomId, LiveStep};
use crate::reply::{Button, Component, Message};
use crate::rules::podium::PlayerStanding;
use crate::rules::question::Level;
use crate::rules::quiz::Ending;
use crate::rules::quiz_score::{MOST_FOR_SPEED, Rules, Scoring};
use crate::rules::scoring::points_for;
use crate::view::colour::ACCENT;
use crate::view::text;

/// A live quiz, as far as its messages name it.
#[derive(Clone, Copy, Debug)]
pub struct Quiz<'a> {
    pub id: QuizId,
    pub title: &'a str,
    pub host: UserId,
    pub questions: i16,
    pub rules: Rules,
}

impl Quiz<'_> {
    fn button(&self, label: &str, step: LiveStep) -> Button {
        Button::new(label, CustomId::Live { quiz: self.id, step }.custom_id())
    }

    fn about(&self) -> String {
        format!(
            "### Live quiz: {}\n{} hosts · {} · {} each\n-# {}",
            text::plain(self.title),
            text::member(self.host),
            text::count_of(i64::from(self.questions), "question", "questions"),
            text::duration(self.rules.window),
            scoring_sentence(self.rules)
        )
    }
}

/// How answers are scored, in a sentence or two.
fn scoring_sentence(rules: Rules) -> String {
    let right = match rules.scoring {
        Scoring::Plain => {
            let [easy, medium, hard] = Level::ALL.map(|level| points_for(level, true));
            format!("A right answer gives {easy}, {medium} or {hard} points by level.")
        }
        Scoring::Speed => format!(
            "A right answer gives up to {MOST_FOR_SPEED} points, half of that in the last second: faster is more. \
             Leaderboards count the usual points by level."
        ),
    };
    let wrong = match (rules.penalty, rules.scoring) {
        (false, _) => "A wrong one costs nothing.",
        (true, Scoring::Plain) => "A wrong one costs half of that, but nobody falls below 0.",
        (true, Scoring::Speed) => "A wrong one costs 250, but nobody falls below 0.",
    };
    format!("{right} {wrong} Your first answer counts.")
}

/// Who is in the lobby.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The first of them who let themselves be named.
    pub named: Vec<UserId>,
    /// How many there are, named or not.
    pub all: i64,
}

impl Joined {
    fn waiting(&self) -> String {
        match self.all {
            0 => "Nobody has joined yet.".to_owned(),
            1 => self.line("has joined"),
            _ => self.line("have joined"),
        }
    }

    fn line(&self, what: &str) -> String {
        let mut names: Vec<String> = self.named.iter().map(|user| text::member(*user)).collect();
        let unnamed = self.all - i64::try_from(names.len()).unwrap_or(self.all);
        if unnamed > 0 && !names.is_empty() {
            names.push(format!("{unnamed} more"));
        }
        match names.is_empty() {
            true => format!("**{} {what}**", self.all),
            false => format!("**{} {what}:** {}", self.all, names.join(", ")),
        }
    }
}

/// The lobby while one can join.
#[must_use]
pub fn lobby_message(quiz: &Quiz<'_>, joined: &Joined, starts_at: DateTime<Utc>) -> Message {
    let when = format!(
        "-# It starts {}, or when {} presses Start.",
        text::relative(starts_at),
        text::member(quiz.host)
    );
    framed_message(vec![
        Component::Text(quiz.about()),
        Component::Separator,
        Component::Text(format!("{}\n{when}", joined.waiting())),
        Component::Row(vec![
            quiz.button("Join", LiveStep::Join).invite(),
            quiz.button("Leave", LiveStep::Leave),
            quiz.button("Start", LiveStep::Start),
            quiz.button("Cancel", LiveStep::Stop).danger(),
        ]),
    ])
}

/// The lobby's message once the questions come.
#[must_use]
pub fn lobby_begun(quiz: &Quiz<'_>, joined: &Joined) -> Message {
    framed_message(vec![
        Component::Text(quiz.about()),
        Component::Separator,
        Component::Text(format!(
            "{}\n-# The first question comes in a moment. Whoever answers a question plays from there on.",
            joined.line(if joined.all == 1 { "plays" } else { "play" })
        )),
        Component::Row(vec![quiz.button("Stop the quiz", LiveStep::Stop).danger()]),
    ])
}

/// The lobby's message once the quiz is over, or will never begin.
#[must_use]
pub fn lobby_over(quiz: &Quiz<'_>, joined: &Joined, ending: Option<Ending>, began: bool) -> Message {
    let what = match (began, ending) {
        (false, Some(Ending::Nobody)) => {
            "Nobody joined, so there is no quiz. Open another with /quiz live.".to_owned()
        }
        (false, Some(Ending::Away)) => {
            "I was away when it was to start, so there is no quiz. Open another with /quiz live.".to_owned()
        }
        (false, Some(Ending::Channel)) => "I could not write here, so there is no quiz.".to_owned(),
        (false, None | Some(Ending::Silence | Ending::Stopped)) => {
            "It was cancelled before the first question.".to_owned()
        }
        (true, ending) => format!("{}\n-# {}", joined.line("played"), ending_sentence(ending)),
    };
    framed_message(vec![
        Component::Text(quiz.about()),
        Component::Separator,
        Component::Text(what),
    ])
}

/// Why a quiz that had begun is over.
fn ending_sentence(ending: Option<Ending>) -> &'static str {
    match ending {
        None | Some(Ending::Nobody) => "It is over.",
        Some(Ending::Silence) => "It ended early: three questions in a row had no answer.",
        Some(Ending::Stopped) => "It was stopped early.",
        Some(Ending::Away) => "It ended early, because I was away for more than ten minutes.",
        Some(Ending::Channel) => "It ended early, because I could no longer write here.",
    }
}

fn framed_message(children: Vec<Component>) -> Message {
    Message::public(vec![Component::Container {
        accent: ACCENT,
        children,
    }])
}

/// A player as everybody sees them.
fn player_name(place: &PlayerStanding) -> String {
    text::named(place.user, place.hidden)
}

/// `/quiz live` worked.
#[must_use]
pub fn lobby_opened(starts_at: DateTime<Utc>, asked: i64, wanted: i64) -> Message {
    let few = match asked < wanted {
        true => format!(
            " Only {}, so that is the whole quiz.",
            text::count_of(asked, "question fits", "questions fit")
        ),
        false => String::new(),
    };
    Message::note(format!(
        "The lobby is open.{few} Press Start there when everybody is in; otherwise it starts {}.",
        text::relative(starts_at)
    ))
}

/// Only managers open live quizzes here.
#[must_use]
pub fn not_a_host() -> Message {
    Message::note(
        "Only managers can open a live quiz here. A manager can open that to everyone with /quiz settings. A quiz of \
         your own is there at any time with /quiz solo.",
    )
}

/// The bot lacks these permissions in the channel.
#[must_use]
pub fn cannot_write(permissions: &[&str]) -> Message {
    Message::note(format!(
        "I cannot hold a live quiz here, because in this channel I lack {}. Whoever manages the channel can allow me \
         that.",
        permissions.join(" and ")
    ))
}

/// A quiz is going on in the channel; one at a time.
#[must_use]
pub fn channel_busy(guild: GuildId, channel: ChannelId, message: Option<MessageId>) -> Message {
    let place = match message {
        Some(message) => format!("https://discord.com/channels/{guild}/{channel}/{message}"),
        None => text::channel(channel),
    };
    Message::note(format!(
        "A live quiz is going on in this channel: {place}. One at a time; join that one, or open another elsewhere."
    ))
}

/// Joined.
#[must_use]
pub fn player_joined(first: bool) -> Message {
    Message::note(match first {
        true => "You are in. The questions come here, in this channel; your first answer to each counts.",
        false => "You are in already. The questions come here, in this channel.",
    })
}

/// Left the lobby, or was not in it.
#[must_use]
pub fn player_left(was_in: bool) -> Message {
    Message::note(match was_in {
        true => "You are out. Join again as long as the lobby is open.",
        false => "You had not joined.",
    })
}

/// Leaving is for the lobby.
#[must_use]
pub fn running_already() -> Message {
    Message::note("The quiz has begun. Questions you do not answer cost you nothing.")
}

/// Start without anybody to play.
#[must_use]
pub fn nobody_yet() -> Message {
    Message::note("Nobody has joined yet. Wait for the first, or press Join yourself.")
}

/// Start, Next and Stop are not for everybody.
#[must_use]
pub fn host_only() -> Message {
    Message::note("Only the host and managers can do this.")
}

/// Started, hurried or stopped.
#[must_use]
pub fn moved_on(step: LiveStep, began: bool) -> Message {
    Message::note(match step {
        LiveStep::Stop if began => "The quiz is stopped. The podium follows.",
        LiveStep::Stop => "The quiz is cancelled.",
        LiveStep::Start => "Here we go.",
        LiveStep::Next | LiveStep::Join | LiveStep::Leave | LiveStep::Result => {
            "The next question is on its way."
        }
    })
}

/// Nothing to hurry.
#[must_use]
pub fn nothing_to_hurry() -> Message {
    Message::note("It is moving on already.")
}

/// A button of a quiz that is over.
#[must_use]
pub fn is_over() -> Message {
    Message::note("This quiz is over. Open another with /quiz live.")
}

/// A quiz this server does not have.
#[must_use]
pub fn unknown_quiz() -> Message {
    Message::note("I do not know this quiz. It may belong to another server.")
}

/// Who may host now.
#[must_use]
pub fn host_rule(anyone: bool) -> Message {
    Message::note(match anyone {
        true => "Everybody can open live quizzes now.",
        false => "Only managers can open live quizzes now.",
    })
}
