//! `/profile`: one member's record.

use std::collections::BTreeMap;

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::{leaderboard, zone};
use crate::ids::{GuildId, UserId};
use crate::interaction::Member;
use crate::reply::{Message, Reply};
use crate::rules::period::Period;
use crate::store;
use crate::store::boards::TopicRecord;
use crate::view;
use crate::view::profile::Profile;

/// One's own record, or that of a member who does not hide.
pub async fn profile(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    of: Option<UserId>,
) -> anyhow::Result<Reply> {
    let user = of.unwrap_or(member.user);
    let own = user == member.user;
    if !own
        && store::boards::hidden_members(&bot.db, guild)
            .await?
            .contains(&user)
    {
        return Ok(Reply::Say(Message::note(
            "This member keeps their record to themselves.",
        )));
    }
    let zone = zone(bot, guild).await?;
    let mut places = Vec::new();
    for period in [Period::Week, Period::AllTime] {
        let bounds = period.bounds(bot.now(), &zone);
        let ranked = leaderboard::ranked(bot, guild, period, &bounds, &zone, None).await?;
        places.push(ranked.into_iter().find(|row| row.score.user == user));
    }
    let [week, all]: [_; 2] = places.try_into().unwrap_or([None, None]);
    let streak = store::boards::streaks(&bot.db, guild, &[user])
        .await?
        .get(&user)
        .copied()
        .unwrap_or(0);
    let areas = by_area(bot, store::boards::topics_of(&bot.db, guild, user).await?);
    Ok(Reply::Say(view::profile::profile(&Profile {
        user,
        own,
        week,
        all,
        streak,
        areas,
    })))
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
