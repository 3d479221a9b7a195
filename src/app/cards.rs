//! What answers do to review decks: a wrong one makes a card, any other counts as a review of the card there is. And
//! what is put into a deck because somebody asks.

use std::collections::HashMap;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{GuildId, QuestionId, UserId};
use crate::rules::question::Question;
use crate::rules::review::{Rating, ReviewPlan};
use crate::rules::schedule::Zone;
use crate::store;
use crate::store::cards::Reviewed;
use crate::store::review_settings::Settings;
use crate::store::rounds::Round;

/// Brings the decks up to date with a round that was just judged, in the same transaction. Doing it again finds nothing
/// to do.
pub async fn update_cards(
    db: &mut PgConnection,
    round: &Round,
    question: &Question,
    zone: &Zone,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let asked = round.question_id.context("a judged round has a question")?;
    let answered = store::cards::lock_answered(db, round.guild_id, round.round_id, asked).await?;
    // Thousands of members share a few zones.
    let mut zones: HashMap<String, Zone> = HashMap::new();
    let mut reviewed = Vec::with_capacity(answered.len());
    for one in answered {
        let zone = match one.time_zone {
            None => zone.clone(),
            Some(name) => match zones.get(&name) {
                Some(zone) => zone.clone(),
                None => {
                    let own = Zone::stored(&name)?;
                    zones.insert(name, own.clone());
                    own
                }
            },
        };
        // Only of a private round is it known when its member began to read.
        let began = round.only_user_id.and(round.posted_at);
        let rating = Rating::of(one.correct, began.map(|began| one.answered_at - began), question);
        let plan = ReviewPlan {
            retention: one.retention,
            zone,
        };
        reviewed.push(Reviewed {
            user: one.user,
            rating,
            before: one.before,
            // What was forgotten is learnt again at the reveal, so that is the moment that counts.
            after: plan.outlook(one.before, now).after(rating),
        });
    }
    if !reviewed.is_empty() {
        store::cards::write_reviewed(db, round.guild_id, round.round_id, asked, &reviewed).await?;
    }
    Ok(())
}

/// Puts a question into a member's deck because they ask. `right` is how they answered it, if they did. False where it
/// is there already.
pub async fn add_card(
    db: &mut PgConnection,
    guild: GuildId,
    user: UserId,
    question: QuestionId,
    right: Option<bool>,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let (_, plan) = review_settings(db, guild, user).await?;
    let rating = match right {
        Some(true) => Rating::Good,
        Some(false) | None => Rating::Again,
    };
    let after = plan.outlook(None, now).after(rating);
    Ok(store::cards::add_card(&mut *db, guild, user, question, &after).await?)
}

/// A member's settings, and how their cards are planned by them.
pub async fn review_settings(
    db: &mut PgConnection,
    guild: GuildId,
    user: UserId,
) -> anyhow::Result<(Settings, ReviewPlan)> {
    let settings = store::review_settings::find_settings(&mut *db, guild, user).await?;
    let settings = settings.unwrap_or_else(|| Settings::usual(guild, user));
    let zone = match &settings.time_zone {
        Some(own) => Zone::stored(own)?,
        None => match store::guilds::find_guild(&mut *db, guild).await? {
            Some(guild) => Zone::stored(&guild.time_zone)?,
            None => Zone::utc(),
        },
    };
    let plan = ReviewPlan {
        retention: settings.retention,
        zone,
    };
    Ok((settings, plan))
}
