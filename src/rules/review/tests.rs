use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use fsrs::{FSRS, FSRSItem, FSRSReview, MemoryState};
use proptest::prelude::*;

use super::*;
use crate::rules::question::{Kind, Level, Question};

fn plan(percent: u8, zone: &str) -> ReviewPlan {
    ReviewPlan {
        retention: Retention::from_percent(percent).unwrap(),
        zone: zone.parse().unwrap(),
    }
}

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap()
}

fn question(level: Level, prompt: usize) -> Question {
    Question {
        slug: "a".to_owned(),
        topic: "t".to_owned(),
        level,
        kind: Kind::Single,
        tags: Vec::new(),
        python: None,
        references: Vec::new(),
        title: "T".to_owned(),
        prompt: "p".repeat(prompt),
        options: Vec::new(),
        explanation: String::new(),
        in_practice: String::new(),
        common_mistakes: Vec::new(),
        strong_signals: Vec::new(),
        red_flags: Vec::new(),
        follow_ups: Vec::new(),
        rubric: Vec::new(),
        model_answer: String::new(),
    }
}

/// The numbers in the documentation of `fsrs::FSRS::next_states`.
#[test]
fn a_new_card_gets_the_published_states() {
    let outlook = plan(90, "UTC").outlook(None, noon());
    let known = Rating::ALL.map(|rating| {
        let next = outlook.after(rating);
        (next.memory.stability, next.memory.difficulty, next.days)
    });
    assert_eq!(
        known,
        [
            (0.212, 6.4133, 1),
            (1.2931, 5.112_170_7, 1),
            (2.3065, 2.118_104, 2),
            (8.2956, 1.0, 8)
        ]
    );
}

/// A history reviewed one by one ends where the crate ends that is told all of it at once.
#[test]
fn a_history_ends_where_the_crate_says() {
    let history = [
        (Rating::Again, 0),
        (Rating::Good, 1),
        (Rating::Good, 3),
        (Rating::Easy, 8),
        (Rating::Hard, 21),
    ];
    let plan = plan(90, "UTC");
    let (mut now, mut memory, mut reviews) = (noon(), None, Vec::new());
    for (rating, days) in history {
        now += TimeDelta::days(days);
        memory = Some(plan.outlook(memory, now).after(rating).memory);
        reviews.push(FSRSReview {
            rating: rating as u32 + 1,
            delta_t: u32::try_from(days).unwrap(),
        });
    }
    let reference = FSRS::default().memory_state(FSRSItem { reviews }, None).unwrap();
    let memory = memory.unwrap();
    assert!((memory.stability - reference.stability).abs() < 0.001 * reference.stability);
    assert!((memory.difficulty - reference.difficulty).abs() < 0.001);
}

#[test]
fn a_card_comes_back_at_midnight_by_its_members_calendar() {
    // Berlin is an hour ahead, and from 29 March on two.
    let plan = plan(90, "Europe/Berlin");
    let late = Utc.with_ymd_and_hms(2026, 3, 2, 23, 30, 0).unwrap();
    let next = plan.outlook(None, late).after(Rating::Again);
    assert_eq!(next.due_at.to_string(), "2026-03-03 23:00:00 UTC");
    assert_eq!(plan.midnight_in(30, late).to_string(), "2026-04-01 22:00:00 UTC");
    // A day is a calendar day, not 24 hours.
    let evening = late - TimeDelta::hours(1);
    assert_eq!(plan.days_between(evening, late), 1);
    assert_eq!(plan.days_between(late, late + TimeDelta::hours(23)), 0);
    assert_eq!(plan.days_between(late, late - TimeDelta::days(2)), 0);
}

