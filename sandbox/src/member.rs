//! A person in the simulated Discord: acts as they would in the client, and sees what they would see.

mod acts;
mod find;

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::world::{Act, COMPONENT, DM_CHANNEL, Outcome, World};
use crate::{Sandbox, Seen};

/// How long a person waits while the bot "is thinking".
const THINKING: Duration = Duration::from_secs(15);

/// A person, in a place where they act.
#[derive(Clone)]
pub struct Member {
    sandbox: Sandbox,
    id: u64,
    place: u64,
    user_install: bool,
}

/// Why an act had no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActError {
    /// Discord's client would not have sent it.
    NotSent(String),
    /// The bot did not do what was waited for; the client shows "This interaction failed".
    NoAnswer(String),
}

impl fmt::Display for ActError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(sentence) | Self::NoAnswer(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for ActError {}

/// A suggestion for an option.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is shown.
    pub name: String,
    /// What is sent.
    pub value: Value,
}

/// A channel, thread or direct conversation, by id or name (`#daily`, a thread's name, or `dm`).
#[derive(Clone, Copy, Debug)]
pub enum Place<'p> {
    /// Snowflake.
    Id(u64),
    /// Name, with or without `#`.
    Name(&'p str),
}

impl From<u64> for Place<'_> {
    fn from(id: u64) -> Self {
        Self::Id(id)
    }
}

impl<'p> From<&'p str> for Place<'p> {
    fn from(name: &'p str) -> Self {
        Self::Name(name)
    }
}

impl<'p> From<&'p String> for Place<'p> {
    fn from(name: &'p String) -> Self {
        Self::Name(name)
    }
}

/// A message, by its id or as somebody saw it.
#[derive(Clone, Copy, Debug)]
pub struct MessageRef(pub u64);

impl From<u64> for MessageRef {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl From<&Seen> for MessageRef {
    fn from(seen: &Seen) -> Self {
        Self(seen.id)
    }
}

impl Member {
    pub(crate) fn new(sandbox: Sandbox, id: u64) -> Self {
        let place = sandbox.read(|world| {
            let guild = world.first_guild();
            world.channels_of(guild).first().map_or(0, |channel| channel.id)
        });
        Self {
            sandbox,
            id,
            place,
            user_install: false,
        }
    }

    /// The same person with the application installed for themselves: its commands go with them to every server and
    /// conversation, and what they do is authorised by them (`authorizing_integration_owners` has "1").
    pub fn with_user_install(&self) -> Self {
        Self {
            user_install: true,
            ..self.clone()
        }
    }

    /// Their user id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Their name.
    pub fn name(&self) -> String {
        self.sandbox.read(|world| world.users[&self.id].name.clone())
    }

    /// Where they act: the channel's id.
    pub fn place(&self) -> u64 {
        self.place
    }

    /// The same person, acting elsewhere.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn at<'p>(&self, place: impl Into<Place<'p>>) -> Self {
        Self {
            place: self.resolve(place.into()),
            ..self.clone()
        }
    }

    /// The same person, in their direct conversation with the bot.
    pub fn dm(&self) -> Self {
        let place = self.sandbox.inner().change(|world| world.dm_with(self.id));
        Self {
            place,
            ..self.clone()
        }
    }

