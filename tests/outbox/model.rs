//! A row of the outbox against a small model: two workers, each of whose steps may come at any time or never, and
//! changes of what is to be shown in between.
//!
//! What the model keeps of Discord: the message, and what it shows. What a worker sends arrives while its lease lasts,
//! because an attempt ends before. Whatever happened, one worker that is left alone finishes: then there is one message,
//! and it shows what is newest.

use chrono::{DateTime, TimeDelta, Utc};
use greenroom::internals::outbox::{
    Addressee, Due, Item, Lane, Retry, Saying, Shown, lease_item, list_due, note_shown, retry_item, say_anew,
    say_once, touch_message,
};
use greenroom::internals::{ChannelId, GuildId, MessageId, OutboxKind, Priority};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::PgPool;

use crate::database;
use crate::harness::monday;

const LEASE: TimeDelta = TimeDelta::seconds(30);
const GUILD: GuildId = GuildId(1);

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Something little changes, such as a count.
    Touch,
    /// Something changes that must not wait.
    Say,
    /// A worker takes its next step: it leases, looks and composes, sends, and notes.
    Go(usize),
    /// What a worker sent has arrived, but the answer is lost; it notes that it has to be tried again.
    Fail(usize),
    /// A worker ends in the middle.
    Crash(usize),
    /// Time passes, in seconds.
    Wait(i64),
}

/// How far a worker is.
#[derive(Clone, Debug)]
enum Worker {
    Idle,
    Leased(Item, DateTime<Utc>),
    /// It knows what to show, and whether an earlier attempt's message is there.
    Composed(Item, DateTime<Utc>, u32),
    Sent(Item, Option<i32>),
}

struct Model {
    db: PgPool,
    now: DateTime<Utc>,
    /// What should be shown.
    truth: u32,
    /// What Discord has: messages, each with what it shows.
    messages: Vec<u32>,
    workers: [Worker; 2],
}

impl Model {
    async fn begin(db: &PgPool) -> Self {
        let clean = "delete from outbox; delete from guilds;
                     insert into guilds (guild_id, created_at) values (1, now())";
        sqlx::raw_sql(clean).execute(db).await.unwrap();
        say_once(db, &saying(monday())).await.unwrap();
        Self {
            db: db.clone(),
            now: monday(),
            truth: 1,
            messages: Vec::new(),
            workers: [Worker::Idle, Worker::Idle],
        }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Touch => {
                self.truth += 1;
                touch_message(&self.db, GUILD, OutboxKind::Question, 7)
                    .await
                    .unwrap();
            }
            Step::Say => {
                self.truth += 1;
                say_anew(&self.db, &saying(self.now)).await.unwrap();
            }
            Step::Go(worker) => self.go(worker).await,
            Step::Fail(worker) => self.fail(worker).await,
            Step::Crash(worker) => self.workers[worker] = Worker::Idle,
            Step::Wait(seconds) => self.now += TimeDelta::seconds(seconds),
        }
    }

    async fn due(&self) -> Option<Due> {
        let due = list_due(&self.db, Lane::Patient, self.now, true).await.unwrap();
        due.into_iter().next()
    }

    async fn go(&mut self, worker: usize) {
        self.workers[worker] = match self.workers[worker].clone() {
            Worker::Idle => match self.due().await {
                Some(due) => match lease_item(&self.db, &due, self.now, LEASE).await.unwrap() {
                    Some(item) => Worker::Leased(item, self.now),
                    None => Worker::Idle,
                },
                None => Worker::Idle,
            },
            Worker::Leased(item, since) => Worker::Composed(item, since, self.truth),
            Worker::Composed(item, since, shows) => match self.send(&item, since, shows) {
                Some(found) => Worker::Sent(item, found),
                None => Worker::Idle,
            },
            Worker::Sent(item, found) => {
                self.note(&item, found).await;
                Worker::Idle
            }
        };
    }

    /// Sends what was composed. `None` where the attempt has ended; `Some(Some(_))` with a version where an earlier
    /// attempt's message was found instead.
    fn send(&mut self, item: &Item, since: DateTime<Utc>, shows: u32) -> Option<Option<i32>> {
        if self.now - since >= LEASE {
            return None;
        }
        if item.message_id.is_some() {
            self.messages[0] = shows;
            return Some(None);
        }
        if item.earlier_at.is_some() && !self.messages.is_empty() {
            return Some(Some(if item.leased_version > 1 { 0 } else { 1 }));
        }
        self.messages.push(shows);
        Some(None)
    }

    async fn note(&self, item: &Item, found: Option<i32>) {
        let shown = Shown {
            message: Some(MessageId(1)),
            deleted: false,
            version: found.unwrap_or(item.leased_version),
            at: self.now,
            not_before: Some(self.now + TimeDelta::seconds(5)),
            priority: Priority::Count,
        };
        note_shown(&self.db, item, &shown).await.unwrap();
    }

    async fn fail(&mut self, worker: usize) {
        let before = std::mem::replace(&mut self.workers[worker], Worker::Idle);
        let item = match before {
            Worker::Composed(item, since, shows) => {
                self.send(&item, since, shows);
                item
            }
            Worker::Leased(item, _) | Worker::Sent(item, _) => item,
            Worker::Idle => return,
        };
        let retry = Retry {
            at: self.now + TimeDelta::seconds(10),
            untried: false,
            reason: None,
        };
        retry_item(&self.db, &item, retry).await.unwrap();
    }

    /// Lets one worker finish what there is to do, as long as there is something.
    async fn finish(&mut self) {
        self.workers = [Worker::Idle, Worker::Idle];
        for _ in 0..20 {
            self.now += LEASE * 2;
            for _ in 0..4 {
                self.go(0).await;
            }
        }
    }
}

fn saying(due_at: DateTime<Utc>) -> Saying {
    Saying {
        guild: GUILD,
        kind: OutboxKind::Question,
        subject: 7,
        part: 0,
        to: Addressee::Channel(ChannelId(9)),
        priority: Priority::Question,
        due_at,
        expires_at: None,
        message: None,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Touch),
        2 => Just(Step::Say),
        10 => (0..2_usize).prop_map(Step::Go),
        2 => (0..2_usize).prop_map(Step::Fail),
        1 => (0..2_usize).prop_map(Step::Crash),
        4 => prop_oneof![Just(1), Just(6), Just(12), Just(29), Just(31)].prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..60)
}

#[test]
fn whatever_two_workers_do_there_is_one_message_and_it_shows_what_is_newest() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(database::new_database());
    let db = runtime.block_on(PgPool::connect(&database)).unwrap();
    let config = Config {
        cases: 150,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        let model = runtime.block_on(async {
            let mut model = Model::begin(&db).await;
            for step in steps {
                model.take(step).await;
                assert!(model.messages.len() <= 1, "it was posted twice");
            }
            model.finish().await;
            model
        });
        prop_assert_eq!(&model.messages, &vec![model.truth]);
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(db.close());
    runtime.block_on(database::remove(&database));
}
