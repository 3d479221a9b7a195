//! Every message that comes by itself is there once, and the row it belongs to knows it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Findings, Kind};
use crate::facts::{Facts, Shown};

/// What a message is the only one for, by a button it carries.
pub(super) fn subject_of(custom_id: &str) -> Option<String> {
    let mut parts = custom_id.split(':');
    let (name, id) = (parts.next()?, parts.next()?);
    match (name, parts.next()) {
        ("answer" | "answers" | "write", _) => Some(format!("question of round {id}")),
        ("notice", None) => Some(format!("notice {id}")),
        ("convincing", None) => Some(format!("shared answer {id}")),
        ("live", Some("join")) => Some(format!("lobby of quiz {id}")),
        ("live", Some("result")) => Some(format!("podium of quiz {id}")),
        _ => None,
    }
}

/// The messages that came by themselves.
fn by_itself(facts: &Facts) -> impl Iterator<Item = &Shown> {
    facts.shown.iter().filter(|shown| !shown.on_request)
}

/// No two messages for one thing: by what their buttons mean, by their nonce, by what they say.
pub(super) fn check_messages(facts: &Facts, findings: &mut Findings) {
    let mut subjects: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let mut first: BTreeMap<i64, &Shown> = BTreeMap::new();
    for shown in by_itself(facts) {
        first.entry(shown.message).or_insert(shown);
        let named = shown
            .custom_ids
            .iter()
            .filter_map(|custom_id| subject_of(custom_id));
        for subject in named {
            subjects.entry(subject).or_default().insert(shown.message);
        }
        if let Some(nonce) = &shown.nonce {
            subjects
                .entry(format!("nonce {nonce}"))
                .or_default()
                .insert(shown.message);
        }
    }
    let mut said: BTreeMap<(i64, &str, &[String]), BTreeSet<i64>> = BTreeMap::new();
    for shown in first.values() {
        let what = (shown.channel, shown.words.as_str(), shown.custom_ids.as_slice());
        said.entry(what).or_default().insert(shown.message);
    }
    for (subject, messages) in subjects.iter().filter(|(_, messages)| messages.len() > 1) {
        findings.add(Kind::Twice, format!("{subject}: messages {messages:?}"));
    }
    for ((channel, words, _), messages) in said.iter().filter(|(_, messages)| messages.len() > 1) {
        let start: String = words.chars().take(60).collect();
        findings.add(
            Kind::Twice,
            format!("channel {channel} says the same in messages {messages:?}: {start:?}"),
        );
    }
}

/// Each round that was asked has its message, and one that was not has none.
pub(super) fn check_questions(facts: &Facts, findings: &mut Findings) {
    let mut asked: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    for shown in by_itself(facts) {
        for custom_id in &shown.custom_ids {
            let mut parts = custom_id.split(':');
            if let (Some("answer" | "answers" | "write"), Some(Ok(round))) =
                (parts.next(), parts.next().map(str::parse))
            {
                asked.entry(round).or_default().insert(shown.message);
            }
        }
    }
    for round in facts
        .tables
        .rounds
        .iter()
        .filter(|round| round.maybe_number("only_user_id").is_none())
    {
        let id = round.number("round_id");
        let messages = asked.remove(&id).unwrap_or_default();
        let known = round.maybe_number("message_id");
        let is_asked = ["posted", "revealed"].contains(&round.text("state"));
        match known {
            Some(known) if is_asked && !messages.contains(&known) => findings.add(
                Kind::Wrong,
                format!("round {id} says its message is {known}, but its buttons are on {messages:?}"),
            ),
            None if is_asked => findings.add(Kind::Lost, format!("round {id} is asked without a message")),
            _ if !is_asked && !messages.is_empty() => findings.add(
                Kind::Wrong,
                format!(
                    "round {id} is {} but stands in messages {messages:?}",
                    round.text("state")
                ),
            ),
            _ => {}
        }
    }
    for (round, messages) in asked {
        findings.add(
            Kind::Wrong,
            format!("messages {messages:?} ask round {round}, which no table knows"),
        );
    }
}

/// Each daily question that is revealed shows it on its message, and has its discussion.
pub(super) fn check_discussions(facts: &Facts, findings: &mut Findings) {
    let mut revealed: BTreeSet<i64> = BTreeSet::new();
    let mut written: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    for shown in by_itself(facts) {
        written.entry(shown.channel).or_default().insert(shown.message);
        for custom_id in &shown.custom_ids {
            let mut parts = custom_id.split(':');
            if let (Some("why" | "own"), Some(Ok(round))) = (parts.next(), parts.next().map(str::parse)) {
                revealed.insert(round);
            }
        }
    }
    let all = &facts.tables.rounds;
    for round in all
        .iter()
        .filter(|round| round.text("state") == "revealed" && round.maybe_number("only_user_id").is_none())
    {
        let id = round.number("round_id");
        if !revealed.contains(&id) {
            findings.add(Kind::Lost, format!("the reveal of round {id} is shown nowhere"));
        }
        // A thread that begins with a message has its id.
        let thread = round.number("message_id");
        if round.text("source") == "daily"
            && round.flag("thread") == Some(true)
            && !written.contains_key(&thread)
        {
            findings.add(
                Kind::Lost,
                format!("the discussion of round {id} is not in its thread {thread}"),
            );
        }
    }
}
