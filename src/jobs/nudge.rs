//! Tells members by direct message that cards are due, at the time they chose and at most once a day.
//!
//! As with rounds, the row is there before the message, with what it says fixed; the message carries a nonce made of
//! the row's id, and a repeated attempt looks for it first. Nobody is nudged who did not ask for it, or has nothing to
//! do.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sqlx::PgConnection;

use crate::app::nudges;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{ChannelId, UserId};
use crate::jobs::delivery::{
    Earlier, FLAGGED, Failure, is_lease_nearly_over, judge_look, post_noted, retry_time,
};
use crate::jobs::search::find_by_text;
use crate::jobs::{BATCH, LEASE};
use crate::store;
use crate::store::conversations::Leave;
use crate::store::nudges::{End, Nudge};
use crate::store::review_settings::Settings;
use crate::view;

/// Later than this after its time, a nudge is left out: nobody asked to be told at night.
const LATEST: TimeDelta = TimeDelta::hours(2);
/// Members whose day is planned in one transaction.
const PLANNED_AT_ONCE: i64 = 200;
/// Messages on their way at a time.
const AT_ONCE: usize = 3;
/// Conversations opened within [`OPENED_WITHIN`], over all instances. Discord flags bots that open 25 to 40 in a short
/// time (discord-php/DiscordPHP#467), and takes messages in conversations that are open.
const OPENED: usize = 20;
const OPENED_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// For how long nobody is written to after Discord said that it was too much.
const RESTED: TimeDelta = TimeDelta::minutes(10);
/// Discord's code for an account that is no more.
const UNKNOWN_USER: i64 = 10_013;
/// For how long it is remembered that somebody was nudged; a day would do.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// Plans and sends every nudge whose time has come.
///
/// # Errors
/// If the database fails; then what was not done is done in a later pass.
pub async fn nudge_members(bot: &Bot, discord: &Discord) -> anyhow::Result<()> {
    plan_nudges(bot).await?;
    send_nudges(bot, discord).await
}

async fn plan_nudges(bot: &Bot) -> anyhow::Result<()> {
    loop {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let members = store::review_settings::lock_due(&mut *tx, now, PLANNED_AT_ONCE).await?;
        if members.is_empty() {
            return Ok(());
        }
        let due = store::decks::due_counts(&mut *tx, &members, now).await?;
        for member in &members {
            let cards = due.get(&(member.guild_id, member.user_id)).copied().unwrap_or(0);
            plan_one(&mut tx, member, cards, now).await?;
        }
        store::nudges::forget_before(&mut *tx, now - REMEMBERED).await?;
        tx.commit().await?;
    }
}

async fn plan_one(
    db: &mut PgConnection,
    member: &Settings,
    cards: i64,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    if let (Some(at), Some(day), Some(channel)) =
        (member.nudge_next_at, member.nudge_next_date, member.channel_id)
        && cards > 0
        && now - at <= LATEST
    {
        store::nudges::plan_nudge(&mut *db, member, channel, day, at, cards).await?;
    }
    let next = match nudges::nudge_recurrence(member) {
        // Days that passed while the bot was not running are left out, but for one whose time is not long ago.
        Ok(Some(rule)) => nudges::next_nudge(&rule, member.nudge_next_date, now - LATEST),
        Ok(None) => None,
        Err(mistake) => {
            tracing::error!(user.id = member.user_id.0, %mistake, "a nudge cannot be planned");
            let reason = view::review::UNKNOWN_ZONE;
            return Ok(
                store::review_settings::switch_off(&mut *db, member.guild_id, member.user_id, reason).await?,
            );
        }
    };
    Ok(store::review_settings::set_next(&mut *db, member, next).await?)
}

/// Works out anew when each member is nudged, if time zone data changed. The day stays.
pub async fn follow_zone_data(db: &mut PgConnection) -> anyhow::Result<()> {
    for member in store::review_settings::lock_waiting(&mut *db).await? {
        if let (Ok(Some(rule)), Some(day)) = (nudges::nudge_recurrence(&member), member.nudge_next_date) {
            let next = rule.occurrences_from(day).next();
            let next = next.map(|next| (next.at, next.date));
            store::review_settings::set_next(&mut *db, &member, next).await?;
        }
    }
    Ok(())
}

async fn send_nudges(bot: &Bot, discord: &Discord) -> anyhow::Result<()> {
    // One batch a pass: a rush of nudges must not hold up questions and reveals. The next pass follows at once.
    let nudges = store::nudges::lease_planned(&bot.db, bot.now(), LEASE, BATCH).await?;
    let leased = Instant::now();
    for few in nudges.chunks(AT_ONCE) {
        let done = join_all(few.iter().map(|nudge| send_nudge(bot, discord, nudge, leased))).await;
        done.into_iter().collect::<anyhow::Result<()>>()?;
    }
    Ok(())
}

