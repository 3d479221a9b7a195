//! Answers: one row per member and round, scored at the reveal.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{GuildId, InteractionId, QuestionId, RevisionId, RoundId, UserId};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::store::rounds::State;

/// What a member chose.
#[derive(Clone, Debug)]
pub struct NewAnswer<'a> {
    /// Where.
    pub guild: GuildId,
    /// To what.
    pub round: RoundId,
    /// Who.
    pub user: UserId,
    /// Kept for places that cannot show a mention.
    pub name: &'a str,
    /// None where the question is open.
    pub choices: Choices,
    /// The answer to an open question, tidied; not empty.
    pub words: Option<&'a str>,
    /// The click: of two, the larger is the newer.
    pub interaction: InteractionId,
    /// When the person clicked.
    pub at: DateTime<Utc>,
}

/// What stands in the database after a click, whether or not the click changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub question: QuestionId,
    /// The text that was asked.
    pub revision: RevisionId,
    /// Where the round is.
    pub state: State,
    /// Until when answers count.
    pub reveal_at: DateTime<Utc>,
    /// What asked it.
    pub source: Source,
    /// Whether this click is what counts now. If not, it came too late, a newer one was here before it, or the question
    /// does not offer that choice.
    pub written: bool,
    /// Whether the member had not answered before.
    pub first: bool,
    /// Whether the guild has a competition that members enter by answering.
    pub in_competition: bool,
}

/// Records an answer if the round is open and the click is the newest; `None` where the guild has no such posted round.
///
/// An acknowledged answer is committed: the reply is written from what this returns. The share lock on the round makes
/// the reveal wait for answers in flight, so none is left unscored.
pub async fn record_answer(
    db: impl PgExecutor<'_>,
    answer: &NewAnswer<'_>,
) -> sqlx::Result<Option<Recorded>> {
    sqlx::query_as!(
        Recorded,
        r#"with round as (
             select round_id, guild_id, question_id, revision_id, offered, several, state, reveal_at, source,
                    first_counts, quiz_id from rounds
              where round_id = $1 and guild_id = $2
                -- A click may be here before Discord has told us that the message is: then the round still counts as
                -- planned, but its window is fixed, and that is what makes it open.
                and state in ('planned', 'posted', 'revealed') and reveal_at is not null
                -- A private round is nobody else's business.
                and (only_user_id is null or only_user_id = $3)
                -- Nor is it judged while everybody is asked the same: the verdict would give the answer away.
                and (only_user_id is null or state = 'revealed' or not exists (
                        select from asked_now n
                         where n.guild_id = rounds.guild_id and n.question_id = rounds.question_id))
                for share
         ), seen as (
             insert into members (guild_id, user_id, name, first_seen_at)
             select guild_id, $3, $4, $7 from round
              -- Not left to the conflict: that would lock the member's row until the commit is on disk, and one
              -- member's clicks would queue behind each other.
              where not exists (select from members known
                                 where known.guild_id = round.guild_id and known.user_id = $3 and known.name = $4
                                   and known.left_at is null)
             on conflict (guild_id, user_id) do update set name = excluded.name, left_at = null
              where members.name <> excluded.name or members.left_at is not null
         ), written as (
             insert into answers (round_id, user_id, guild_id, choices, interaction_id, answered_at, source)
             select round_id, $3, guild_id, $5, $6, $7, source from round
              -- The person's own clock decides: a slow network costs nobody.
              where state <> 'revealed' and $7 < reveal_at
                and case when $8::text is null
                    then $5::smallint > 0 and $5::smallint & ~offered = 0
                         and (several or bit_count($5::int::bit(16)) = 1)
                    -- Where nothing is offered, words are asked for.
                    else $5::smallint = 0 and offered = 0 end
             on conflict (round_id, user_id) do update
                set choices = excluded.choices, interaction_id = excluded.interaction_id,
                    answered_at = excluded.answered_at
              -- Clicks arrive in any order and sometimes twice; only a newer one changes anything.
              where excluded.interaction_id > answers.interaction_id and answers.points is null
                and not (select first_counts from round)
             returning xmax = 0 as first, round_id, user_id, guild_id
         ), joined as (
             -- Whoever answers a question of a live quiz plays in it.
             insert into quiz_players (quiz_id, user_id, guild_id, name, joined_at)
             select quiz_id, $3, guild_id, $4, $7 from round where source = 'live' and exists (select from written)
             on conflict do nothing
         ), words as (
             insert into open_answers (round_id, user_id, guild_id, words)
             select round_id, user_id, guild_id, $8 from written where $8::text is not null
             on conflict (round_id, user_id) do update set words = excluded.words
         )
         select round.question_id as "question!: QuestionId", round.revision_id as "revision!: RevisionId",
                round.state as "state: State",
                round.reveal_at as "reveal_at!", round.source as "source: Source",
                written.first is not null as "written!", coalesce(written.first, false) as "first!",
                -- Told here, because asking on every first answer would cost a third of the throughput.
                exists (select from competitions c
                         where c.guild_id = round.guild_id and c.state in ('planned', 'running')
                           and c.teams in ('role', 'balanced') and c.entry = 'everyone') as "in_competition!"
           from round left join written on true"#,
        answer.round.0,
        answer.guild.0,
        answer.user.0,
        answer.name,
        answer.choices.bits(),
        answer.interaction.0,
        answer.at,
        answer.words
    )
    .fetch_optional(db)
    .await
}

