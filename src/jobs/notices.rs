//! Posts notices, each exactly once, in the manner of rounds.
//!
//! The row is there before the message, a nonce and the look for an earlier attempt's message keep a repeated attempt
//! from saying it twice, and the attempt is the fence.

use std::time::Instant;

use anyhow::Context as _;
use chrono::{NaiveDate, TimeDelta};
use futures_util::future::join_all;

use crate::app::seasons;
use crate::app::standings;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{CompetitionId, GuildId, MessageId, UserId};
use crate::interaction::CustomId;
use crate::jobs::delivery::{
    Earlier, Failure, Posted, advice_for_manager, is_lease_nearly_over, judge_look, post_noted, retry_time,
};
use crate::jobs::search::find_by_custom_id;
use crate::jobs::{BATCH, LEASE};
use crate::reply::Message;
use crate::rules::notice::NoticeKind;
use crate::store;
use crate::store::competitions::State;
use crate::store::notices::{Dropped, Notice};
use crate::view;
use crate::view::standings::{Line, Page};

/// Posts everything that is due. Returns how many notices it worked on.
///
/// # Errors
/// If the database fails; the leases run out and the notices are tried again.
pub async fn post_notices(bot: &Bot, discord: &Discord) -> anyhow::Result<usize> {
    let mut worked_on = 0;
    loop {
        let notices = store::notices::lease_due(&bot.db, bot.now(), LEASE, BATCH).await?;
        let leased = Instant::now();
        if notices.is_empty() {
            return Ok(worked_on);
        }
        worked_on += notices.len();
        let done = join_all(
            notices
                .iter()
                .map(|notice| post_notice(bot, discord, notice, leased)),
        )
        .await;
        done.into_iter().collect::<anyhow::Result<()>>()?;
    }
}

async fn post_notice(bot: &Bot, discord: &Discord, notice: &Notice, leased: Instant) -> anyhow::Result<()> {
    match try_posting(bot, discord, notice, leased).await {
        Ok(()) => Ok(()),
        Err(failure) => note_refusal(bot, notice, &failure.refused()?).await,
    }
}

async fn try_posting(bot: &Bot, discord: &Discord, notice: &Notice, leased: Instant) -> Result<(), Failure> {
    let nonce = format!("n{}", notice.notice_id);
    if notice.attempt > 1 {
        let button = CustomId::Notice {
            notice: notice.notice_id,
        };
        let found = find_by_custom_id(discord, notice.channel_id, notice.due_at, &[button]).await;
        if let Earlier::There(id) = judge_look(bot, &nonce, found).await? {
            return Ok(note_posted(bot, notice, id).await?);
        }
    }
    if bot.now() >= notice.kind.latest(notice.due_at) {
        return Ok(note_skipped(bot, notice, "its time had passed").await?);
    }
    let message = match compose_notice(bot, discord, notice).await? {
        Compose::Say(message) => message,
        Compose::Skip(reason) => return Ok(note_skipped(bot, notice, reason).await?),
    };
    if is_lease_nearly_over(leased) {
        return Ok(store::notices::retry_at(&bot.db, notice, bot.now()).await?);
    }
    match post_noted(bot, discord, notice.channel_id, &message, &nonce).await? {
        Posted::There(id) => note_posted(bot, notice, id).await?,
        Posted::Deleted => {
            note_skipped(bot, notice, "it was posted, and somebody deleted it at once").await?;
        }
    }
    Ok(())
}

