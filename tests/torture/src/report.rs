//! What came of it, as a person reads it.

use std::collections::BTreeMap;

use torture::check::{Finding, Kind};
use torture::facts::{Facts, Outcome};

use crate::chaos::list_fail_points;
use crate::stage::Stage;

/// Findings of a kind that are printed whole.
const MOST_SHOWN: usize = 12;

/// Prints everything, and says whether the run was right.
pub fn print_report(stage: &Stage, facts: &Facts, findings: &[Finding]) -> bool {
    let tables = &facts.tables;
    let mut rounds: BTreeMap<String, u64> = BTreeMap::new();
    for round in &tables.rounds {
        let what = format!("rounds, {} {}", round.text("source"), round.text("state"));
        *rounds.entry(what).or_default() += 1;
    }
    println!("\n== What happened");
    for (what, count) in rounds.iter().chain(&to_map(stage.tally.all())) {
        println!("{count:>8}  {what}");
    }
    let (asked, kills) = (count_asked(facts), stage.tally.sum("kills"));
    let unanswered = facts
        .deeds
        .iter()
        .filter(|deed| deed.outcome == Outcome::Unanswered);
    let judged = unanswered.filter(|deed| !deed.had_to_be_answered).count();
    println!("\n{asked:>8}  rounds that were asked");
    println!("{kills:>8}  kills");
    println!("{:>8}  answers given", facts.presses.len());
    println!("{:>8}  rows of answers", tables.answers.len());
    println!("{:>8}  versions of public messages", facts.shown.len());
    println!("{judged:>8}  unanswered while no instance was well");
    let missed: Vec<&str> = list_fail_points()
        .into_iter()
        .filter(|point| stage.tally.sum(&format!("kills at {point}")) == 0)
        .collect();
    println!("fail points nobody died at: {missed:?}");
    print_findings(findings);
    let (least_asked, least_kills, least_answers) = stage.plan.least;
    let answers = u64::try_from(facts.presses.len()).unwrap_or_default();
    let enough = asked >= least_asked && kills >= least_kills && answers >= least_answers;
    if !enough {
        println!(
            "\nToo little happened to prove anything: at least {least_asked} rounds, {least_kills} kills and \
             {least_answers} answers are needed."
        );
    }
    let right = findings.is_empty() && enough;
    let seed = stage.plan.seed;
    println!(
        "\n{} Seed {seed}.",
        if right {
            "Nothing is wrong."
        } else {
            "SOMETHING IS WRONG."
        }
    );
    right
}

fn to_map(counts: Vec<(String, u64)>) -> BTreeMap<String, u64> {
    counts.into_iter().collect()
}

fn count_asked(facts: &Facts) -> u64 {
    let asked = facts
        .tables
        .rounds
        .iter()
        .filter(|round| ["posted", "revealed"].contains(&round.text("state")));
    u64::try_from(asked.count()).unwrap_or_default()
}

fn print_findings(findings: &[Finding]) {
    let mut by_kind: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
    for finding in findings {
        by_kind.entry(finding.kind).or_default().push(&finding.what);
    }
    println!("\n== What is wrong");
    for kind in [
        Kind::Twice,
        Kind::Lost,
        Kind::Wrong,
        Kind::Early,
        Kind::Unanswered,
        Kind::Unfinished,
    ] {
        let found = by_kind.remove(&kind).unwrap_or_default();
        println!("{:>8}  {kind}", found.len());
        for what in found.iter().take(MOST_SHOWN) {
            println!("          {what}");
        }
    }
}
