//! What comes from outside, made up at random: no text may end the program, and none may cost more than its length.
//!
//! `make test` runs some hundred cases of each kind, the same every time; `make fuzz` many more, and others every time.
//! What a run began with is printed, so that `FUZZ_SEED` brings it back.

mod custom_ids;
mod files;
mod growth;
mod interactions;
mod made_up;
mod settings;

use proptest::test_runner::{Config, RngSeed};

/// How many cases are tried where nobody says it.
const CASES: u32 = 128;

/// How often something is tried, beginning where.
fn config() -> Config {
    let seed = read_number("FUZZ_SEED").unwrap_or(1);
    let cases = read_number("FUZZ_CASES").and_then(|cases| u32::try_from(cases).ok());
    let cases = cases.unwrap_or(CASES);
    // Shown where a test fails, and with `--nocapture`.
    println!("FUZZ_SEED={seed} FUZZ_CASES={cases}");
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..Config::default()
    }
}

fn read_number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
