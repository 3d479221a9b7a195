//! `/profile`: one member's record.

use std::collections::BTreeMap;

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::guild_calendar;
use crate::handlers::stop::Handled;
use crate::ids::{GuildId, UserId};
use crate::interaction::Caller;
use crate::picture::profile::WEEKS;
use crate::reply::Message;
use crate::rules::period::{last_weeks, list_weeks};
use crate::rules::season::Calendar;
use crate::rules::streak::LOOK_BACK;
use crate::store;
use crate::store::boards::TopicRecord;
use crate::view;
use crate::view::profile::{HalfYear, Profile};

/// One's own record, or that of a member who does not hide.
pub async fn show_profile(bot: &Bot, caller: &Caller, of: Option<UserId>) -> Handled<Message> {
    let guild = caller.guild;
    let user = of.unwrap_or(caller.member.user);
    let own = user == caller.member.user;
    if !own
        && store::boards::hidden_members(&bot.db, guild)
            .await?
            .contains(&user)
    {
        return Err(Message::note("This member keeps their record to themselves.").into());
    }
    let calendar = guild_calendar(bot, guild).await?;
    let turn = bot.long_reads.acquire().await?;
    let all = store::records::find_place(&bot.db, guild, user).await?;
    let week = match list_weeks(bot.now(), bot.now(), &calendar).first() {
        Some((monday, start)) => {
            store::records::find_weekly_place(&bot.db, guild, user, *monday, *start).await?
        }
        None => None,
    };
    drop(turn);
    let streak = store::boards::read_streaks(&bot.db, guild, &[user], LOOK_BACK)
        .await?
        .remove(&user)
        .unwrap_or_default();
    let areas = by_area(bot, store::boards::topics_of(&bot.db, guild, user).await?);
    let mut shown = Profile {
        user,
        own,
        week,
        all,
        streak,
        areas,
        picture: None,
    };
    if shown.all.is_some() {
        let names = store::members::member_names(&bot.db, guild, &[user]).await?;
        let name = names.get(&user).map_or("", String::as_str);
        let past = half_year(bot, guild, user, &calendar).await?;
        shown.picture = bot.pictures.of(shown.card(name, past)).await;
    }
    Ok(view::profile::profile_message(&shown))
}

/// How the last half year went, by the guild's calendar.
async fn half_year(bot: &Bot, guild: GuildId, user: UserId, calendar: &Calendar) -> anyhow::Result<HalfYear> {
    let now = bot.now();
    let today = calendar.zone.local_date_of(now);
    let starts = last_weeks(now, calendar, WEEKS);
    let first = starts.first().copied().unwrap_or(now);
    let first_day = calendar.zone.local_date_of(first);
    let mut days = vec![0_u16; 7 * WEEKS];
    for at in store::records::answered_since(&bot.db, guild, user, first).await? {
        let day = (calendar.zone.local_date_of(at) - first_day).num_days();
        if let Some(count) = usize::try_from(day).ok().and_then(|day| days.get_mut(day)) {
            *count = count.saturating_add(1);
        }
    }
    let mondays: Vec<_> = starts
        .iter()
        .map(|start| calendar.zone.local_date_of(*start))
        .collect();
    let places = store::records::weekly_places(&bot.db, guild, user, &mondays).await?;
    Ok(HalfYear { today, days, places })
}

/// Topics added up to areas, the weakest first.
fn by_area(bot: &Bot, topics: Vec<TopicRecord>) -> Vec<(String, i64, i64)> {
    let mut areas: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for TopicRecord {
        topic,
        correct,
        answers,
    } in topics
    {
        let area = bot
            .bank
            .syllabus()
            .topic(&topic)
            .map_or("other", |topic| &topic.area);
        let sum = areas.entry(filter::area_title(area)).or_default();
        *sum = (sum.0 + correct, sum.1 + answers);
    }
    let mut areas: Vec<_> = areas
        .into_iter()
        .map(|(area, (right, all))| (area, right, all))
        .collect();
    // Shares compared without dividing: a/b < c/d is a·d < c·b.
    areas.sort_by_key(|(_, right, all)| right * 10_000 / (*all).max(1));
    areas
}
