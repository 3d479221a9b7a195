//! Which question comes next.

use sqlx::PgConnection;

use crate::bank::filter;
use crate::bot::Bot;
use crate::ids::QuestionId;
use crate::rules::question::Kind;
use crate::rules::scoring::Choices;
use crate::rules::selection::{Candidate, pick};
use crate::store;
use crate::store::rounds::Asked;
use crate::store::schedules::Schedule;

/// The question a schedule asks next, or `None` where nothing fits its filter. Run inside the transaction that plans the
/// round: until it ends, no other schedule of the guild chooses.
pub async fn next(bot: &Bot, db: &mut PgConnection, schedule: &Schedule) -> sqlx::Result<Option<Asked>> {
    store::questions::lock_choice(&mut *db, schedule.guild_id).await?;
    let topics = filter::expand(bot.bank.syllabus(), &schedule.topics);
    // The database reads no topics as any topic; a filter of topics that no longer exist fits nothing.
    if topics.is_empty() && !schedule.topics.is_empty() {
        return Ok(None);
    }
    let stored = store::questions::candidates(&mut *db, schedule.guild_id, &topics, schedule.level).await?;
    let candidates: Vec<Candidate<'_>> = stored
        .iter()
        .map(|row| Candidate {
            question: row.question_id,
            topic: &row.topic,
            times_asked: u32::try_from(row.times_asked).unwrap_or(u32::MAX),
            last_asked: row.last_asked,
        })
        .collect();
    let picked: Option<QuestionId> = pick(&candidates, schedule.seed.cast_unsigned());
    let Some(row) = picked.and_then(|id| stored.iter().find(|row| row.question_id == id)) else {
        return Ok(None);
    };
    let question = bot.revisions.get(&mut *db, row.revision_id).await?;
    let all = (0u8..)
        .zip(&question.options)
        .filter_map(|(index, _)| Choices::single(index));
    let offered = all.fold(0, |bits, option| bits | option.bits());
    Ok(Some(Asked {
        question_id: row.question_id,
        revision_id: row.revision_id,
        offered: Choices::from_bits(offered).unwrap_or(Choices::NONE),
        several: question.kind == Kind::Multiple,
    }))
}
