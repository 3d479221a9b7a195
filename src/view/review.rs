//! What a member reads about their own deck. Private, all of it.

use chrono::{DateTime, Days, NaiveDate};

use crate::ids::{ChannelId, QuizId};
use crate::interaction::{CustomId, Step};
use crate::reply::{Button, Component, Message};
use crate::rules::review::{Outlook, Rating, Retention, ReviewPlan};
use crate::rules::schedule::{LocalTime, Zone};
use crate::view::text;

/// What a run through the deck is called.
pub const TITLE: &str = "Review";
/// How far the forecast looks.
pub const FORECAST_DAYS: u16 = 7;
/// Why nudges end: their member does not take them.
pub const NOT_TAKEN: &str = "Discord did not let me send you a direct message. Allow direct messages from members of \
     this server, then switch it \
     on again with /review settings.";
/// Why nudges end: a zone that no longer exists.
pub const UNKNOWN_ZONE: &str =
    "I no longer know your time zone. Choose another, and the time, with /review settings.";

/// How a member reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewing {
    /// How sure they want to be.
    pub retention: Retention,
    /// Whose midnight begins a day, and whose clock the nudge goes by.
    pub zone: Zone,
    /// When they are nudged, if at all.
    pub nudge: Option<LocalTime>,
}

/// A deck as its member sees it. Days are those of their calendar.
#[derive(Clone, Debug)]
pub struct Deck {
    /// Today.
    pub today: NaiveDate,
    /// All cards.
    pub cards: i64,
    /// Those to be asked now.
    pub due: i64,
    /// Those that are due but wait for a reveal.
    pub held_back: i64,
    /// The day of each card that comes back within the forecast.
    pub coming: Vec<NaiveDate>,
    /// The day of the first card that comes back.
    pub next: Option<NaiveDate>,
    /// How many cards were just dropped because their question is no longer asked.
    pub retired: u64,
    /// Why nudges were switched off, if that is news.
    pub nudges_off: Option<String>,
    /// The settings.
    pub reviewing: Reviewing,
}

/// The deck: what is due, what comes, and the way to begin.
#[must_use]
pub fn deck_message(deck: &Deck) -> Message {
    let mut components = Vec::new();
    if let Some(reason) = &deck.nudges_off {
        components.push(Component::Text(format!("Your daily nudge is off. {reason}")));
    }
    if deck.retired > 0 {
        let retired = i64::try_from(deck.retired).unwrap_or(i64::MAX);
        components.push(Component::Text(format!(
            "{} no longer asked, so I took {} out of your deck.",
            text::count_of(retired, "question is", "questions are"),
            if retired == 1 { "it" } else { "them" }
        )));
    }
    components.push(Component::Text(format!("### Your deck\n{}", what_is_due(deck))));
    if deck.cards > 0 {
        components.push(Component::Text(forecast_lines(deck)));
    }
    if deck.due > 0 {
        components.push(Component::Row(vec![
            Button::new("Start", CustomId::ReviewStart.custom_id()).primary(),
        ]));
    }
    components.push(Component::Text(format!(
        "-# {}. /review settings changes that.",
        settings_sentence(&deck.reviewing)
    )));
    Message::private(components)
}

fn what_is_due(deck: &Deck) -> String {
    if deck.cards == 0 {
        return "It is empty. Questions you miss come here by themselves, and *Remind me* behind *Why* adds any other. \
                They come back when you are about to forget them."
            .to_owned();
    }
    let due = match (deck.due, deck.next) {
        (0, Some(next)) if next > last_of(deck) => {
            format!(
                "Nothing is due. The next card comes back on {}.",
                text::written_day(next)
            )
        }
        (0, _) => "Nothing is due.".to_owned(),
        (due, _) => format!("**{} due.**", text::count_of(due, "question is", "questions are")),
    };
    let held_back = match deck.held_back {
        0 => String::new(),
        1 => " One more waits until its question is revealed in this server.".to_owned(),
        n => format!(" {n} more wait until their questions are revealed in this server."),
    };
    format!("{due}{held_back}")
}

fn last_of(deck: &Deck) -> NaiveDate {
    deck.today + Days::new(u64::from(FORECAST_DAYS))
}

/// The coming days, each with a block for every card.
fn forecast_lines(deck: &Deck) -> String {
    const WIDEST: usize = 12;
    let cards = text::count_of(deck.cards, "card", "cards");
    if deck.coming.is_empty() {
        return format!("-# {cards} in all");
    }
    let days = deck.today.iter_days().skip(1).take(usize::from(FORECAST_DAYS));
    let lines = days.map(|date| {
        let n = deck.coming.iter().filter(|coming| **coming == date).count();
        let line = format!("{}  {}", date.format("%a %e %b"), "█".repeat(n.min(WIDEST)));
        match n {
            0 => format!("{line}·"),
            n => format!("{line} {n}"),
        }
    });
    format!(
        "```text\n{}\n```\n-# {cards} in all",
        lines.collect::<Vec<_>>().join("\n")
    )
}

