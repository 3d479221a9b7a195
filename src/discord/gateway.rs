//! Delivery over the gateway: serenity keeps the connection, we answer what comes in.
//!
//! serenity's own weak spots are guarded here. It falls back to Discord's real gateway when the address cannot be
//! fetched, so the address is ours. It drops interactions it cannot parse, so those are taken from the raw event. What is
//! entered into a form it drops without a trace, so a relay hands those events on as they are. On some close codes its reader spins for ever, so a connection that shows no sign of life ends the process, to be
//! started again by whoever supervises it. Its shutdown can hang, so it gets a deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize as _;
use serde_json::Value;
use serenity::async_trait;
use serenity::client::{ClientBuilder, Context, RawEventHandler};
use serenity::gateway::{ConnectionStage, GatewayError, ShardManager};
use serenity::http::HttpBuilder;
use serenity::model::application::Interaction as Incoming;
use serenity::model::event::Event;
use serenity::model::gateway::GatewayIntents;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::decode::{Decoded, decode, decode_form};
use crate::discord::error::Meaning;
use crate::discord::heard::Heard;
use crate::discord::relay::{FORM_SENT, Relay};
use crate::handlers::handle;
use crate::ids::{GuildId, InteractionId};
use crate::reply::{Message, Reply};
use crate::store;
use crate::view;

/// Discord drops an interaction that is not answered within three seconds; the rest is for the way back.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_500);
/// How long answers in flight may take when the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// A connected shard exchanges heartbeats about every 41 seconds; three missed are no accident.
const SIGN_OF_LIFE: Duration = Duration::from_secs(130);
/// Pause before the gateway is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Why the gateway cannot be used; each says what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum GatewayFailure {
    #[error(
        "Discord does not accept the token. Copy it again from the Bot page of the developer portal into DISCORD_TOKEN."
    )]
    Token,
    #[error("Discord refuses the connection: {0}. Check the bot's settings in the developer portal.")]
    Refused(String),
    #[error(
        "The gateway connection shows no sign of life. Stopping, so that whoever supervises this starts it anew."
    )]
    Stuck,
}

/// Keeps the gateway connected and answers interactions until `stop`. Then what is in flight is finished first.
///
/// # Errors
/// Only what a person has to mend; outages are waited out.
pub async fn run(
    bot: Arc<Bot>,
    discord: Arc<Discord>,
    base: &str,
    token: &str,
    stop: CancellationToken,
) -> Result<(), GatewayFailure> {
    let tracker = TaskTracker::new();
    let events = Arc::new(AtomicU64::new(0));
    let heard = Arc::new(Heard::default());
    let result = loop {
        let Some(url) = address(&discord, &stop).await? else {
            break Ok(());
        };
        let handler = Handler {
            bot: Arc::clone(&bot),
            discord: Arc::clone(&discord),
            tracker: tracker.clone(),
            events: Arc::clone(&events),
            heard: Arc::clone(&heard),
        };
        match connect(handler, &events, url, base, token, &stop).await {
            Ended::Stopped => break Ok(()),
            Ended::Failed(failure) => break Err(failure),
            Ended::TryAgain(reason) => {
                tracing::warn!(reason, "the gateway connection ended; connecting again");
                wait(AGAIN, &stop).await;
            }
        }
    };
    tracker.close();
    if tokio::time::timeout(DRAIN, tracker.wait()).await.is_err() {
        tracing::warn!("stopping with {} answers unfinished", tracker.len());
    }
    result
}

enum Ended {
    Stopped,
    Failed(GatewayFailure),
    TryAgain(String),
}

