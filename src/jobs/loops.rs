//! All loops there are: what happens by time, grouped by what must not wait for what.
//!
//! A slow channel holds up deliveries to it, and nothing else; a season that is closed holds up nothing but seasons;
//! and judging, which needs no Discord, waits for none of them.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::jobs::outbox::run_deliveries;
use crate::jobs::pass::{Step, Wake, Workplace, run_passes};
use crate::jobs::supervise::{Loop, Pulse, Stalled, run_loops};
use crate::jobs::{competitions, forget, listen, live_quizzes, nudges, plan, reveal, seasons};
use crate::store::outbox::Lane;
use crate::store::wake;

/// How long things may take. Stories are less patient.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A step that asks the database alone: as long as one statement may take, and a little.
    pub database: Duration,
    /// An attempt at a message of a live quiz; it ends before its lease.
    pub live: Duration,
    /// An attempt at any other message; the same.
    pub delivery: Duration,
    /// How long a loop may go without finishing a pass.
    pub pass: Duration,
    /// How often the connection that hears of changes is asked whether it is there.
    pub proof: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            database: Duration::from_secs(30),
            live: Duration::from_secs(20),
            delivery: Duration::from_secs(150),
            pass: Duration::from_secs(900),
            proof: Duration::from_secs(60),
        }
    }
}

/// Does what happens by time until it is to stop.
///
/// # Errors
/// If a loop stands still.
pub async fn run_jobs(place: Workplace, patience: Patience) -> Result<(), Stalled> {
    let stop = place.stop.clone();
    run_loops(all_loops(&place, &patience), stop).await
}

fn all_loops(place: &Workplace, patience: &Patience) -> Vec<Loop> {
    let Patience {
        database,
        live,
        delivery,
        pass: within,
        proof,
    } = *patience;
    let start = |name, start: Start| {
        let place = place.clone();
        let start = Box::new(move |pulse| start(place.clone(), pulse));
        Loop { name, within, start }
    };
    let timed = |name, steps: Vec<Step>, wake: Wake| {
        let passes = move |place, pulse| run_passes(place, pulse, steps.clone(), wake).boxed();
        start(name, Box::new(passes))
    };
    vec![
        timed("live quizzes", live_steps(database), |bot| {
            wake::next_live(&bot.db, reveal::GRACE).boxed()
        }),
        timed("planning", planning_steps(database), |bot| {
            wake::next_planning(&bot.db).boxed()
        }),
        timed("judging", judging_steps(database), |bot| {
            wake::next_reveal(&bot.db, reveal::GRACE).boxed()
        }),
        timed("seasons and competitions", season_steps(database), |bot| {
            wake::next_turn(&bot.db).boxed()
        }),
        start(
            "live delivery",
            Box::new(move |place, pulse| run_deliveries(place, pulse, Lane::Live, database, live).boxed()),
        ),
        start(
            "delivery",
            Box::new(move |place, pulse| {
                run_deliveries(place, pulse, Lane::Patient, database, delivery).boxed()
            }),
        ),
        start(
            "listening",
            Box::new(move |place, pulse| listen::listen_for_changes(place, pulse, proof).boxed()),
        ),
    ]
}

/// What a loop does from its start on.
type Start = Box<dyn Fn(Workplace, Pulse) -> BoxFuture<'static, ()> + Send + Sync>;

fn planning_steps(within: Duration) -> Vec<Step> {
    vec![
        Step::new("plan rounds", within, |at| plan::plan_rounds(&at.bot).boxed()),
        Step::new("plan nudges", within, |at| nudges::plan_nudges(&at.bot).boxed()),
    ]
}

fn judging_steps(within: Duration) -> Vec<Step> {
    vec![Step::new("reveal rounds", within, |at| {
        reveal::reveal_rounds(&at.bot, Lane::Patient).boxed()
    })]
}

/// Everything a live quiz waits for, by itself: players look at the clock.
fn live_steps(within: Duration) -> Vec<Step> {
    vec![
        Step::answerable("move live quizzes", within, |at| {
            live_quizzes::advance_quizzes(&at.bot).boxed()
        }),
        Step::new("reveal live questions", within, |at| {
            reveal::reveal_rounds(&at.bot, Lane::Live).boxed()
        }),
    ]
}

fn season_steps(within: Duration) -> Vec<Step> {
    vec![
        Step::new("turn seasons", within, |at| {
            seasons::close_due_seasons(&at.bot).boxed()
        }),
        Step::new("turn competitions", within, |at| {
            competitions::advance_competitions(&at.bot).boxed()
        }),
        Step::new("forget what is long over", within, |at| {
            forget::forget_old(&at.bot).boxed()
        }),
    ]
}
