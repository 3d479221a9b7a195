//! Delivery over the gateway: serenity and the relay keep the connection, we answer what comes in.
//!
//! serenity's own weak spots are guarded here and in [`relay`](crate::discord::relay). It falls back to Discord's real
//! gateway when the address cannot be fetched, so the address is ours. Its shutdown can hang, so it gets a deadline. If
//! it does not come back to the relay at all, the process ends, to be started again by whoever supervises it.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serenity::client::ClientBuilder;
use serenity::http::HttpBuilder;
use serenity::model::gateway::GatewayIntents;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bot::Bot;
use crate::discord::client::{Discord, GatewayAnswer};
use crate::discord::decode::{Decoded, Incoming, decode_interaction};
use crate::discord::error::ErrorKind;
pub use crate::discord::relay::GatewayFailure;
use crate::discord::relay::{Dispatch, Relay, Shared};
use crate::discord::seen_interactions::SeenInteractions;
use crate::fail_points::fail_point;
use crate::handlers::departure::leave_guild;
use crate::handlers::handle_interaction;
use crate::ids::{GuildId, InteractionId};
use crate::interaction::Interaction;
use crate::reply::{Message, Reply};
use crate::view;

/// Discord drops an interaction that is not answered within three seconds; the rest is for the way back.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_500);
/// How long answers in flight may take when the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// serenity comes back to the relay within seconds; this long without it is no accident.
const LONGEST_ABSENCE: Duration = Duration::from_secs(130);
/// serenity asks Discord something of its own when it starts, and would wait for ever.
const START_WITHIN: Duration = Duration::from_secs(20);
/// Without a connection for so long, whoever runs the bot has to know.
const TOO_LONG: Duration = Duration::from_secs(120);
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// Pause before the gateway is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Keeps the gateway connected and answers interactions until `stop`. Then what is in flight is finished first.
///
/// # Errors
/// Only what a person has to mend; outages are waited out.
pub async fn run_gateway(
    bot: Arc<Bot>,
    discord: Arc<Discord>,
    base: &str,
    token: &str,
    stop: CancellationToken,
) -> Result<(), GatewayFailure> {
    let (events, received) = unbounded_channel();
    let answering = TaskTracker::new();
    let receiver = Receiver {
        bot: Arc::clone(&bot),
        discord: Arc::clone(&discord),
        answering: answering.clone(),
        heard: SeenInteractions::default(),
    };
    tokio::spawn(Arc::new(receiver).receive(received));
    let connecting = async {
        loop {
            let Some(answer) = stop.run_until_cancelled(fetch_gateway(&bot, &discord)).await else {
                return Ok(());
            };
            let answer = answer?;
            let (failed, failures) = unbounded_channel();
            let shared = Shared::new(
                answer.url.clone(),
                Arc::clone(&discord),
                Arc::clone(&bot.delivery),
                events.clone(),
                failed,
            );
            let reason = keep_connected(shared, failures, answer.shards, base, token, &stop).await?;
            let Some(reason) = reason else { return Ok(()) };
            tracing::warn!(reason, "the gateway connection ended; connecting again");
            stop.run_until_cancelled(tokio::time::sleep(AGAIN)).await;
        }
    };
    let result = tokio::select! {
        result = connecting => result,
        () = report_outages(&bot) => Ok(()),
    };
    answering.close();
    if tokio::time::timeout(DRAIN, answering.wait()).await.is_err() {
        tracing::warn!("stopping with {} answers unfinished", answering.len());
    }
    result
}

