//! Members who answer whatever is open, again and again, and note what they were told.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sandbox::{ActError, Member, Sandbox, Seen};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::list_public;

/// Who answers. While both programs run, each handles every click, unoptimised, on a machine that may do other work: more
/// would measure that.
const MEMBERS: u32 = 12;
/// How long each waits after an answer.
const PAUSE: Duration = Duration::from_secs(1);
/// How often somebody looks at what is open.
const LOOK: Duration = Duration::from_millis(250);

/// What came of all clicks.
#[derive(Clone, Default)]
pub struct Clicks {
    /// What each member chose last by what they were told, by message and member.
    pub chosen: HashMap<(u64, u64), i16>,
    answered: usize,
    told_otherwise: usize,
    failed: usize,
    since: Since,
}

/// What came of them since somebody asked.
#[derive(Clone, Default)]
struct Since {
    clicks: usize,
    failed: Vec<String>,
}

impl fmt::Display for Clicks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} answers recorded, {} clicks told that it is too late, {} failed",
            self.answered, self.told_otherwise, self.failed
        )
    }
}

pub struct Members {
    clicks: Arc<Mutex<Clicks>>,
    tasks: Mutex<JoinSet<()>>,
    stop: CancellationToken,
}

impl Members {
    pub fn start(sandbox: &Sandbox) -> Self {
        let clicks = Arc::new(Mutex::new(Clicks::default()));
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        // To look costs the simulated Discord more than to click.
        let open = Arc::new(Mutex::new(Vec::new()));
        let (world, seen, ended) = (sandbox.clone(), Arc::clone(&open), stop.clone());
        tasks.spawn(async move {
            while !ended.is_cancelled() {
                let mut now = list_public(&world);
                now.retain(|seen| seen.button("A").is_some() && seen.button("B").is_some());
                *lock(&seen) = now;
                tokio::time::sleep(LOOK).await;
            }
        });
        for n in 0..MEMBERS {
            let member = sandbox.add_member(&format!("Member {n}")).at("#daily");
            let (open, clicks, stop) = (Arc::clone(&open), Arc::clone(&clicks), stop.clone());
            tasks.spawn(async move {
                tokio::time::sleep(PAUSE * n / MEMBERS).await;
                answer_on(&open, &member, n as usize, &clicks, &stop).await;
            });
        }
        Self {
            clicks,
            tasks: Mutex::new(tasks),
            stop,
        }
    }

    /// How many clicks there were since this was asked last, and what went wrong with some.
    pub fn take_counts(&self) -> (usize, Vec<String>) {
        let since = std::mem::take(&mut lock(&self.clicks).since);
        (since.clicks, since.failed)
    }

    /// Lets everybody finish.
    pub async fn stop(&self) -> Clicks {
        self.stop.cancel();
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
        lock(&self.clicks).clone()
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer_on(
    open: &Mutex<Vec<Seen>>,
    member: &Member,
    first: usize,
    clicks: &Mutex<Clicks>,
    stop: &CancellationToken,
) {
    // Not all the same, so that what is written is not what stood there.
    for n in first.. {
        if stop.is_cancelled() {
            return;
        }
        let question = {
            let open = lock(open);
            (!open.is_empty()).then(|| open[n % open.len()].clone())
        };
        if let Some(question) = question {
            let option = i16::from(n % 3 == 0);
            let letter = if option == 0 { "A" } else { "B" };
            let pressed = member.press(&question, letter).await;
            // Else the channel grows by all they are told.
            if let Ok(reply) = &pressed {
                member.dismiss(reply);
            }
            note_click(clicks, &question, member, option, pressed);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn note_click(
    clicks: &Mutex<Clicks>,
    question: &Seen,
    member: &Member,
    option: i16,
    pressed: Result<Seen, ActError>,
) {
    // What a question that ended meanwhile is answered with.
    const TOO_LATE: [&str; 2] = ["Time was up", "This question is closed"];
    let mut clicks = lock(clicks);
    clicks.since.clicks += 1;
    let said = match &pressed {
        Ok(seen) => seen.text().to_owned(),
        Err(error) => error.to_string(),
    };
    if pressed.is_ok() && said.starts_with("You chose") && said.contains("You can change it") {
        clicks.answered += 1;
        clicks.chosen.insert((question.id, member.id()), 1 << option);
    } else if matches!(pressed, Err(ActError::NotSent(_))) {
        // The button went away while it was aimed at.
        clicks.told_otherwise += 1;
    } else if pressed.is_ok() && TOO_LATE.iter().any(|late| said.contains(late)) {
        clicks.told_otherwise += 1;
    } else {
        // It may have been recorded all the same.
        clicks.chosen.remove(&(question.id, member.id()));
        clicks.failed += 1;
        clicks.since.failed.push(said);
    }
}
