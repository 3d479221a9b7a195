//! What people do and see on Discord.

use chrono::TimeDelta;
use sandbox::{Member, Place, Sandbox, Seen};

use super::Greenroom;

impl Greenroom {
    pub fn member(&self, name: &str) -> Member {
        self.sandbox.member(name).at("#daily")
    }

    /// Ann sets up a daily question at half past nine in Berlin, with these further options.
    pub async fn add_schedule(&self, options: &str) {
        let add = format!("/daily add channel:#daily time:9:30 timezone:Europe/Berlin {options}");
        self.member("Ann").slash(&add).await.unwrap();
    }

    /// Ann sets up a daily question with these further options and posts one right away.
    pub async fn ask(&self, options: &str) -> Seen {
        self.add_schedule(options).await;
        self.post_now().await
    }

    /// Ann posts one more question.
    pub async fn post_now(&self) -> Seen {
        let before = self.list_public("#daily").len();
        self.member("Ann").slash("/daily post-now").await.unwrap();
        self.wait_for_question(before + 1).await
    }

    /// The messages of a channel or thread that everybody can see.
    pub fn list_public<'p>(&self, place: impl Into<Place<'p>>) -> Vec<Seen> {
        let mut all = self.member("Ann").messages(place);
        all.retain(|seen| !seen.ephemeral);
        all
    }

    /// Waits until a channel has this many messages everybody can see, and returns the last.
    pub async fn wait_for_message(&self, place: &str, count: usize) -> Seen {
        let there = |_: &Sandbox| self.list_public(place).len() >= count;
        let what = format!("{count} messages in {place}");
        self.sandbox.wait_until(&what, there).await.unwrap();
        self.list_public(place).swap_remove(count - 1)
    }

    /// Waits until a question is the message of this number in #daily, and the bot knows that it is there.
    pub async fn wait_for_question(&self, count: usize) -> Seen {
        let question = self.wait_for_message("#daily", count).await;
        self.wait_until_all_posted().await;
        question
    }

    /// Waits until a message in #daily says this.
    pub async fn wait_until_shown(&self, text: &str) {
        let says = |seen: &Seen| seen.to_string().contains(text);
        self.member("Ann").sees("#daily", says).await.unwrap();
    }

    /// Answers a question of either form with these options, of which only the first counts where one is to be chosen.
    pub async fn choose(&self, name: &str, question: &Seen, options: &[&str]) {
        let member = self.member(name);
        let chosen = match question.buttons().is_empty() {
            true => member.choose(question, "Choose all that apply", options).await,
            false => member.press(question, options[0]).await,
        };
        chosen.unwrap();
    }

    /// Presses a button that says something else than Discord was told: what a forger does, or an old message.
    pub async fn press_forged(&self, member: &Member, message: &Seen, custom_id: &str) -> Seen {
        let button = message.buttons().swap_remove(0);
        let forged = custom_id.to_owned();
        self.sandbox
            .mangle_next(move |interaction| interaction["data"]["custom_id"] = forged.into());
        member.press(message, &button.label).await.unwrap()
    }

    /// Ends the window of the open question and waits until the reveal is shown; returns the question's message.
    pub async fn reveal(&self, question: &Seen) -> Seen {
        self.member("Ann").slash("/daily reveal-now").await.unwrap();
        self.advance(TimeDelta::seconds(3)).await;
        self.wait_for_reveal(question).await
    }

    /// Waits until a question's message shows its reveal, the discussion is written, and the bot knows of both.
    pub async fn wait_for_reveal(&self, question: &Seen) -> Seen {
        let ann = self.member("Ann");
        let revealed = |seen: &Seen| {
            let buttons = seen.buttons();
            buttons
                .iter()
                .any(|button| ["Why", "My answer"].contains(&button.label.as_str()))
        };
        let id = question.id;
        self.sandbox
            .wait_until("the reveal", |_| ann.see(id).is_some_and(|seen| revealed(&seen)))
            .await
            .unwrap();
        self.wait_until_all_announced().await;
        ann.see(id).unwrap()
    }

    /// Waits for what takes longer than the sandbox waits by itself.
    pub async fn wait_patiently(&self, what: &str, holds: impl Fn(&Sandbox) -> bool) {
        for _ in 0..3 {
            if self.sandbox.wait_until(what, &holds).await.is_ok() {
                return;
            }
        }
        self.sandbox.wait_until(what, &holds).await.unwrap();
    }

    /// Forgives what two instances cannot help: both are told of every click, and Discord takes the first answer only.
    pub fn expect_second_answers(&self) {
        for failure in self.sandbox.take_failures() {
            assert!(failure.contains("40060"), "{failure}");
        }
    }
}

/// A line per message: what a member sees, with a blank line between messages.
pub fn join_messages(seen: &[Seen]) -> String {
    seen.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n\n=====\n\n")
}