async fn send_nudge(bot: &Bot, discord: &Discord, nudge: &Nudge, leased: Instant) -> anyhow::Result<()> {
    let wanted = store::review_settings::is_wanted(&bot.db, nudge.guild_id, nudge.user_id).await?;
    if !wanted || bot.now() - nudge.due_at > LATEST {
        store::nudges::end_nudge(&bot.db, nudge, End::Dropped).await?;
        return Ok(());
    }
    if is_lease_nearly_over(leased) {
        return Ok(store::nudges::retry_at(&bot.db, nudge, bot.now()).await?);
    }
    match deliver_nudge(bot, discord, nudge).await {
        Ok(Delivered::Sent) => {
            store::nudges::end_nudge(&bot.db, nudge, End::Sent).await?;
            metrics::counter!("greenroom_nudges_sent_total").increment(1);
            Ok(())
        }
        Ok(Delivered::PutOff(at)) => Ok(store::nudges::put_off(&bot.db, nudge, at).await?),
        Err(failure) => note_refusal(bot, nudge, &failure.refused()?).await,
    }
}

enum Delivered {
    Sent,
    PutOff(DateTime<Utc>),
}

async fn deliver_nudge(bot: &Bot, discord: &Discord, nudge: &Nudge) -> Result<Delivered, Failure> {
    let place = match conversation(bot, discord, nudge.user_id).await? {
        Place::In(place) => place,
        Place::NotBefore(at) => return Ok(Delivered::PutOff(at)),
    };
    let message = view::review::nudge_message(i64::from(nudge.cards), nudge.channel_id);
    let nonce = format!("d{}", nudge.nudge_id);
    if nudge.attempt > 1 {
        let found = find_by_text(discord, place, nudge.due_at, &message).await;
        if let Earlier::There(_) = judge_look(bot, &nonce, found).await? {
            return Ok(Delivered::Sent);
        }
    }
    post_noted(bot, discord, place, &message, &nonce).await?;
    Ok(Delivered::Sent)
}

enum Place {
    In(ChannelId),
    NotBefore(DateTime<Utc>),
}

/// The conversation with somebody, opened only if it was not before; or when to ask again.
async fn conversation(bot: &Bot, discord: &Discord, user: UserId) -> Result<Place, Failure> {
    let mut tx = bot.db.begin().await?;
    let leave = store::conversations::ask_leave(&mut tx, user, bot.now(), OPENED, OPENED_WITHIN).await?;
    tx.commit().await?;
    match leave {
        Leave::In(place) => Ok(Place::In(place)),
        Leave::Later(at) => Ok(Place::NotBefore(at)),
        Leave::Open => {
            let place = discord.conversation(user).await?;
            store::conversations::opened(&bot.db, user, place).await?;
            Ok(Place::In(place))
        }
    }
}

/// Only who takes no messages gets no more, and is told when they come by. Everything else is about the bot or about
/// Discord, and passes.
async fn note_refusal(bot: &Bot, nudge: &Nudge, error: &ApiError) -> anyhow::Result<()> {
    let now = bot.now();
    tracing::warn!(user.id = nudge.user_id.0, attempt = nudge.attempt, %error, "a nudge could not be sent");
    if error.is_closed_to_messages() {
        let mut tx = bot.db.begin().await?;
        if store::nudges::end_nudge(&mut *tx, nudge, End::Refused).await? {
            let reason = view::review::NOT_TAKEN;
            store::review_settings::switch_off(&mut *tx, nudge.guild_id, nudge.user_id, reason).await?;
        }
        return Ok(tx.commit().await?);
    }
    if error.is_about_spam() {
        return rest(bot, nudge, error, now).await;
    }
    match (error.kind(), retry_time(now, error, nudge.attempt)) {
        (_, Some(at)) => store::nudges::retry_at(&bot.db, nudge, at).await?,
        // The conversation, which is then opened anew.
        (ErrorKind::Gone | ErrorKind::Forbidden, None) if error.code() != Some(UNKNOWN_USER) => {
            store::conversations::forget(&bot.db, nudge.user_id).await?;
            store::nudges::retry_at(&bot.db, nudge, now + RESTED).await?;
        }
        _ => {
            store::nudges::end_nudge(&bot.db, nudge, End::Dropped).await?;
        }
    }
    Ok(())
}

/// Discord holds the bot for a sender of spam: nobody is written to for a while, and nobody loses their nudges for it.
async fn rest(bot: &Bot, nudge: &Nudge, error: &ApiError, now: DateTime<Utc>) -> anyhow::Result<()> {
    let until = now + RESTED;
    if error.is_flagged() {
        tracing::error!(%until, "{FLAGGED}");
    } else {
        tracing::warn!(%until, "direct messages rest");
    }
    let mut tx = bot.db.begin().await?;
    store::conversations::rest(&mut tx, until).await?;
    store::nudges::put_off(&mut *tx, nudge, until).await?;
    Ok(tx.commit().await?)
}
