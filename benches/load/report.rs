//! The result as a person reads it: each figure beside the reference.

use std::time::Duration;

use anyhow::ensure;
use sandbox::load::Report;
use serde_json::Value;

use crate::Scenario;
use crate::cost::Cost;

/// What the smallest possible bot does: the same library, one upsert for a click. README.md says how it was measured.
pub struct Reference {
    per_second: f64,
    p50: f64,
    p99: f64,
}

/// With 64 clicks in flight and every commit on disk.
pub const AT_64: Reference = Reference {
    per_second: 5_300.0,
    p50: 11.2,
    p99: 15.5,
};
/// With 1,024 in flight.
pub const AT_1024: Reference = Reference {
    per_second: 5_200.0,
    p50: 193.0,
    p99: 229.0,
};
/// Its memory in megabytes: idle, and after clicks.
const MEMORY: [f64; 2] = [12.0, 27.0];

/// A measurement as a line.
pub struct Line<'a> {
    /// What was measured.
    pub scenario: &'a Scenario,
    /// What came of it.
    pub clicks: &'a Report,
    /// What it cost.
    pub cost: Cost,
}

/// Says how busy the machine is before anything is measured.
pub fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    println!("{cores} processors, load {load} at the start.");
    println!("In parentheses: how many times the reference's figure that is.");
    println!("For one click: µs of processor time, writing transactions (tx), bytes of write-ahead log.");
    println!("others: how much of one processor something else took; the figures are good when it is small.");
}

/// Begins the part of a server.
pub fn title(text: &str) {
    println!("\n## {text}\n");
}

/// The table's head.
pub fn head() {
    println!(
        "{:<42} {:>12} {:>13} {:>13} {:>7} {:>7} {:>6} {:>7} {:>7} {:>5} {:>6}",
        "", "answers/s", "p50 ms", "p99 ms", "max ms", "bot µs", "pg µs", "sim µs", "others", "tx", "log B"
    );
}

impl Line<'_> {
    /// Prints it.
    pub fn print(&self) {
        let Self {
            scenario,
            clicks,
            cost,
        } = self;
        let reference = scenario.reference.as_ref();
        let beside = |figure: f64, of: Option<f64>| match of {
            Some(of) => format!("{figure:.1} ({:.2})", figure / of),
            None => format!("{figure:.1}"),
        };
        let rate = match reference {
            Some(reference) => {
                let rate = clicks.per_second();
                format!("{rate:.0} ({:.2})", rate / reference.per_second)
            }
            None => format!("{:.0}", clicks.per_second()),
        };
        let ms = |thousandths| clicks.percentile(thousandths).as_secs_f64() * 1000.0;
        println!(
            "{:<42} {rate:>12} {:>13} {:>13} {:>7.1} {:>7} {:>6} {:>7} {:>7} {:>5.2} {:>6.0}",
            scenario.name,
            beside(ms(500), reference.map(|reference| reference.p50)),
            beside(ms(990), reference.map(|reference| reference.p99)),
            ms(1000),
            self.each(cost.bot),
            self.each(cost.database),
            self.each(cost.discord),
            self.share(cost.others),
            ratio(cost.transactions.unsigned_abs(), clicks.answered),
            ratio(cost.log.unsigned_abs(), clicks.answered),
        );
    }

    /// Microseconds for one click.
    fn each(&self, all: Option<Duration>) -> String {
        let clicks = u32::try_from(self.clicks.answered).unwrap_or(u32::MAX).max(1);
        all.map_or_else(|| "–".to_owned(), |all| (all / clicks).as_micros().to_string())
    }

    /// How much of one processor was busy with something else.
    fn share(&self, all: Option<Duration>) -> String {
        let took = self.clicks.took.as_secs_f64();
        all.map_or_else(
            || "–".to_owned(),
            |all| format!("{:.0} %", 100.0 * all.as_secs_f64() / took),
        )
    }
}

/// Says what was clicked, and sees that a recorded answer was what came back.
pub fn event(bytes: usize, sample: &Value) -> anyhow::Result<()> {
    let reply = sample.to_string();
    ensure!(reply.contains("You chose"), "a click was answered with {reply}");
    println!(
        "    (a click is {bytes} bytes of JSON, its answer {} bytes)",
        reply.len()
    );
    Ok(())
}

/// Memory at some moments; the first two have a reference.
pub fn memory(moments: &[(&str, Option<u64>)]) {
    println!("\nMemory of the bot:");
    for (index, (moment, bytes)) in moments.iter().enumerate() {
        let Some(bytes) = bytes else {
            println!("    {moment}: not told by this system");
            continue;
        };
        let megabytes = ratio(*bytes, 1_000_000);
        match MEMORY.get(index) {
            Some(of) => println!(
                "    {moment}: {megabytes:.1} MB (reference {of} MB, {:.2})",
                megabytes / of
            ),
            None => println!("    {moment}: {megabytes:.1} MB"),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "nothing here is near 2^52")]
fn ratio(of: u64, to: usize) -> f64 {
    of as f64 / to.max(1) as f64
}
