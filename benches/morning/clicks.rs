//! Members who answer an open question all the while, which nothing else has to do with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::bail;
use chrono::TimeDelta;
use sandbox::{Member, Sandbox, Seen};
use tokio::task::JoinHandle;

/// From one click to the next.
const EVERY: Duration = Duration::from_millis(50);
/// What can be pressed; every question with buttons has these two.
const BUTTONS: [&str; 2] = ["A", "B"];

/// Members who click, until this is dropped.
pub struct Clicks {
    noted: Arc<Noted>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Noted {
    took: Mutex<Vec<Duration>>,
    failed: AtomicUsize,
}

impl Clicks {
    /// Lets them begin, one after the other, over and over.
    pub fn start(members: Vec<Member>, question: Seen) -> Self {
        let noted = Arc::new(Noted::default());
        let task = tokio::spawn(click_on(members, question, Arc::clone(&noted)));
        Self { noted, task }
    }

    /// How long each click since the last time waited for its reply, and how many failed.
    pub fn take(&self) -> (Vec<Duration>, usize) {
        let mut took = self.noted.took.lock().unwrap_or_else(PoisonError::into_inner);
        (
            std::mem::take(&mut *took),
            self.noted.failed.swap(0, Ordering::Relaxed),
        )
    }
}

impl Drop for Clicks {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn click_on(members: Vec<Member>, question: Seen, noted: Arc<Noted>) {
    let mut ticks = tokio::time::interval(EVERY);
    let buttons = BUTTONS.iter().cycle();
    // In threes, so that a member presses now the one and now the other.
    let turns = members
        .iter()
        .cycle()
        .zip(buttons.flat_map(|button| [*button; 3]));
    for (member, button) in turns {
        ticks.tick().await;
        let (member, question, noted) = (member.clone(), question.clone(), Arc::clone(&noted));
        tokio::spawn(async move {
            let since = Instant::now();
            match member.press(&question, button).await {
                Ok(_) => {
                    let mut took = noted.took.lock().unwrap_or_else(PoisonError::into_inner);
                    took.push(since.elapsed());
                }
                Err(_) => {
                    noted.failed.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
}

/// The command that adds a schedule which is not due meanwhile.
pub fn add_schedule(sandbox: &Sandbox) -> String {
    let in_twelve_hours = (sandbox.now() + TimeDelta::hours(12)).format("%H:%M");
    format!("/daily add channel:#daily time:{in_twelve_hours} timezone:UTC answer-window:7d")
}

/// Has the bot ask something that can be answered with a button, and that stays open.
pub async fn ask(sandbox: &Sandbox) -> anyhow::Result<Seen> {
    /// A schedule has so many extra questions open at a time.
    const MOST_EXTRA: usize = 20;
    let ann = sandbox.member("Ann").at("#daily");
    ann.slash(&add_schedule(sandbox)).await?;
    let public = || ann.messages("#daily").into_iter().filter(|seen| !seen.ephemeral);
    for posted in 1..=MOST_EXTRA {
        ann.slash("/daily post-now schedule:1").await?;
        sandbox
            .wait_until("the next question", |_| public().count() >= posted)
            .await?;
        let found = public().find(|seen| BUTTONS.iter().all(|button| seen.button(button).is_some()));
        if let Some(found) = found {
            return Ok(found);
        }
    }
    bail!("none of {MOST_EXTRA} questions has a button for each option")
}