fn settings_sentence(reviewing: &Reviewing) -> String {
    let nudge = match reviewing.nudge {
        Some(time) => format!("a nudge at {time} when something is due"),
        None => "no nudge".to_owned(),
    };
    format!(
        "You want to remember {} · {nudge} · {} time",
        reviewing.retention,
        reviewing.zone.name()
    )
}

/// How things stand, where nothing was changed.
#[must_use]
pub fn settings_message(reviewing: &Reviewing) -> Message {
    Message::note(format!(
        "### How you review\n{}\n-# A card comes back when the chance that you remember it has fallen to the \
         retention: the \
         higher, the more often. A nudge is a direct message, once a day and only when something is due.",
        settings_lines(reviewing)
    ))
}

/// After a change.
#[must_use]
pub fn settings_saved(reviewing: &Reviewing) -> Message {
    Message::note(format!(
        "Saved.\n{}\n-# The retention holds from each card's next review on.",
        settings_lines(reviewing)
    ))
}

fn settings_lines(reviewing: &Reviewing) -> String {
    let nudge = match reviewing.nudge {
        Some(time) => format!("every day at {time}, when something is due"),
        None => "off".to_owned(),
    };
    let mut lines = format!(
        "**Retention** {}\n**Nudge** {nudge}\n**Time zone** {}",
        reviewing.retention,
        reviewing.zone.name()
    );
    if let Some(hint) = text::fixed_offset(&reviewing.zone, "/review settings") {
        lines.push('\n');
        lines.push_str(&hint);
    }
    lines
}

/// The direct message. It says no more than that something is due: others may look over a shoulder.
#[must_use]
pub fn nudge_message(cards: i64, channel: ChannelId) -> Message {
    let due = text::count_of(cards, "question is", "questions are");
    Message::public(vec![Component::Text(format!(
        "{due} due. /review now in {} asks {}.\n-# You asked for this; /review settings nudge:off ends it.",
        text::channel(channel),
        if cards == 1 { "it" } else { "them" }
    ))])
}

/// When a card comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It is due.
    Now,
    /// Tomorrow.
    Tomorrow,
    /// On that day.
    On(NaiveDate),
}

/// After Remind me.
#[must_use]
pub fn card_added(new: bool, when: When) -> Message {
    let comes_back = match when {
        When::Now => "is due now".to_owned(),
        When::Tomorrow => "comes back tomorrow".to_owned(),
        When::On(date) => format!("comes back on {}", text::written_day(date)),
    };
    Message::note(match new {
        true => format!("It is in your deck now and {comes_back}. /review now shows what is due."),
        false => format!("It is in your deck already and {comes_back}. /review now shows what is due."),
    })
}

/// After Remind me of these.
#[must_use]
pub fn reminded_of(new: usize) -> String {
    match new {
        0 => "They are all in your deck already. /review now shows what is due.".to_owned(),
        1 => "One more is in your deck now. /review now shows what is due.".to_owned(),
        n => format!("{n} more are in your deck now. /review now shows what is due."),
    }
}

/// Remind me of a question that is answered in one's own words.
#[must_use]
pub fn not_for_open() -> Message {
    Message::note(
        "The deck holds questions with options. This one is answered in your own words, so it stays here.",
    )
}

/// What each rating comes to, with the one that follows from the answer in colour.
#[must_use]
pub fn rating_buttons(quiz: QuizId, number: u8, outlook: &Outlook, rated: Rating) -> [Component; 2] {
    let buttons = Rating::ALL.map(|rating| {
        let step = Step::Rate { number, rating };
        let label = format!(
            "{} · {}",
            rating_name(rating),
            interval_text(outlook.after(rating).days)
        );
        let button = Button::new(label, CustomId::Quiz { quiz, step }.custom_id());
        match rating == rated {
            true => button.primary(),
            false => button,
        }
    });
    let note = format!(
        "-# Counted as {}. Press another if it felt different.",
        rating_name(rated)
    );
    [Component::Text(note), Component::Row(buttons.to_vec())]
}

/// As large as [`rating_buttons`] ever get: to check a page against Discord's limits.
pub(super) fn widest_ratings(quiz: QuizId) -> [Component; 2] {
    let plan = ReviewPlan {
        retention: Retention::LOWEST,
        zone: Zone::utc(),
    };
    rating_buttons(
        quiz,
        u8::MAX,
        &plan.outlook(None, DateTime::UNIX_EPOCH),
        Rating::Again,
    )
}

fn rating_name(rating: Rating) -> &'static str {
    match rating {
        Rating::Again => "Again",
        Rating::Hard => "Hard",
        Rating::Good => "Good",
        Rating::Easy => "Easy",
    }
}

/// `4 d`, `3 mo`, `2 y`.
fn interval_text(days: u16) -> String {
    match days {
        0..60 => format!("{days} d"),
        60..730 => format!("{} mo", (days + 15) / 30),
        _ => format!("{} y", (u32::from(days) + 182) / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::interval_text;

    #[test]
    fn an_interval_is_short_enough_for_a_button() {
        let shown = [1, 59, 60, 365, 729, 730, 36_500].map(interval_text);
        assert_eq!(shown, ["1 d", "59 d", "2 mo", "12 mo", "24 mo", "2 y", "100 y"]);
    }
}