/// Runs serenity over a relay until it ends, for a reason worth another try, or is stopped: then `None`.
async fn keep_connected(
    shared: Shared,
    mut failures: UnboundedReceiver<GatewayFailure>,
    shards: u32,
    base: &str,
    token: &str,
    stop: &CancellationToken,
) -> Result<Option<String>, GatewayFailure> {
    let relay = match Relay::start(Arc::new(shared)).await {
        Ok(relay) => relay,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let http = HttpBuilder::new(token)
        .proxy(base)
        .ratelimiter_disabled(true)
        .build();
    // Servers coming and going is all the bot wants to hear; interactions are always sent.
    let builder = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS);
    let built = tokio::select! {
        built = tokio::time::timeout(START_WITHIN, builder.into_future()) => built,
        () = stop.cancelled() => return Ok(None),
    };
    let mut client = match built {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => return Ok(Some(error.to_string())),
        Err(_) => return Ok(Some("Discord does not answer".to_owned())),
    };
    // Ours, because serenity may have fallen back to the real Discord.
    relay.url().clone_into(&mut *client.ws_url.lock().await);
    let manager = Arc::clone(&client.shard_manager);
    let ended = tokio::select! {
        result = client.start_shards(shards) => {
            Ok(Some(result.map_or_else(|error| error.to_string(), |()| "closed".to_owned())))
        }
        failure = failures.recv() => Err(failure.unwrap_or(GatewayFailure::Stuck)),
        () = wait_until_stuck(&relay) => Err(GatewayFailure::Stuck),
        () = stop.cancelled() => Ok(None),
    };
    // Says goodbye properly where it can, which it cannot always.
    let goodbye = async {
        manager.shutdown_all().await;
        relay.finished().await;
    };
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    ended
}

/// Where the gateway is and how many connections it wants, asked for until it is told.
async fn fetch_gateway(bot: &Bot, discord: &Discord) -> Result<GatewayAnswer, GatewayFailure> {
    let mut pause = Duration::from_secs(1);
    loop {
        match discord.gateway().await {
            Ok(answer) => return Ok(answer),
            Err(error) if error.kind() == ErrorKind::Unauthorised => return Err(GatewayFailure::Token),
            Err(error) => {
                bot.delivery.note_failure(error.to_string());
                tracing::warn!(%error, "Discord's gateway address cannot be fetched; trying again in {pause:?}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(30));
            }
        }
    }
}

/// Returns when serenity has had no connection to the relay for too long.
async fn wait_until_stuck(relay: &Relay) {
    let mut since = Instant::now();
    while since.elapsed() < LONGEST_ABSENCE {
        tokio::time::sleep(Duration::from_secs(10)).await;
        if !relay.is_idle() {
            since = Instant::now();
        }
    }
}

/// Says so, once an outage, when nothing people press has arrived for too long. Never returns.
async fn report_outages(bot: &Bot) {
    let mut told = false;
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let down = bot.delivery.down_for();
        match next_report(told, down.as_ref().map(|(time, _)| *time)) {
            Some(Report::Outage(time)) => {
                told = true;
                let reason = down.and_then(|(_, reason)| reason);
                let reason = reason.unwrap_or_else(|| "it is not known why".to_owned());
                tracing::error!(
                    seconds = time.as_secs(),
                    "Discord's gateway has not been reached for two minutes, so nobody can answer anything; questions \
                     wait until it is. What went wrong last: {reason}"
                );
            }
            Some(Report::Over) => {
                told = false;
                tracing::info!("Discord's gateway is reached again; questions are posted again");
            }
            None => {}
        }
    }
}

/// What is to be said of an outage.
#[derive(Debug, PartialEq, Eq)]
enum Report {
    Outage(Duration),
    Over,
}

/// What is to be said, given whether the outage was told and for how long there is one.
fn next_report(told: bool, down_for: Option<Duration>) -> Option<Report> {
    match down_for {
        Some(time) if time >= TOO_LONG && !told => Some(Report::Outage(time)),
        None if told => Some(Report::Over),
        _ => None,
    }
}

/// Answers what comes in.
struct Receiver {
    bot: Arc<Bot>,
    discord: Arc<Discord>,
    answering: TaskTracker,
    heard: SeenInteractions,
}

