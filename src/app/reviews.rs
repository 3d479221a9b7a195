//! What members say about their own reviews: how well an answer went, and what else is to come back.

use crate::app::cards;
use crate::bot::Bot;
use crate::ids::{GuildId, RoundId, UserId};
use crate::rules::review::{Outlook, Rating};
use crate::store;

/// How an answered question was rated, and what each rating would come to. `None` where there is nothing to judge: the
/// card was reviewed again since, or the answer was no review.
pub async fn find_rating(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
) -> anyhow::Result<Option<(Outlook, Rating)>> {
    let mut tx = bot.db.begin().await?;
    let Some(review) = store::cards::lock_review(&mut tx, guild, user, round).await? else {
        return Ok(None);
    };
    let (_, plan) = cards::review_settings(&mut tx, guild, user).await?;
    let outlook = plan.outlook(review.before, review.reviewed_at);
    Ok(Some((outlook, review.rating)))
}

/// A member judges their own answer. Judging twice leaves the later judgement; once the card has been reviewed again,
/// it is too late and nothing changes.
pub async fn rate_card(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
    rating: Rating,
) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    if let Some(review) = store::cards::lock_review(&mut tx, guild, user, round).await? {
        let (_, plan) = cards::review_settings(&mut tx, guild, user).await?;
        let after = plan.outlook(review.before, review.reviewed_at).after(rating);
        store::cards::rate_card(&mut tx, guild, user, round, &review, (rating, after)).await?;
    }
    Ok(tx.commit().await?)
}

/// The button Remind me of these: everything a private quiz asked, which the caller knows to be the member's.
pub async fn remind_all(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    turns: &[store::quizzes::QuizQuestion],
) -> anyhow::Result<usize> {
    let mut tx = bot.db.begin().await?;
    let mut new = 0;
    for turn in turns.iter().filter(|turn| turn.correct.is_some()) {
        let now = bot.now();
        new += usize::from(cards::add_card(&mut tx, guild, user, turn.question_id, turn.correct, now).await?);
    }
    tx.commit().await?;
    Ok(new)
}