#[test]
fn a_rating_follows_from_the_answer_and_its_time() {
    // 200 characters are ten seconds to read; a medium question takes twenty more.
    let question = question(Level::Medium, 200);
    assert_eq!(rating::time_to_answer(&question), TimeDelta::seconds(30));
    let rated = |seconds| Rating::of(true, Some(TimeDelta::seconds(seconds)), &question);
    assert_eq!(
        [15, 16, 60, 61, 900, 901].map(rated),
        [
            Rating::Easy,
            Rating::Good,
            Rating::Good,
            Rating::Hard,
            Rating::Hard,
            Rating::Good
        ]
    );
    assert_eq!(Rating::of(true, None, &question), Rating::Good);
    assert_eq!(
        Rating::of(false, Some(TimeDelta::seconds(1)), &question),
        Rating::Again
    );
}

#[test]
fn a_retention_is_read_as_people_write_it() {
    for (text, percent) in [
        ("90", 90),
        ("85 %", 85),
        ("0.85", 85),
        ("0.9", 90),
        ("70%", 70),
        (" 97 ", 97),
    ] {
        assert_eq!(text.parse().map(Retention::percent), Ok(percent), "{text}");
    }
    for text in [
        "69", "98", "100", "", "%", "0.69", "1", "often", "-80", "0.855", "8 5",
    ] {
        let mistake = text.parse::<Retention>().unwrap_err().to_string();
        assert!(
            mistake.ends_with(" is not a retention; choose a number from 70 to 97, such as 90 for 90 %."),
            "{mistake}"
        );
    }
}

prop_compose! {
    fn memory()(stability in 0.01_f32..30_000.0, difficulty in 1.0_f32..=10.0, days in 0..2_000_i64) -> Memory {
        Memory { stability, difficulty, reviewed_at: noon() - TimeDelta::days(days) }
    }
}

fn zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "America/St_Johns",
        "Pacific/Apia",
        "Asia/Kathmandu",
    ])
}

proptest! {
    #[test]
    fn intervals_are_the_crates(before in proptest::option::of(memory()), percent in 70_u8..=97, rating in 0..4_usize) {
        let ours = plan(percent, "UTC").outlook(before, noon()).after(Rating::ALL[rating]);
        let state = before.map(|memory| MemoryState { stability: memory.stability, difficulty: memory.difficulty });
        let elapsed = before.map_or(0, |memory| (noon() - memory.reviewed_at).num_days());
        let theirs = FSRS::default()
            .next_states(state, f32::from(percent) / 100.0, u32::try_from(elapsed).unwrap())
            .unwrap();
        let theirs = [theirs.again, theirs.hard, theirs.good, theirs.easy][rating].clone();
        prop_assert_eq!(ours.memory.stability, theirs.memory.stability);
        prop_assert_eq!(ours.memory.difficulty, theirs.memory.difficulty);
        prop_assert_eq!(f32::from(ours.days), theirs.interval.round().clamp(1.0, 36_500.0));
    }

    #[test]
    fn a_card_comes_back_after_now_and_the_sooner_the_worse_it_was_known(
        before in proptest::option::of(memory()),
        percent in 70_u8..=97,
        zone in zone(),
        minutes in 0..4_000_000_i64,
    ) {
        let now = noon() + TimeDelta::minutes(minutes);
        let outlook = plan(percent, zone).outlook(before, now);
        let dues = Rating::ALL.map(|rating| outlook.after(rating).due_at);
        prop_assert!(dues[0] > now);
        prop_assert!(dues.is_sorted(), "{:?}", dues);
    }

    #[test]
    fn whoever_wants_to_be_surer_is_asked_no_later(
        before in proptest::option::of(memory()),
        percent in 70_u8..97,
        rating in 0..4_usize,
    ) {
        let days = |percent| plan(percent, "UTC").outlook(before, noon()).after(Rating::ALL[rating]).days;
        prop_assert!(days(percent + 1) <= days(percent));
    }

    #[test]
    fn quicker_is_never_rated_worse(right: bool, quick in 0..900_i64, slower in 0..900_i64, prompt in 0..3000_usize) {
        let question = question(Level::Hard, prompt);
        let (quick, slower) = (quick.min(slower), quick.max(slower));
        let rated = |seconds| Rating::of(right, Some(TimeDelta::seconds(seconds)), &question);
        prop_assert!(rated(slower) <= rated(quick));
    }
}
