//! What a member was told about an answer is what the row says.

use std::collections::{BTreeMap, HashMap};

use super::{Findings, Kind};
use crate::facts::{Choice, Facts, Press, Row, Told};

/// Every receipt equals its row.
pub(super) fn check_receipts(facts: &Facts, findings: &mut Findings) {
    let tables = &facts.tables;
    let key = |row: &Row| (row.number("round_id"), row.number("user_id"));
    let words: HashMap<_, _> = tables
        .open_answers
        .iter()
        .map(|row| (key(row), row.text("words")))
        .collect();
    let rows: HashMap<_, _> = tables
        .answers
        .iter()
        .map(|row| {
            let choices = i16::try_from(row.number("choices")).unwrap_or_default();
            let choice = match words.get(&key(row)) {
                Some(words) => Choice::Words((*words).to_owned()),
                None => Choice::Options(choices),
            };
            (key(row), choice)
        })
        .collect();
    let first_counts: HashMap<_, _> = tables
        .rounds
        .iter()
        .map(|round| (round.number("round_id"), round.flag("first_counts") == Some(true)))
        .collect();
    let mut pressed: BTreeMap<(i64, i64), Vec<&Press>> = BTreeMap::new();
    for press in &facts.presses {
        pressed.entry((press.round, press.user)).or_default().push(press);
    }
    for (key, presses) in &pressed {
        let first = first_counts.get(&key.0).copied().unwrap_or_default();
        check_answer(*key, presses, rows.get(key), first, findings);
    }
    for ((round, user), choice) in rows.iter().filter(|(key, _)| !pressed.contains_key(*key)) {
        findings.add(
            Kind::Wrong,
            format!("member {user} never answered round {round}, which has {choice:?} of them"),
        );
    }
}

/// What a press told its member to count.
fn promise(press: &Press) -> Option<&Choice> {
    match &press.told {
        Told::Counts(choice) | Told::TooLate(Some(choice)) => Some(choice),
        Told::TooLate(None) | Told::TooLateAsBefore | Told::Closed | Told::Unsure | Told::Refused => None,
    }
}

/// One member's answer to one round.
fn check_answer(
    (round, user): (i64, i64),
    presses: &[&Press],
    row: Option<&Choice>,
    first_counts: bool,
    findings: &mut Findings,
) {
    let who = format!("member {user} in round {round}");
    check_promises(&who, presses, first_counts, findings);
    let last = presses.iter().rposition(|press| promise(press).is_some());
    let promised = last.and_then(|at| promise(presses[at]));
    // Whatever came after the last receipt and was not answered may have been taken or not.
    let unsure = presses
        .iter()
        .skip(last.map_or(0, |at| at + 1))
        .filter(|press| press.told == Told::Unsure && !(first_counts && last.is_some()));
    let allowed: Vec<&Choice> = unsure.map(|press| &press.chose).chain(promised).collect();
    match (row, promised) {
        (None, Some(promised)) => findings.add(
            Kind::Lost,
            format!("{who} was told that {promised:?} counts, and no row has it"),
        ),
        (Some(row), _) if !allowed.contains(&row) => findings.add(
            Kind::Wrong,
            format!(
                "{who} has {row:?} and was told {promised:?}; {}",
                list_presses(presses)
            ),
        ),
        _ => {}
    }
}

/// Whether what a member was told fits together, whatever the row says.
fn check_promises(who: &str, presses: &[&Press], first_counts: bool, findings: &mut Findings) {
    let promises: Vec<&Choice> = presses.iter().filter_map(|press| promise(press)).collect();
    for told in &promises {
        if !presses.iter().any(|other| other.chose == **told) {
            findings.add(
                Kind::Wrong,
                format!("{who} was told that {told:?} counts and never chose it"),
            );
        }
    }
    if first_counts && promises.iter().any(|choice| Some(choice) != promises.first()) {
        findings.add(
            Kind::Wrong,
            format!("{who} was told {promises:?}, and the first answer counts"),
        );
    }
    let receipt = presses.iter().position(|press| promise(press).is_some());
    let none = presses
        .iter()
        .rposition(|press| press.told == Told::TooLate(None));
    if receipt.zip(none).is_some_and(|(receipt, none)| receipt < none) {
        findings.add(
            Kind::Lost,
            format!(
                "{who} was told that nothing counts, after a receipt; {}",
                list_presses(presses)
            ),
        );
    }
}

fn list_presses(presses: &[&Press]) -> String {
    let line = |press: &&Press| format!("{} {:?} → {:?}", press.at, press.chose, press.told);
    presses.iter().map(line).collect::<Vec<_>>().join("; ")
}