/// What counts for a member in a round.
pub async fn of_member(
    db: impl PgExecutor<'_>,
    round: RoundId,
    user: UserId,
) -> sqlx::Result<Option<Choices>> {
    sqlx::query_scalar!(
        r#"select choices as "choices: Choices" from answers where round_id = $1 and user_id = $2"#,
        round.0,
        user.0
    )
    .fetch_optional(db)
    .await
}

/// How many members have answered.
pub async fn count_answers(db: impl PgExecutor<'_>, round: RoundId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from answers where round_id = $1"#,
        round.0
    )
    .fetch_one(db)
    .await
}

/// How many members chose what.
pub async fn count_by_choice(db: impl PgExecutor<'_>, round: RoundId) -> sqlx::Result<Vec<(Choices, i64)>> {
    let rows = sqlx::query!(
        r#"select choices, count(*) as "n!" from answers where round_id = $1 group by choices order by choices"#,
        round.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.choices, row.n)).collect())
}

/// The members who were right and do not hide, first to answer first, and how many were right in all.
pub async fn right_members(
    db: impl PgExecutor<'_>,
    round: RoundId,
    limit: i64,
) -> sqlx::Result<(Vec<UserId>, i64)> {
    let rows = sqlx::query!(
        r#"select a.user_id, coalesce(m.hidden, false) as "hidden!", count(*) over () as "all!"
             from answers a left join members m using (guild_id, user_id)
            where a.round_id = $1 and a.correct
            order by coalesce(m.hidden, false), a.answered_at, a.user_id
            limit $2"#,
        round.0,
        limit
    )
    .fetch_all(db)
    .await?;
    let all = rows.first().map_or(0, |row| row.all);
    Ok((
        rows.into_iter()
            .filter(|row| !row.hidden)
            .map(|row| row.user_id)
            .collect(),
        all,
    ))
}

/// The seasons an open round touches: answers given before `turn` count for `before`, the others for `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seasons {
    /// First day of the season in which the round was posted.
    pub before: NaiveDate,
    /// First day of the season in which it was revealed; mostly the same.
    pub after: NaiveDate,
    /// The instant at which `after` begins.
    pub turn: DateTime<Utc>,
}

/// How the answers of a round are judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The right options; `None` for an open question, where no answer is right or wrong.
    pub key: Option<Choices>,
    /// What a right answer is worth on boards; to an open question, any answer.
    pub points: i32,
    /// Where they go.
    pub seasons: Seasons,
    /// The weeks in which answers were given, each with its Monday and its first instant.
    pub weeks: Vec<(NaiveDate, DateTime<Utc>)>,
}

