//! Boards are what follows from the answers, whatever happened in which order: a plain model and the database are told
//! the same random events and must agree.

use chrono::{DateTime, TimeDelta, Utc};
use greenroom::internals::{
    ChannelId, Choices, CompetitionId, CompetitionSettings, Entry, GuildId, InteractionId, NewAnswer,
    RoundId, Scope, Score, State, Team, Teams, UserId, add_entrant, add_team, best_of, competition_scores,
    end_entry, find_competition, insert_competition, list_teams, rank_teams, read_standings, record_answer,
    score_round, scores_between, set_state,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sqlx::PgConnection;

use crate::harness::{Greenroom, judge_by, monday};

const GUILD: GuildId = GuildId(1);
const MEMBERS: i64 = 5;
const ROUNDS: i64 = 4;

/// One thing that happens, a minute after the one before.
#[derive(Clone, Debug)]
enum Event {
    Answer { member: i64, round: i64, option: u8 },
    Reveal { round: i64 },
    Join { member: i64 },
    Leave { member: i64 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let member = 1..=MEMBERS;
    let round = 1..=ROUNDS;
    let event = prop_oneof![
        6 => (member.clone(), round.clone(), 0..2_u8)
            .prop_map(|(member, round, option)| Event::Answer { member, round, option }),
        2 => round.prop_map(|round| Event::Reveal { round }),
        2 => member.clone().prop_map(|member| Event::Join { member }),
        1 => member.prop_map(|member| Event::Leave { member }),
    ];
    prop::collection::vec(event, 0..40)
}

/// The model: what counts, in the simplest form.
#[derive(Default)]
struct Model {
    answers: Vec<(i64, i64, u8, DateTime<Utc>)>,
    revealed: Vec<i64>,
    joined: Vec<(i64, DateTime<Utc>, Option<DateTime<Utc>>)>,
}

impl Model {
    fn tell(&mut self, event: &Event, at: DateTime<Utc>) {
        match *event {
            Event::Answer {
                member,
                round,
                option,
            } => {
                if !self.revealed.contains(&round) {
                    self.answers
                        .retain(|(who, what, ..)| (*who, *what) != (member, round));
                    self.answers.push((member, round, option, at));
                }
            }
            Event::Reveal { round } if !self.revealed.contains(&round) => self.revealed.push(round),
            Event::Join { member } if self.joined.iter().all(|(who, ..)| *who != member) => {
                self.joined.push((member, at, None));
            }
            Event::Leave { member } => {
                for (who, _, left) in &mut self.joined {
                    if *who == member && left.is_none() {
                        *left = Some(at);
                    }
                }
            }
            Event::Reveal { .. } | Event::Join { .. } => {}
        }
    }

    fn scores(&self, counts: impl Fn(i64, DateTime<Utc>) -> bool) -> Vec<Score> {
        let score = |member| {
            let own: Vec<_> = self
                .answers
                .iter()
                .filter(|(who, round, _, at)| {
                    *who == member && self.revealed.contains(round) && counts(member, *at)
                })
                .collect();
            let correct = own.iter().filter(|(_, _, option, _)| *option == 1).count();
            Some(Score {
                user: UserId(member),
                points: i64::try_from(correct).unwrap() * 20,
                correct: i64::try_from(correct).unwrap(),
                answers: i64::try_from(own.len()).unwrap(),
                last_at: own.iter().map(|(.., at)| *at).max()?,
            })
        };
        (1..=MEMBERS).filter_map(score).collect()
    }

    fn in_competition(&self) -> Vec<Score> {
        self.scores(|member, at| {
            self.joined
                .iter()
                .any(|(who, from, to)| *who == member && *from <= at && to.is_none_or(|to| at < to))
        })
    }
}

/// Guild, rounds that are open and a running competition with two teams, which odd and even members join.
async fn prepare(db: &mut PgConnection) -> CompetitionId {
    let now = monday();
    let setup = "delete from competition_members; delete from competition_teams; delete from competitions;
         delete from standings; delete from weekly_points; delete from answers; delete from rounds; delete from schedules; delete from members;
         delete from guilds;
         insert into guilds (guild_id, time_zone, created_at) values (1, 'UTC', '2026-03-01Z');
         insert into schedules (guild_id, channel_id, time_zone, local_time, days, window_seconds, thread, seed,
                                created_by, created_at)
         values (1, 1, 'UTC', '09:00', 127, 3600, false, 1, 1, '2026-03-01Z');
         insert into rounds (round_id, guild_id, schedule_id, occurrence_date, requested_by_interaction, channel_id,
                             question_id, revision_id, offered, due_at, window_seconds, thread, state, message_id,
                             posted_at, reveal_at)
         overriding system value
         select n, 1, (select max(schedule_id) from schedules), '2026-03-02', n, 1, question_id, revision_id, 3,
                '2026-03-02Z', 3600, false, 'posted', n, '2026-03-02Z', '2026-04-02Z'
           from generate_series(1, 4) n, (select * from questions order by question_id limit 1) q";
    sqlx::raw_sql(setup).execute(&mut *db).await.unwrap();
    let plan = CompetitionSettings {
        name: "Cup".to_owned(),
        scope: Scope::Daily,
        topics: Vec::new(),
        entry: Entry::Open,
        teams: Some(Teams::Balanced),
        prize_note: None,
        channel_id: ChannelId(1),
        starts_at: now,
        ends_at: now + TimeDelta::days(7),
    };
    let made = insert_competition(&mut *db, GUILD, &plan, UserId(1), now)
        .await
        .unwrap();
    let id = made.competition_id;
    for (team, name) in [(1, "Odd"), (2, "Even")] {
        add_team(&mut *db, id, team, name, None, None).await.unwrap();
    }
    set_state(&mut *db, id, State::Running, plan.ends_at)
        .await
        .unwrap();
    id
}

async fn happen(db: &mut PgConnection, cup: CompetitionId, event: &Event, n: i64, at: DateTime<Utc>) {
    match *event {
        Event::Answer {
            member,
            round,
            option,
        } => {
            let answer = NewAnswer {
                guild: GUILD,
                round: RoundId(round),
                user: UserId(member),
                name: "Somebody",
                choices: Choices::single(option).unwrap(),
                words: None,
                interaction: InteractionId(n + 1),
                at,
            };
            record_answer(&mut *db, &answer).await.unwrap();
        }
        Event::Reveal { round } => {
            let reveal = "update rounds set state = 'revealed', revealed_at = $2 where round_id = $1 and state = 'posted'";
            sqlx::query(reveal)
                .bind(round)
                .bind(at)
                .execute(&mut *db)
                .await
                .unwrap();
            score_round(db, GUILD, RoundId(round), &judge_by(1))
                .await
                .unwrap();
        }
        Event::Join { member } => {
            let team = i16::try_from(2 - member % 2).unwrap();
            add_entrant(db, cup, GUILD, UserId(member), Some(team), at)
                .await
                .unwrap();
        }
        Event::Leave { member } => end_entry(db, cup, UserId(member), at).await.unwrap(),
    }
}

fn sorted(mut scores: Vec<Score>) -> Vec<Score> {
    scores.sort_by_key(|score| score.user);
    scores
}

async fn agree(g: &Greenroom, events: &[Event]) {
    let mut db = g.db.acquire().await.unwrap();
    let cup = prepare(&mut db).await;
    let mut model = Model::default();
    for (n, event) in (0_i64..).zip(events) {
        let at = monday() + TimeDelta::minutes(n);
        model.tell(event, at);
        happen(&mut db, cup, event, n, at).await;
    }
    let everybody = sorted(model.scores(|_, _| true));
    let all = read_standings(&mut *db, GUILD, None, false).await.unwrap();
    assert_eq!(sorted(all), everybody, "all time");
    let week = scores_between(&mut *db, GUILD, Some(monday()), None, None, false)
        .await
        .unwrap();
    assert_eq!(sorted(week), everybody, "a stretch of time");
    let found = find_competition(&mut *db, GUILD, cup).await.unwrap().unwrap();
    let in_cup = sorted(competition_scores(&mut *db, &found, None).await.unwrap());
    assert_eq!(in_cup, sorted(model.in_competition()), "the competition");

    let sizes = list_teams(&mut *db, cup).await.unwrap();
    let teams: Vec<Team> = sizes
        .iter()
        .map(|row| Team {
            team: row.team,
            size: usize::try_from(row.size).unwrap(),
            scores: in_cup
                .iter()
                .filter(|score| 2 - score.user.0 % 2 == i64::from(row.team))
                .cloned()
                .collect(),
        })
        .collect();
    let joined = |team: i64| {
        model
            .joined
            .iter()
            .filter(|(who, ..)| 2 - who % 2 == team)
            .count()
    };
    let smallest = [joined(1), joined(2)]
        .into_iter()
        .filter(|size| *size > 0)
        .min()
        .unwrap_or(1);
    assert_eq!(best_of(&teams), smallest, "k");
    for ranked in rank_teams(&teams) {
        let own = model
            .in_competition()
            .into_iter()
            .filter(|score| 2 - score.user.0 % 2 == i64::from(ranked.team));
        let mut points: Vec<i64> = own.map(|score| score.points).collect();
        points.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(
            ranked.points,
            points.iter().take(smallest).sum::<i64>(),
            "team {}",
            ranked.team
        );
    }
    drop(db);
    let before = g.digest_boards().await;
    greenroom::run::rebuild_guild(&g.db, GUILD).await.unwrap();
    assert_eq!(g.digest_boards().await, before, "made anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_equal_a_recomputation_after_any_sequence_of_events() {
    let g = Greenroom::without_bot().await;
    let handle = tokio::runtime::Handle::current();
    let config = ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let run = || {
        TestRunner::new(config).run(&events(), |events| {
            handle.block_on(agree(&g, &events));
            Ok(())
        })
    };
    tokio::task::block_in_place(run).unwrap();
    g.finish().await;
}