impl Receiver {
    /// Takes each event as a task of its own, until nobody can send any more.
    async fn receive(self: Arc<Self>, mut events: UnboundedReceiver<Dispatch>) {
        while let Some(event) = events.recv().await {
            let receiver = Arc::clone(&self);
            self.answering.spawn(async move {
                match event {
                    Dispatch::Interaction(text) => receiver.take_interaction(&text).await,
                    Dispatch::GuildDelete(text) => receiver.take_guild_delete(&text).await,
                }
            });
        }
    }

    async fn take_interaction(&self, text: &str) {
        let Some(incoming) = Incoming::read(text) else {
            metrics::counter!("greenroom_interactions_unreadable_total").increment(1);
            tracing::error!("an interaction names no id and token, so it cannot be answered");
            return;
        };
        if !self.heard.is_new(incoming.id.0.cast_unsigned()) {
            return;
        }
        fail_point("answer.received");
        let mut reply = match decode_interaction(&incoming, text) {
            Decoded::Ours(interaction) => self.answer(*interaction).await,
            Decoded::NotInGuild => Reply::Say(Message::note(
                "I only work on a server. Add me to yours, then try there.",
            )),
            Decoded::NotInstalled => Reply::Say(Message::note(
                "I am not a member of this server, so I can do nothing here. Somebody who manages it has to add me.",
            )),
            Decoded::Unused => {
                metrics::counter!("greenroom_interactions_unreadable_total").increment(1);
                let kind = incoming.kind;
                tracing::warn!(
                    interaction.id = incoming.id.0,
                    kind,
                    "an interaction of a kind the bot does not use"
                );
                Reply::Say(view::help::unknown_action())
            }
            Decoded::Unreadable(what) => {
                metrics::counter!("greenroom_interactions_unreadable_total").increment(1);
                tracing::error!(
                    interaction.id = incoming.id.0,
                    what,
                    "an interaction could not be read"
                );
                Reply::Say(Message::note(
                    "Discord sent this in a form I do not understand, so nothing was done. Please try again; if it \
                     stays, tell whoever runs this bot.",
                ))
            }
        };
        // Autocomplete can only be answered with choices.
        if incoming.is_completion() && !matches!(reply, Reply::Choices(_)) {
            reply = Reply::Choices(Vec::new());
        }
        fail_point("answer.unsaid");
        self.respond(incoming.id, &incoming.token, &reply).await;
        fail_point("answer.said");
    }

    async fn answer(&self, interaction: Interaction) -> Reply {
        let id = interaction.caller.id;
        match tokio::time::timeout(ANSWER_WITHIN, handle_interaction(&self.bot, interaction)).await {
            Ok(reply) => reply,
            Err(_) => {
                tracing::error!(interaction.id = id.0, "an answer took too long");
                Reply::Say(Message::note(
                    "This took too long, so I cannot say whether it worked. Please try again.",
                ))
            }
        }
    }

    async fn respond(&self, id: InteractionId, token: &str, reply: &Reply) {
        if let Err(error) = self.discord.respond(id, token, reply).await {
            metrics::counter!("greenroom_replies_failed_total").increment(1);
            tracing::warn!(interaction.id = id.0, %error, "a reply did not get through");
        }
    }

    /// Unavailable means an outage; only without it was the bot removed.
    async fn take_guild_delete(&self, text: &str) {
        #[derive(Deserialize)]
        struct Deleted {
            id: String,
            unavailable: Option<bool>,
        }
        let Ok(deleted) = serde_json::from_str::<Deleted>(text) else {
            tracing::warn!("the gateway told of a server that is gone, but not of which");
            return;
        };
        if deleted.unavailable == Some(true) {
            return;
        }
        if let Ok(guild) = deleted.id.parse() {
            self.leave_guild(GuildId(guild)).await;
        }
    }

    async fn leave_guild(&self, guild: GuildId) {
        if let Err(error) = leave_guild(&self.bot, guild).await {
            let error = format!("{error:#}");
            tracing::error!(
                guild.id = guild.0,
                error,
                "being removed from a server was not recorded"
            );
        }
    }
}