async fn connect(
    handler: Handler,
    events: &AtomicU64,
    url: String,
    base: &str,
    token: &str,
    stop: &CancellationToken,
) -> Ended {
    let relay = match Relay::to(url).await {
        Ok(relay) => relay,
        Err(error) => return Ended::TryAgain(error.to_string()),
    };
    let http = HttpBuilder::new(token)
        .proxy(base)
        .ratelimiter_disabled(true)
        .build();
    // Servers coming and going is all the bot wants to hear; interactions are always sent.
    let builder = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS).raw_event_handler(handler);
    // It asks for the address once more, which may take as long as Discord likes.
    let built = tokio::select! {
        built = builder.into_future() => built,
        () = stop.cancelled() => return Ended::Stopped,
    };
    let mut client = match built {
        Ok(client) => client,
        Err(error) => return Ended::TryAgain(error.to_string()),
    };
    // Ours, because serenity may have fallen back to the real Discord.
    relay.url().clone_into(&mut *client.ws_url.lock().await);
    let shards = Arc::clone(&client.shard_manager);
    let ended = tokio::select! {
        result = client.start_autosharded() => match result {
            Ok(()) => Ended::TryAgain("closed".to_owned()),
            Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication | GatewayError::NoAuthentication)) => {
                Ended::Failed(GatewayFailure::Token)
            }
            Err(serenity::Error::Gateway(
                error @ (GatewayError::DisallowedGatewayIntents
                | GatewayError::InvalidGatewayIntents
                | GatewayError::OverloadedShard
                | GatewayError::InvalidShardData),
            )) => Ended::Failed(GatewayFailure::Refused(error.to_string())),
            Err(error) => Ended::TryAgain(error.to_string()),
        },
        () = stuck(&shards, events) => Ended::Failed(GatewayFailure::Stuck),
        () = stop.cancelled() => Ended::Stopped,
    };
    // Says goodbye properly where it can, which it cannot always.
    let goodbye = async {
        shards.shutdown_all().await;
        relay.finished().await;
    };
    let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    ended
}

/// The gateway's address, asked for until it is told; `None` when asked to stop.
async fn address(discord: &Discord, stop: &CancellationToken) -> Result<Option<String>, GatewayFailure> {
    let mut pause = Duration::from_secs(1);
    loop {
        let answer = tokio::select! {
            answer = discord.gateway() => answer,
            () = stop.cancelled() => return Ok(None),
        };
        match answer {
            Ok(url) => return Ok(Some(url)),
            Err(error) if error.meaning() == Meaning::Unauthorised => return Err(GatewayFailure::Token),
            Err(error) => {
                tracing::warn!(%error, "Discord's gateway address cannot be fetched; trying again in {pause:?}");
                wait(pause, stop).await;
                pause = (pause * 2).min(Duration::from_secs(30));
            }
        }
        if stop.is_cancelled() {
            return Ok(None);
        }
    }
}

async fn wait(pause: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = stop.cancelled() => {}
    }
}

/// Returns when a shard claims to be connected while neither events nor heartbeats come.
async fn stuck(shards: &ShardManager, events: &AtomicU64) {
    let mut last = (0, Vec::new());
    let mut since = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let runners = shards.runners.lock().await;
        let signs: Vec<_> = runners
            .values()
            .map(|runner| (runner.stage, runner.latency))
            .collect();
        let connected = signs
            .iter()
            .any(|(stage, _)| *stage == ConnectionStage::Connected);
        drop(runners);
        let now = (events.load(Ordering::Relaxed), signs);
        if now != last || !connected {
            last = now;
            since = Instant::now();
        } else if since.elapsed() > SIGN_OF_LIFE {
            return;
        }
    }
}

struct Handler {
    bot: Arc<Bot>,
    discord: Arc<Discord>,
    tracker: TaskTracker,
    events: Arc<AtomicU64>,
    heard: Arc<Heard>,
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, _: Context, event: Event) {
        self.events.fetch_add(1, Ordering::Relaxed);
        self.tracker.track_future(self.event(event)).await;
    }
}

