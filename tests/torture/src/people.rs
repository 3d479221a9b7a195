//! Members: they answer, change their minds, press buttons, and remember every receipt.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use sandbox::{ActError, Member, Seen};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use torture::facts::{Choice, Press, Told};

use crate::stage::Stage;
use crate::talk::read_told;
use crate::watch::{Appeared, Form, Question};

/// How many act at the same moment, so that a small machine is not the one that is tortured.
const AT_ONCE: usize = 24;
/// Over how many milliseconds the members answer a daily question, and one of a live quiz.
const SPREAD: u64 = 45_000;
const LIVE_SPREAD: u64 = 8_000;

/// Lets members do what there is to do.
pub async fn live_lives(stage: Arc<Stage>, mut news: UnboundedReceiver<Appeared>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut rng = Rng::with_seed(stage.plan.seed ^ 0xbeef);
    while let Some(appeared) = news.recv().await {
        match appeared {
            Appeared::Question(question) => {
                let spread = if question.live { LIVE_SPREAD } else { SPREAD };
                // A short run has no time to wait.
                let spread = spread.min(stage.plan.chaos.as_millis().try_into().unwrap_or(spread) / 3);
                for member in choose_people(&stage, stage.plan.answers, &mut rng) {
                    let answer = Answer {
                        stage: Arc::clone(&stage),
                        turns: Arc::clone(&turns),
                        member,
                        question: question.clone(),
                        rng: rng.fork(),
                    };
                    tokio::spawn(answer.give(Duration::from_millis(rng.u64(0..spread))));
                }
            }
            Appeared::Lobby {
                quiz,
                message,
                channel,
            } => {
                let players = choose_people(&stage, 6, &mut rng);
                tokio::spawn(join_quiz(Arc::clone(&stage), quiz, message, channel, players));
            }
            Appeared::Reveal {
                message,
                channel,
                button,
            } => {
                let readers = choose_people(&stage, 1, &mut rng);
                let stage = Arc::clone(&stage);
                tokio::spawn(async move {
                    for member in readers {
                        let here = member.at(channel);
                        stage.act(&button, here.press(message, &button)).await;
                    }
                });
            }
        }
    }
}

fn choose_people(stage: &Stage, count: usize, rng: &mut Rng) -> Vec<Member> {
    rng.choose_multiple(stage.people.iter(), count)
        .into_iter()
        .cloned()
        .collect()
}

/// Members join, and the host starts.
async fn join_quiz(stage: Arc<Stage>, quiz: i64, message: u64, channel: u64, players: Vec<Member>) {
    let join = format!("live:{quiz}:join");
    for player in players {
        stage.act(&join, player.at(channel).press(message, &join)).await;
    }
    let start = format!("live:{quiz}:start");
    let host = stage.sandbox.member("Ann").at(channel);
    stage.act(&start, host.press(message, &start)).await;
}

/// A member about to answer a question.
struct Answer {
    stage: Arc<Stage>,
    turns: Arc<Semaphore>,
    member: Member,
    question: Question,
    rng: Rng,
}

impl Answer {
    /// Answers after a while, and changes their mind now and then.
    async fn give(mut self, after: Duration) {
        tokio::time::sleep(after).await;
        for n in 0..=self.rng.u32(0..3) {
            let turns = Arc::clone(&self.turns);
            let Ok(_turn) = turns.acquire().await else { return };
            let told = match self.question.form {
                Form::Buttons(count) => self.press_button(count).await,
                Form::List(count) => self.choose_entries(count).await,
                Form::Words => self.write_words(n).await,
            };
            if matches!(
                told,
                None | Some(Told::Closed | Told::TooLate(_) | Told::TooLateAsBefore)
            ) {
                return;
            }
        }
    }

    async fn press_button(&mut self, count: i16) -> Option<Told> {
        let option = self.rng.i16(0..count.max(1));
        let custom_id = format!("answer:{}:{option}", self.question.round);
        let here = self.member.at(self.question.channel);
        let press = here.press(self.question.message, &custom_id);
        self.note(Choice::Options(1 << option), press).await
    }

    async fn choose_entries(&mut self, count: i16) -> Option<Told> {
        let bits = self.rng.i16(1..1 << count.clamp(1, 5));
        let values: Vec<String> = (0..5)
            .filter(|bit| bits >> bit & 1 == 1)
            .map(|bit| bit.to_string())
            .collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let custom_id = format!("answers:{}", self.question.round);
        let here = self.member.at(self.question.channel);
        let choose = here.choose(self.question.message, &custom_id, &values);
        self.note(Choice::Options(bits), choose).await
    }

    async fn write_words(&mut self, n: u32) -> Option<Told> {
        let round = self.question.round;
        let here = self.member.at(self.question.channel);
        let write = format!("write:{round}");
        let form = self
            .stage
            .act(&write, here.press(self.question.message, &write))
            .await?;
        if !form.is_modal() {
            return Some(read_told(&form.to_string()).unwrap_or(Told::Closed));
        }
        let words = format!("I would look at it {n} times, as number {}.", self.member.id());
        let fields = [("words", words.as_str())];
        let told = self
            .note(Choice::Words(words.clone()), here.submit(&form, &fields))
            .await;
        if self.rng.u8(0..4) == 0 {
            self.share_words().await;
        }
        told
    }

    /// Lets the others read it: the button is on the receipt, which is the last thing they saw.
    async fn share_words(&self) {
        let share = format!("share:{}:1", self.question.round);
        let here = self.member.at(self.question.channel);
        let seen = here.messages(self.question.channel);
        if let Some(receipt) = seen.iter().rev().find(|seen| seen.button(&share).is_some()) {
            self.stage.act(&share, here.press(receipt, &share)).await;
        }
    }

    /// Does it, and remembers what was said.
    async fn note(&self, chose: Choice, act: impl Future<Output = Result<Seen, ActError>>) -> Option<Told> {
        let (round, at) = (self.question.round, self.stage.sandbox.now());
        let sent = std::sync::atomic::AtomicBool::new(true);
        let watched = async {
            let result = act.await;
            let not_sent = matches!(result, Err(ActError::NotSent(_)));
            sent.store(!not_sent, std::sync::atomic::Ordering::Relaxed);
            result
        };
        let seen = self
            .stage
            .act(&format!("an answer to round {round}"), watched)
            .await;
        if !sent.into_inner() {
            return None;
        }
        let reply = seen.map(|seen| seen.to_string()).unwrap_or_default();
        let told = match reply.is_empty() {
            true => Told::Unsure,
            false => read_told(&reply).unwrap_or_else(|| {
                self.stage.tally.note_odd(&reply);
                Told::Unsure
            }),
        };
        self.stage.tally.count("answers given");
        if matches!(told, Told::Counts(_)) {
            self.stage.tally.count("receipts");
        }
        self.stage.diary().presses.push(Press {
            round,
            user: self.member.id().cast_signed(),
            at,
            chose,
            told: told.clone(),
            reply,
        });
        Some(told)
    }
}
