//! What could be typed next.

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::competition;
use crate::handlers::daily::describe_schedule;
use crate::handlers::quiz;
use crate::handlers::stop::Handled;
use crate::interaction::{Caller, Completion, Field};
use crate::reply::{Reply, limits};
use crate::rules::schedule::Zone;
use crate::store;
use crate::view;

/// Up to 25 completions.
pub async fn complete_option(bot: &Bot, caller: &Caller, completion: &Completion) -> Handled {
    let (guild, typed) = (caller.guild, completion.typed.as_str());
    let choices = match completion.field {
        Field::Timezone => {
            let zones = Zone::suggest(typed, limits::CHOICES).into_iter();
            zones.map(|zone| (zone.to_owned(), zone.to_owned())).collect()
        }
        Field::Topics => filter::complete_topics(bot.bank.syllabus(), typed, true),
        Field::Topic => filter::complete_topics(bot.bank.syllabus(), typed, false),
        Field::Competition => competition::complete_competition(bot, guild, typed).await?,
        Field::Question => {
            let slugs = store::questions::slugs_like(&bot.db, guild, &typed.trim().to_lowercase()).await?;
            slugs.into_iter().map(|slug| (slug.clone(), slug)).collect()
        }
        Field::Set => quiz::set::complete_set(bot, guild, typed).await?,
        Field::Schedule => {
            let schedules = store::schedules::of_guild(&bot.db, guild).await?.into_iter();
            let all = schedules.map(|schedule| {
                let id = schedule.schedule_id.to_string();
                Ok((view::daily::one_line(&describe_schedule(bot, schedule)?), id))
            });
            let all: Vec<_> = all.collect::<anyhow::Result<_>>()?;
            all.into_iter()
                .filter(|(line, _)| line.to_lowercase().contains(&typed.to_lowercase()))
                .collect()
        }
    };
    Ok(Reply::Choices(choices))
}
