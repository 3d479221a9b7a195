//! Live quizzes, one after the other, with a few players: how late each step of them is shown.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use sandbox::{Member, Sandbox, Seen};
use sqlx::PgPool;
use tokio::task::JoinHandle;

/// As many as a quiz can have, each as short as it can be.
const QUESTIONS: usize = 20;
const SECONDS: usize = 10;
/// What a click of the last moment is waited for before the reveal, as ARCHITECTURE.md has it.
pub const GRACE: TimeDelta = TimeDelta::seconds(2);
/// Longer than any step takes.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Quizzes that are played until this is dropped.
pub struct Quizzes {
    noted: Arc<Mutex<Vec<Late>>>,
    task: JoinHandle<()>,
}

/// How late a step was shown.
#[derive(Clone, Copy)]
pub struct Late {
    pub is_reveal: bool,
    pub by: TimeDelta,
}

/// Who plays, and what is looked at.
struct Table {
    sandbox: Sandbox,
    database: PgPool,
    host: Member,
    players: Vec<Member>,
    noted: Arc<Mutex<Vec<Late>>>,
}

impl Quizzes {
    /// Lets them begin in the first server's `#quiz`.
    pub fn start(sandbox: &Sandbox, database: &PgPool, players: &[String]) -> Self {
        let noted = Arc::new(Mutex::default());
        let players = players.iter().map(|name| sandbox.member(name).at("#quiz"));
        let table = Table {
            sandbox: sandbox.clone(),
            database: database.clone(),
            host: sandbox.member("Ann").at("#quiz"),
            players: players.collect(),
            noted: Arc::clone(&noted),
        };
        let task = tokio::spawn(async move {
            loop {
                if let Err(error) = table.play().await {
                    eprintln!("a live quiz: {error:#}");
                    tokio::time::sleep(PATIENCE / 10).await;
                }
            }
        });
        Self { noted, task }
    }

    /// The steps since the last time.
    pub fn take(&self) -> Vec<Late> {
        std::mem::take(&mut *self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Quizzes {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Table {
    /// Plays one from the lobby to the podium.
    async fn play(&self) -> anyhow::Result<()> {
        let begun = self.sandbox.now();
        let open = format!("/quiz live count:{QUESTIONS} seconds:{SECONDS}");
        self.host.slash(&open).await?;
        let lobby = self
            .seen(|seen| seen.created() >= begun && seen.button("Join").is_some())
            .await?;
        for player in &self.players {
            player.press(&lobby, "Join").await?;
        }
        self.host.press(&lobby, "Start").await?;
        let (mut due, mut last) = (None, lobby.id);
        for number in 1..=QUESTIONS {
            let heading = format!("Question {number} of {QUESTIONS}");
            let question = self
                .seen(|seen| seen.created() >= begun && seen.text().contains(&heading))
                .await?;
            self.answer(&question).await?;
            due = Some(self.await_reveal(&question, due).await?);
            last = question.id;
        }
        // The podium.
        self.seen(|seen| seen.id > last).await?;
        Ok(())
    }

    /// All but one answer, so that the question stays open until its time is up.
    async fn answer(&self, question: &Seen) -> anyhow::Result<()> {
        for player in self.players.iter().skip(1) {
            match question.button("A") {
                Some(_) => player.press(question, "A").await?,
                None => player.choose(question, "Choose all that apply", &["A"]).await?,
            };
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }

    /// Waits for a question's reveal and notes how late both were: the question was due at `due`, or when its row says
    /// where it is the first. Returns when the next is due.
    async fn await_reveal(
        &self,
        question: &Seen,
        due: Option<DateTime<Utc>>,
    ) -> anyhow::Result<DateTime<Utc>> {
        let shown = self
            .seen(|seen| seen.id == question.id && seen.text().contains("The answer is"))
            .await?;
        let edited = shown.payload["edited_timestamp"].as_str();
        let edited: DateTime<Utc> = edited.context("a reveal is an edit")?.parse()?;
        let (first_due, reveal_at, next): (DateTime<Utc>, DateTime<Utc>, Option<DateTime<Utc>>) =
            sqlx::query_as(
                "select due_at, reveal_at, next_at from rounds join live_quizzes using (quiz_id)
              where rounds.message_id = $1",
            )
            .bind(question.id.cast_signed())
            .fetch_one(&self.database)
            .await?;
        let lates = [
            Late {
                is_reveal: false,
                by: question.created() - due.unwrap_or(first_due),
            },
            Late {
                is_reveal: true,
                by: edited - (reveal_at + GRACE),
            },
        ];
        self.noted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(lates);
        next.context("after a reveal it is known when the quiz goes on")
    }

    async fn seen(&self, wanted: impl Fn(&Seen) -> bool) -> anyhow::Result<Seen> {
        let give_up = tokio::time::Instant::now() + PATIENCE;
        loop {
            let channel = self.host.place();
            // The newest messages alone: rendering all of a day's quizzes again and again is not what is measured.
            let newest: Vec<u64> = self.sandbox.read(|world| {
                let all = world.messages.values().rev();
                let here = all.filter(|one| one.channel == channel && one.only_for.is_none());
                here.take(3).map(|one| one.id).collect()
            });
            let seen = newest.into_iter().filter_map(|id| self.host.see(id));
            if let Some(seen) = seen.into_iter().find(&wanted) {
                return Ok(seen);
            }
            ensure!(
                tokio::time::Instant::now() < give_up,
                "a step was not shown within {PATIENCE:?}"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
