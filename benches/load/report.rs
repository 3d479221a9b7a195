//! The result as a person reads it: our bot, the bare one, and how many times the bare one's figure ours is.

use std::time::Duration;

use anyhow::ensure;

use crate::bot::Memory;
use crate::{Measured, Results, SCENARIOS};

/// When memory is read.
const MOMENTS: [&str; 3] = ["idle", "after 10,000 answers", "after all of it"];

/// A column: its name, digits after the point, and its figure.
type Column = (&'static str, usize, fn(&Measured) -> Option<f64>);

const COLUMNS: [Column; 10] = [
    ("answers/s", 0, |it| Some(it.clicks.per_second())),
    ("p50 ms", 1, |it| Some(milliseconds(it, 500))),
    ("p99 ms", 1, |it| Some(milliseconds(it, 990))),
    ("max ms", 1, |it| Some(milliseconds(it, 1000))),
    ("bot µs", 0, |it| each(it, it.cost.bot)),
    ("postgres µs", 0, |it| each(it, it.cost.database)),
    ("discord µs", 0, |it| each(it, it.cost.discord)),
    ("writes", 2, |it| {
        Some(ratio(it.cost.transactions.unsigned_abs(), it.clicks.answered))
    }),
    ("log bytes", 0, |it| {
        Some(ratio(it.cost.log.unsigned_abs(), it.clicks.answered))
    }),
    ("others %", 0, |it| {
        Some(100.0 * it.cost.others?.as_secs_f64() / it.clicks.took.as_secs_f64())
    }),
];

/// Says how busy the machine is before anything is measured, and what the columns are.
pub fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    println!("{cores} processors, load {load} at the start.");
    println!(
        "Of one click: µs are processor time, writes are transactions, log is PostgreSQL's write-ahead log."
    );
    println!("others: how much of one processor went elsewhere; the figures are good when it is small.");
}

/// Begins the part of a server.
pub fn title(text: &str) {
    println!("\n== {text}");
}

/// Prints both beside each other, once both are right.
pub fn compare(greenroom: &Results, bare: &Results) -> anyhow::Result<()> {
    for (ours, theirs, scenario) in each_of(greenroom, bare) {
        for measured in [ours, theirs] {
            let reply = measured.clicks.sample.to_string();
            ensure!(
                reply.contains("You chose"),
                "{}: a click was answered with {reply}",
                scenario
            );
        }
        println!("\n{scenario}");
        row("", |column| column.0.to_owned());
        row("greenroom", |column| shown(column.2(ours), column.1));
        row("bare bot", |column| shown(column.2(theirs), column.1));
        row("times", |column| {
            shown(times(column.2(ours), column.2(theirs)), 2)
        });
    }
    println!("\nMemory in MB: resident, of that the process's own, the most ever resident");
    for ((moment, ours), theirs) in MOMENTS.iter().zip(&greenroom.memory).zip(&bare.memory) {
        let resident = |memory: &Option<Memory>| Some(ratio(memory.as_ref()?.resident, 1_000_000));
        let times = shown(times(resident(ours), resident(theirs)), 2);
        println!(
            "{moment:<21} greenroom {}   bare bot {}   times {times}",
            megabytes(ours),
            megabytes(theirs)
        );
    }
    if let Some(first) = greenroom.scenarios.first() {
        println!("A click was {} bytes of JSON.", first.clicks.event_bytes);
    }
    Ok(())
}

fn each_of<'a>(
    greenroom: &'a Results,
    bare: &'a Results,
) -> impl Iterator<Item = (&'a Measured, &'a Measured, &'static str)> {
    let both = greenroom.scenarios.iter().zip(&bare.scenarios);
    both.zip(&SCENARIOS)
        .map(|((ours, theirs), scenario)| (ours, theirs, scenario.name))
}

fn row(name: &str, cell: impl Fn(&Column) -> String) {
    let cells = COLUMNS.iter().map(|column| format!("{:>12}", cell(column)));
    println!("    {name:<9}{}", cells.collect::<String>());
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.digits$}"))
}

fn megabytes(memory: &Option<Memory>) -> String {
    let Some(memory) = memory else {
        return "not told by this system".to_owned();
    };
    let [resident, own, most] =
        [memory.resident, memory.own, memory.most].map(|bytes| format!("{:5.1}", ratio(bytes, 1_000_000)));
    format!("{resident} {own} {most}")
}

fn times(ours: Option<f64>, theirs: Option<f64>) -> Option<f64> {
    let (ours, theirs) = (ours?, theirs?);
    (theirs > 0.0).then(|| ours / theirs)
}

fn milliseconds(measured: &Measured, thousandths: usize) -> f64 {
    measured.clicks.percentile(thousandths).as_secs_f64() * 1000.0
}

/// Microseconds for one click.
fn each(measured: &Measured, all: Option<Duration>) -> Option<f64> {
    let micros = u64::try_from(all?.as_micros()).ok()?;
    Some(ratio(micros, measured.clicks.answered))
}

#[expect(clippy::cast_precision_loss, reason = "nothing here is near 2^52")]
fn ratio(of: u64, to: usize) -> f64 {
    of as f64 / to.max(1) as f64
}