/// Scores a revealed round and adds the points to the standings, in the caller's transaction.
///
/// Only unscored answers are touched, so doing it twice changes nothing. Rows are written in key order, so that reveals
/// of several rounds at once cannot block each other for good.
pub async fn score_round(
    db: &mut PgConnection,
    guild: GuildId,
    round: RoundId,
    judgement: &Judgement,
) -> sqlx::Result<u64> {
    lock_payments(&mut *db, guild, round).await?;
    let seasons = judgement.seasons;
    let (mondays, starts): (Vec<NaiveDate>, Vec<DateTime<Utc>>) = judgement.weeks.iter().copied().unzip();
    let done = sqlx::query!(
        "with scored as (
             update answers set correct = (choices = $2),
                                points = case when coalesce(choices = $2, true) and not exists (
                                    -- Quizzes can be asked for at any time, so a question gives points once per member
                                    -- and season there, however often it is asked. Practice is counted by itself.
                                    select from rounds this join rounds earlier using (guild_id, question_id)
                                                join answers given on given.round_id = earlier.round_id
                                     where this.round_id = $1 and this.source in ('live', 'solo')
                                       and earlier.state = 'revealed'
                                       and earlier.round_id <> $1 and given.user_id = answers.user_id
                                       and given.points > 0 and given.answered_at >= $6
                                       -- What a review gave is on no board, so it takes nothing away.
                                       and given.source <> 'review'
                                       and (given.source = 'solo') = (this.source = 'solo'))
                                    then $3::int else 0 end::smallint
              where round_id = $1 and guild_id = $7 and points is null
             returning guild_id, user_id, points, correct, answered_at, source
         ), on_boards as (
             -- What cannot be right or wrong is not counted among what was right or wrong.
             select guild_id, user_id, points, coalesce(correct, false)::int as correct,
                    (correct is not null)::int as answers, answered_at, source = 'solo' as practice
               from scored where source <> 'review'
         ), of_weeks as (
             insert into weekly_points (guild_id, week, user_id, points)
             select guild_id, ($8::date[])[greatest(width_bucket(answered_at, $9::timestamptz[]), 1)], user_id, points
               from on_boards where not practice order by 1, 2, 3
             on conflict (guild_id, week, user_id) do update set points = weekly_points.points + excluded.points
         )
         insert into standings (guild_id, period, practice, start_date, user_id, points, correct, answers, last_at)
         select guild_id, period, practice, start_date, user_id, points, correct, answers, answered_at
           from on_boards, lateral (values ('all', date '0001-01-01'),
                 ('season', case when answered_at < $6 then $4::date else $5::date end)) place (period, start_date)
          order by guild_id, period, practice, start_date, user_id
         on conflict (guild_id, period, practice, start_date, user_id) do update
            set points = standings.points + excluded.points, correct = standings.correct + excluded.correct,
                answers = standings.answers + excluded.answers,
                last_at = greatest(standings.last_at, excluded.last_at)",
        round.0,
        judgement.key.map(Choices::bits),
        judgement.points,
        seasons.before,
        seasons.after,
        seasons.turn,
        guild.0,
        &mondays,
        &starts
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() / 2)
}

/// Makes rounds take turns that must not both pay for the same question, for the transaction: those of live quizzes
/// within a guild, and those a member practises with. The statement that follows sees what the one before has paid.
async fn lock_payments(db: &mut PgConnection, guild: GuildId, round: RoundId) -> sqlx::Result<()> {
    sqlx::query!(
        "select from guilds g
          where g.guild_id = $1
            and exists (select from rounds where round_id = $2 and guild_id = $1 and source = 'live')
            for no key update",
        guild.0,
        round.0
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "select from members m
          where m.guild_id = $1
            and m.user_id = (select only_user_id from rounds
                              where round_id = $2 and guild_id = $1 and source in ('solo', 'review'))
            for no key update",
        guild.0,
        round.0
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}
