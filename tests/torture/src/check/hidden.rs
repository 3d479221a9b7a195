//! Nothing that tells an answer is seen while the question is open.

use std::collections::HashMap;

use super::{Findings, Kind};
use crate::facts::{Facts, Moment, Row};

/// Shorter texts stand in other places by chance.
const TELLING: usize = 25;

/// A time in which a server is being asked something, and what tells the answer.
struct Asked<'f> {
    round: i64,
    from: Moment,
    until: Moment,
    secrets: &'f [String],
}

/// No public message and no reply tells an answer before the reveal.
pub(super) fn check_secrets(facts: &Facts, findings: &mut Findings) {
    let secrets: HashMap<i64, Vec<String>> = facts
        .tables
        .revisions
        .iter()
        .map(|revision| (revision.number("revision_id"), list_secrets(revision)))
        .collect();
    let mut asked: HashMap<i64, Vec<Asked<'_>>> = HashMap::new();
    let mut reveals: HashMap<i64, Option<Moment>> = HashMap::new();
    for round in &facts.tables.rounds {
        let id = round.number("round_id");
        reveals.insert(id, round.moment("reveal_at"));
        let open = round.moment("posted_at").zip(round.moment("reveal_at"));
        let known = secrets.get(&round.number("revision_id"));
        if let (Some((from, until)), Some(secrets)) = (open, known) {
            asked.entry(round.number("guild_id")).or_default().push(Asked {
                round: id,
                from,
                until,
                secrets,
            });
        }
    }
    for shown in &facts.shown {
        for custom_id in &shown.custom_ids {
            check_button(custom_id, shown.message, shown.at, &reveals, findings);
        }
        let here = asked.get(&shown.guild).map(Vec::as_slice).unwrap_or_default();
        if let Some(open) = find_told(here, shown.at, &shown.words) {
            findings.add(
                Kind::Early,
                format!(
                    "message {} tells the answer of round {} at {}, which is open until {}",
                    shown.message, open.round, shown.at, open.until
                ),
            );
        }
    }
    check_replies(facts, &asked, findings);
}

/// What members were told in private counts, too.
fn check_replies(facts: &Facts, asked: &HashMap<i64, Vec<Asked<'_>>>, findings: &mut Findings) {
    let by_round: HashMap<i64, &Asked<'_>> = asked
        .values()
        .flatten()
        .map(|asked| (asked.round, asked))
        .collect();
    for press in &facts.presses {
        let open = by_round.get(&press.round).copied();
        if let Some(open) = open.filter(|open| tells(open, press.at, &press.reply)) {
            findings.add(
                Kind::Early,
                format!(
                    "member {} was told the answer of round {} at {}, which is open until {}",
                    press.user, open.round, press.at, open.until
                ),
            );
        }
    }
}

/// A button that explains belongs to a round whose window is over.
fn check_button(
    custom_id: &str,
    message: i64,
    at: Moment,
    reveals: &HashMap<i64, Option<Moment>>,
    findings: &mut Findings,
) {
    let mut parts = custom_id.split(':');
    let (Some("why" | "own" | "follow-ups"), Some(Ok(round))) =
        (parts.next(), parts.next().map(str::parse::<i64>))
    else {
        return;
    };
    let reveal = reveals.get(&round).copied().flatten();
    if reveal.is_none_or(|reveal| at < reveal) {
        findings.add(
            Kind::Early,
            format!("message {message} offers {custom_id} at {at}, before the reveal ({reveal:?})"),
        );
    }
}

fn find_told<'a, 'f>(asked: &'a [Asked<'f>], at: Moment, words: &str) -> Option<&'a Asked<'f>> {
    asked.iter().find(|open| tells(open, at, words))
}

fn tells(open: &Asked<'_>, at: Moment, words: &str) -> bool {
    open.from <= at && at < open.until && open.secrets.iter().any(|secret| words.contains(secret))
}

/// What tells the answer: explanations, reasons, model answers. Their first line, as it may be cut.
fn list_secrets(revision: &Row) -> Vec<String> {
    let content = &revision.0["content"];
    let options = content["options"].as_array().cloned().unwrap_or_default();
    let reasons = options
        .iter()
        .filter_map(|option| option["rationale"].as_str().map(str::to_owned));
    let whole = ["explanation", "model_answer"]
        .into_iter()
        .filter_map(|field| content[field].as_str().map(str::to_owned));
    reasons
        .chain(whole)
        .filter_map(|text| text.lines().next().map(str::to_owned))
        .filter(|text| text.chars().count() >= TELLING)
        .collect()
}
