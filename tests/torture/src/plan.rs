//! How a run is asked to be.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};

/// How a run is asked to be.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What everything left to chance follows from, as far as it is not left to timing.
    pub seed: u64,
    /// For how long things go wrong; up to twice as long where less than the least has happened by then.
    pub chaos: Duration,
    /// How long everything may take to come to rest afterwards.
    pub rest: Duration,
    /// Servers.
    pub guilds: usize,
    /// Members besides the usual ones.
    pub people: usize,
    /// How many of them answer a question.
    pub answers: usize,
    /// Between two schedules of a server.
    pub schedule_every: Duration,
    /// Whether there is no time to wait until windows are over.
    pub hurried: bool,
    /// The least there has to be, or the run proves nothing: rounds, kills, answers.
    pub least: (u64, u64, u64),
}

impl Plan {
    /// The proof.
    fn long(seed: u64) -> Self {
        Self {
            seed,
            chaos: Duration::from_secs(28 * 60),
            rest: Duration::from_secs(10 * 60),
            guilds: 14,
            people: 40,
            answers: 14,
            schedule_every: Duration::from_secs(70),
            hurried: false,
            least: (1_000, 500, 20_000),
        }
    }

    /// What every `make test` can afford.
    fn short(seed: u64) -> Self {
        Self {
            chaos: Duration::from_secs(25),
            rest: Duration::from_secs(60),
            guilds: 4,
            people: 12,
            answers: 8,
            schedule_every: Duration::from_secs(6),
            hurried: true,
            least: (5, 3, 30),
            ..Self::long(seed)
        }
    }

    /// Reads the command line: the program, then `--short`, `--seed N`, `--seconds N`.
    pub fn read(arguments: impl Iterator<Item = String>) -> anyhow::Result<(Self, PathBuf)> {
        let mut arguments = arguments.skip(1);
        let bot = arguments
            .next()
            .context("say where the program is: torture PROGRAM [--short] [--seed N] [--seconds N]")?;
        let (mut seed, mut seconds, mut short) = (None, None, false);
        while let Some(argument) = arguments.next() {
            let mut number = || -> anyhow::Result<u64> {
                let text = arguments.next().context("a number is missing")?;
                text.parse().with_context(|| format!("{text} is no number"))
            };
            match argument.as_str() {
                "--seed" => seed = Some(number()?),
                "--seconds" => seconds = Some(number()?),
                "--short" => short = true,
                other => bail!("{other} is not understood"),
            }
        }
        let seed = seed.unwrap_or_else(|| fastrand::u64(1..1_000_000));
        let mut plan = if short {
            Self::short(seed)
        } else {
            Self::long(seed)
        };
        if let Some(seconds) = seconds {
            plan.chaos = Duration::from_secs(seconds);
            plan.least = (1, 1, 1);
        }
        Ok((plan, std::path::absolute(bot)?))
    }
}
