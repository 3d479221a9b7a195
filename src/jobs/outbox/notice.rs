//! Notices of seasons and competitions.

use anyhow::Context as _;
use chrono::NaiveDate;

use crate::app::{seasons, standings};
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::ids::{CompetitionId, GuildId, UserId};
use crate::jobs::outbox::about::{Compose, Weight};
use crate::rules::notice::NoticeKind;
use crate::store;
use crate::store::competitions::State;
use crate::store::notices::Notice;
use crate::view;
use crate::view::standings::{Line, Page};

/// What a notice says, if it is still true.
pub(super) async fn compose_notice(bot: &Bot, discord: &Discord, notice: &Notice) -> anyhow::Result<Compose> {
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
        return Ok(Compose::Drop("nobody took part".to_owned()));
    };
    mark_departed_members(bot, discord, guild, &named_members(&lines)).await?;
    // Read again: who turned out to be gone is named differently.
    let Some((season, lines)) = seasons::final_standings(bot, guild, start).await? else {
        return Ok(Compose::Drop("nobody took part".to_owned()));
    };
    let hidden = seasons::hidden_members(bot, guild).await?;
    let picture = bot
        .pictures
        .of(view::season::podium_image(season, &lines, &hidden))
        .await;
    let message = view::season::season_ended(notice.notice_id, season, &lines, &hidden);
    Ok(Compose::Say(message.illustrated(picture), Weight::OneTry))
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
        return Ok(Compose::Drop("the competition was over".to_owned()));
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
    let message = match notice.kind {
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
        NoticeKind::SeasonEnd => return Ok(Compose::Drop("it is about a season".to_owned())),
    };
    Ok(Compose::Say(message, Weight::OneTry))
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