    /// What they see in a channel, oldest first: public messages and their own ephemeral ones.
    pub fn messages<'p>(&self, place: impl Into<Place<'p>>) -> Vec<Seen> {
        let place = self.resolve(place.into());
        self.sandbox.read(|world| {
            world
                .visible(place, self.id)
                .into_iter()
                .map(|message| Seen::of_message(world, message))
                .collect()
        })
    }

    /// The last thing they see in a channel.
    ///
    /// # Panics
    /// When there is nothing.
    pub fn last<'p>(&self, place: impl Into<Place<'p>>) -> Seen {
        let last = self.messages(place).pop();
        last.unwrap_or_else(|| panic!("{} sees no message there.\n{}", self.name(), self.sandbox.state()))
    }

    /// One message as it is now, if they can see it.
    pub fn see(&self, message: impl Into<MessageRef>) -> Option<Seen> {
        let MessageRef(id) = message.into();
        self.sandbox.read(|world| {
            let message = world.messages.get(&id)?;
            let visible = message.only_for.is_none_or(|only| only == self.id);
            visible.then(|| Seen::of_message(world, message))
        })
    }

    /// Their direct conversation with the bot, oldest first.
    pub fn dms(&self) -> Vec<Seen> {
        self.messages("dm")
    }

    /// Waits up to five seconds until they see a certain message in a channel; the latest such one is taken.
    ///
    /// # Errors
    /// With everything there is to see.
    pub async fn sees<'p>(
        &self,
        place: impl Into<Place<'p>>,
        wanted: impl Fn(&Seen) -> bool,
    ) -> Result<Seen, ActError> {
        let place = self.resolve(place.into());
        let what = format!("{} to see a certain message", self.name());
        let look = |world: &World| {
            let messages = world.visible(place, self.id).into_iter().rev();
            messages
                .map(|message| Seen::of_message(world, message))
                .find(|seen| wanted(seen))
        };
        self.sandbox.wait_for(&what, look).await
    }

    /// Finds a place by id or name.
    fn resolve(&self, place: Place<'_>) -> u64 {
        let name = match place {
            Place::Id(id) => return id,
            Place::Name("dm") => return self.dm().place,
            Place::Name(name) => name,
        };
        let found = self.sandbox.read(|world| {
            let here = world.channels.get(&self.place).and_then(|channel| channel.guild);
            let guild = here.unwrap_or_else(|| world.first_guild());
            world.channel_named(name, Some(guild)).map(|channel| channel.id)
        });
        found.unwrap_or_else(|| panic!("there is no channel or thread {name}"))
    }

    /// Sends an act and waits for what comes of it.
    async fn perform(&self, act: Act) -> Result<Seen, ActError> {
        let place = self
            .sandbox
            .read(|world| world.channels.get(&act.channel).cloned());
        if let Some(place) = place.filter(|place| place.archived) {
            let sentence = format!(
                "{:?} is archived: nobody uses a command or a button there",
                place.name
            );
            return Err(ActError::NotSent(sentence));
        }
        let source = act.source.filter(|_| act.kind == COMPONENT);
        let (interaction, mut outcomes) = self.sandbox.inner().act(act);
        let result = self.outcome(interaction, source, &mut outcomes).await;
        self.sandbox.inner().forget(interaction);
        result
    }

    async fn outcome(
        &self,
        interaction: u64,
        source: Option<u64>,
        outcomes: &mut UnboundedReceiver<Outcome>,
    ) -> Result<Seen, ActError> {
        let failed = |why: &str| {
            let what = self.sandbox.read(|world| world.describe(interaction));
            ActError::NoAnswer(format!("This interaction failed. {what}: {why}."))
        };
        loop {
            // The first answer is bounded by the world's deadline, which always reports.
            let outcome = timeout(THINKING, outcomes.recv()).await.ok().flatten();
            let id = match outcome {
                Some(Outcome::Message(id)) => Some(id),
                Some(Outcome::Silent) => source,
                Some(Outcome::Modal(modal)) => {
                    return Ok(self
                        .sandbox
                        .read(|world| Seen::of_modal(world, interaction, modal)));
                }
                Some(Outcome::Deferred) => continue,
                Some(Outcome::Choices(_)) => None,
                Some(Outcome::TimedOut) => return Err(failed("no answer within 3 s")),
                None => return Err(failed("still thinking after 15 s")),
            };
            return id
                .and_then(|id| self.see(id))
                .ok_or_else(|| failed("nothing to see"));
        }
    }

    /// Whether they act in a direct conversation, or the server they are in.
    fn guild(&self) -> Option<u64> {
        self.sandbox.read(|world| {
            let place = world
                .channels
                .get(&self.place)
                .filter(|place| place.kind != DM_CHANNEL);
            place.and_then(|place| place.guild)
        })
    }
}