impl Handler {
    async fn event(&self, event: Event) {
        match event {
            Event::InteractionCreate(event) => {
                let decoded = decode(&event.interaction);
                self.interaction(event.interaction, decoded).await;
            }
            Event::Unknown(event) if event.kind == FORM_SENT => match Incoming::deserialize(&event.value) {
                Ok(incoming) => {
                    let decoded = decode_form(&incoming, &event.value);
                    self.interaction(incoming, decoded).await;
                }
                Err(_) => self.unreadable(&event.value).await,
            },
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => {
                self.unreadable(&event.value).await
            }
            Event::Ready(event) => {
                tracing::info!(
                    guilds = event.ready.guilds.len(),
                    "connected as {}",
                    event.ready.user.name
                );
            }
            // Unavailable means an outage; only without it was the bot removed.
            Event::GuildDelete(event) if !event.guild.unavailable => {
                self.left(GuildId(event.guild.id.get().cast_signed())).await;
            }
            _ => {}
        }
    }

    async fn interaction(&self, incoming: Incoming, decoded: Decoded) {
        if !self.heard.is_new(incoming.id().get()) {
            return;
        }
        let mut reply = match decoded {
            Decoded::Ours(interaction) => {
                let id = interaction.id;
                match tokio::time::timeout(ANSWER_WITHIN, handle(&self.bot, *interaction)).await {
                    Ok(reply) => reply,
                    Err(_) => {
                        tracing::error!(interaction.id = id.0, "an answer took too long");
                        Reply::Say(Message::note(
                            "This took too long, so I cannot say whether it worked. Please try again.",
                        ))
                    }
                }
            }
            Decoded::NotInGuild => Reply::Say(Message::note(
                "I only work on a server. Add me to yours, then try there.",
            )),
            Decoded::Unused => {
                metrics::counter!("greenroom_interactions_unreadable_total").increment(1);
                tracing::warn!(
                    interaction.id = incoming.id().get(),
                    "an interaction of a kind the bot does not use"
                );
                Reply::Say(view::help::unknown())
            }
        };
        // There is no room for a sentence where something is being typed.
        if matches!(incoming, Incoming::Autocomplete(_)) && !matches!(reply, Reply::Choices(_)) {
            reply = Reply::Choices(Vec::new());
        }
        let id = InteractionId(incoming.id().get().cast_signed());
        self.respond(id, incoming.token(), &reply).await;
    }

    /// An interaction serenity's model cannot parse: logged, counted, and answered if it says how.
    async fn unreadable(&self, value: &Value) {
        metrics::counter!("greenroom_interactions_unreadable_total").increment(1);
        let kind = value["type"].as_u64().unwrap_or_default();
        tracing::error!(
            interaction.id = value["id"].as_str(),
            kind,
            "an interaction could not be read"
        );
        let id = value["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .map(InteractionId);
        let reply = match kind {
            4 => Reply::Choices(Vec::new()),
            _ => Reply::Say(Message::note(
                "Discord sent this in a form I do not understand, so nothing was done. Please try again; if it stays, \
                 tell whoever runs this bot.",
            )),
        };
        if let (Some(id), Some(token)) = (id, value["token"].as_str()) {
            self.respond(id, token, &reply).await;
        }
    }

    async fn respond(&self, id: InteractionId, token: &str, reply: &Reply) {
        if let Err(error) = self.discord.respond(id, token, reply).await {
            metrics::counter!("greenroom_replies_failed_total").increment(1);
            tracing::warn!(interaction.id = id.0, %error, "a reply did not get through");
        }
    }

    async fn left(&self, guild: GuildId) {
        let now = self.bot.now();
        let reason = "I was removed from the server. Check that I may post in the channel.";
        match store::schedules::pause_all(&self.bot.db, guild, reason, now).await {
            Ok(paused) => tracing::info!(
                guild.id = guild.0,
                paused,
                "removed from a server; its schedules are paused"
            ),
            Err(error) => {
                tracing::error!(guild.id = guild.0, %error, "being removed from a server was not recorded")
            }
        }
    }
}