/// What becomes of a notice whose time has come.
enum Compose {
    /// It says this.
    Say(Message),
    /// It no longer needs to be said; why.
    Skip(&'static str),
}

async fn compose_notice(bot: &Bot, discord: &Discord, notice: &Notice) -> anyhow::Result<Compose> {
    match (notice.season_start, notice.competition_id) {
        (Some(start), _) => of_season(bot, discord, notice, start).await,
        (None, Some(id)) => of_competition(bot, discord, notice, id).await,
        (None, None) => anyhow::bail!("notice {} is about nothing", notice.notice_id),
    }
}

async fn of_season(
    bot: &Bot,
    discord: &Discord,
    notice: &Notice,
    start: NaiveDate,
) -> anyhow::Result<Compose> {
    let guild = notice.guild_id;
    let Some((_, lines)) = seasons::final_standings(bot, guild, start).await? else {
        return Ok(Compose::Skip("nobody took part"));
    };
    mark_departed_members(bot, discord, guild, &named_members(&lines)).await?;
    // Read again: who turned out to be gone is named differently.
    let Some((season, lines)) = seasons::final_standings(bot, guild, start).await? else {
        return Ok(Compose::Skip("nobody took part"));
    };
    let hidden = seasons::hidden_members(bot, guild).await?;
    let picture = bot
        .pictures
        .of(view::season::podium_image(season, &lines, &hidden))
        .await;
    let message = view::season::season_ended(notice.notice_id, season, &lines, &hidden);
    Ok(Compose::Say(message.illustrated(picture)))
}

async fn of_competition(
    bot: &Bot,
    discord: &Discord,
    notice: &Notice,
    id: CompetitionId,
) -> anyhow::Result<Compose> {
    let guild = notice.guild_id;
    let found = store::competitions::find_competition(&bot.db, guild, id).await?;
    let found = found.context("a notice's competition exists")?;
    let runs = found.state == State::Running && bot.now() < found.ends_at;
    if notice.kind.while_running() && !runs {
        return Ok(Compose::Skip("the competition was over"));
    }
    let described = standings::describe_competition(bot, &found);
    let mut standing = standings::competition_standings(bot, &found).await?;
    // Who turns out to be gone makes room for others, who are looked for, too; three times is enough for a podium.
    for _ in 0..3 {
        if !mark_departed_members(bot, discord, guild, &named_members(&standing.lines)).await? {
            break;
        }
        standing = standings::competition_standings(bot, &found).await?;
    }
    let page = Page {
        lines: &standing.lines,
        hidden: &seasons::hidden_members(bot, guild).await?,
        viewer: None,
        page: 0,
    };
    let id = notice.notice_id;
    let picture = bot
        .pictures
        .of(view::competition::podium_image(&described, &standing, &page))
        .await;
    Ok(Compose::Say(match notice.kind {
        NoticeKind::Start => {
            let teams = store::entrants::list_teams(&bot.db, found.competition_id).await?;
            let names: Vec<String> = teams.into_iter().map(|team| team.name).collect();
            view::notice::competition_started(id, &described, &names)
        }
        NoticeKind::Midway => {
            view::notice::competition_midway(id, &described, &standing, &page).illustrated(picture)
        }
        NoticeKind::LastDay => view::notice::last_day(id, &described, &standing, &page).illustrated(picture),
        NoticeKind::End => {
            view::notice::competition_ended(id, &described, &standing, &page).illustrated(picture)
        }
        NoticeKind::Cancelled => view::notice::competition_cancelled(id, &described),
        NoticeKind::SeasonEnd => return Ok(Compose::Skip("it is about a season")),
    }))
}

/// Those who are about to be named.
fn named_members(lines: &[Line]) -> Vec<UserId> {
    let first = lines.iter().take_while(|line| line.rank <= 3).take(10);
    first.map(|line| line.user).collect()
}

/// Notes which of the members that are about to be named have left the server. Without a privileged intent nobody tells
/// us, so we ask when it matters; what Discord does not tell stays as it was.
async fn mark_departed_members(
    bot: &Bot,
    discord: &Discord,
    guild: GuildId,
    members: &[UserId],
) -> sqlx::Result<bool> {
    let mut anybody = false;
    let known = store::members::departed_members(&bot.db, guild).await?;
    for user in members.iter().filter(|user| !known.contains(user)) {
        match discord.has_member(guild, *user).await {
            Ok(true) => {}
            Ok(false) => {
                anybody = true;
                store::members::mark_left(&bot.db, guild, *user, bot.now()).await?;
            }
            Err(error) => {
                tracing::warn!(guild.id = guild.0, %error, "Discord does not say who is still here");
                break;
            }
        }
    }
    Ok(anybody)
}

async fn note_posted(bot: &Bot, notice: &Notice, id: MessageId) -> anyhow::Result<()> {
    if store::notices::note_posted(&bot.db, notice, id, bot.now()).await? {
        let kind = notice.kind.as_str();
        tracing::info!(
            notice.id = notice.notice_id.0,
            guild.id = notice.guild_id.0,
            kind,
            "a notice is posted"
        );
    }
    Ok(())
}

async fn note_skipped(bot: &Bot, notice: &Notice, reason: &str) -> anyhow::Result<()> {
    let kind = notice.kind.as_str();
    tracing::info!(
        notice.id = notice.notice_id.0,
        guild.id = notice.guild_id.0,
        kind,
        reason,
        "a notice is skipped"
    );
    Ok(store::notices::not_posted(&bot.db, notice, Dropped::Skipped, reason).await?)
}

async fn note_refusal(bot: &Bot, notice: &Notice, error: &ApiError) -> anyhow::Result<()> {
    tracing::warn!(notice.id = notice.notice_id.0, attempt = notice.attempt, %error, "a notice could not be posted");
    let now = bot.now();
    // A permission that is missing may be given again.
    let patient = error.kind() == ErrorKind::Forbidden && now - notice.due_at < TimeDelta::days(1);
    let at = retry_time(now, error, notice.attempt).or(patient.then(|| now + TimeDelta::hours(1)));
    let in_time = now < notice.kind.latest(notice.due_at);
    match at.filter(|_| in_time) {
        // The last attempt only looks for the message once more; `try_posting` looks at the clock.
        Some(at) => store::notices::retry_at(&bot.db, notice, at).await?,
        None => {
            store::notices::not_posted(&bot.db, notice, Dropped::Failed, &advice_for_manager(error)).await?
        }
    }
    Ok(())
}
