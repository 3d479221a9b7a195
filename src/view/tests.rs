//! What people call things is shown as it stands, in every message that shows it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::ids::{ChannelId, CompetitionId, NoticeId, QuizId, RoundId, ScheduleId, UserId};
use crate::reply::{Component, Message, Reply};
use crate::rules::competition::{Entry, Scope, Teams};
use crate::rules::markdown::strip_markdown;
use crate::rules::period::Period;
use crate::rules::podium::PlayerStanding;
use crate::rules::question::{AnswerOption, Kind, Kinds, Level, Question};
use crate::rules::quiz::{Ending, Source};
use crate::rules::quiz_score::{Rules, Scoring};
use crate::rules::ranks::{Ranked, Score};
use crate::rules::schedule::{Days, LocalTime, Recurrence, Zone};
use crate::rules::season::Calendar;
use crate::rules::streak::Streak;
use crate::rules::trouble::{Missing, Trouble};
use crate::rules::visible::{clean_name, turns_direction};
use crate::rules::window::Window;
use crate::view::competition::{Described, Entry as Entered, Shown, Standing, TeamLine};
use crate::view::standings::{Line, Page};
use crate::view::*;

/// Short enough to be cut nowhere; each with something that hides, one with something that turns the line.
const NAMES: [&str; 4] = [
    "# **b** <@1> @everyone `c` \u{202E}e",
    "[x](https://e.org) ||h|| :tada: a__b__",
    "-# <t:0:R> ~~s~~ \u{2067}z\u{200B}z 2 ** 3 ** 2",
    "1. > שלום </daily list:5>\nnext",
];

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn texts(components: &[Component], found: &mut Vec<String>) {
    for component in components {
        match component {
            Component::Text(text) | Component::Section(text, _) => found.push(text.clone()),
            Component::Container { children, .. } => texts(children, found),
            Component::Row(_) | Component::Select(_) | Component::Picture(_) | Component::Separator => {}
        }
    }
}

/// Fails unless some text of the message shows the name as it stands, and nothing of the name acts anywhere.
#[track_caller]
fn shows(name: &str, message: &Message) {
    let mut found = Vec::new();
    texts(&message.components, &mut found);
    let seen = |text: &str| {
        let shown = strip_markdown(text);
        shown.replace(['\u{200B}', '\u{2068}', '\u{2069}'], "")
    };
    let wanted = clean_name(name);
    assert!(
        found.iter().any(|text| seen(text).contains(&wanted)),
        "{wanted}\n{found:#?}"
    );
    for text in found {
        let opened = text.matches('\u{2068}').count();
        assert_eq!(opened, text.matches('\u{2069}').count(), "{text:?}");
        let strays = text.chars().filter(|c| turns_direction(*c)).count();
        assert_eq!(strays, opened * 2, "{text:?}");
        assert!(!text.contains("@everyone"), "{text}");
        // The line behind the name is still the line: a name cannot add one.
        assert!(!text.contains("\nnext"), "{text}");
    }
}

fn question() -> Question {
    Question {
        slug: "x".to_owned(),
        topic: "gil".to_owned(),
        level: Level::Easy,
        kind: Kind::Multiple,
        tags: Vec::new(),
        python: None,
        references: Vec::new(),
        title: r"What does `n * n` do with 2 \*\* 3?".to_owned(),
        prompt: "Which?".to_owned(),
        options: [r"`n * n` and a \* b", "```python\nx ** y\n```"]
            .map(|text| AnswerOption {
                text: text.to_owned(),
                right: true,
                rationale: "So.".to_owned(),
            })
            .to_vec(),
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

#[test]
fn names_of_sets_are_shown_as_they_stand() {
    for name in NAMES {
        let about = sets::describe_parts(&[sets::About {
            count: 2,
            topics: vec![name.to_owned()],
            level: None,
            kinds: Vec::new(),
        }]);
        let set = sets::Described {
            name: name.to_owned(),
            questions: 2,
            open: 0,
            about,
            description: None,
        };
        for message in [
            sets::set_list(std::slice::from_ref(&set), &[]),
            sets::set_saved(&set, 2),
            sets::set_changed(&set, 2, &set),
            sets::set_exists(&set),
            sets::set_removed(name),
            sets::name_taken(name),
            sets::not_removed(name),
            sets::no_such(name, Some(name)),
            sets::option_mistakes(&[name.to_owned()]),
        ] {
            shows(name, &message);
        }
        assert!(!sets::one_line(&set).chars().any(turns_direction));
    }
}

#[test]
fn names_of_competitions_and_teams_are_shown_as_they_stand() {
    for name in NAMES {
        let described = Described {
            id: CompetitionId(1),
            name: name.to_owned(),
            scope: Scope::Daily,
            topics: vec![name.to_owned()],
            entry: Entry::Open,
            teams: Some(Teams::Balanced),
            prize_note: Some(name.to_owned()),
            starts_at: at(),
            ends_at: at() + TimeDelta::days(3),
            planned: false,
            finished: false,
            cancelled: false,
            over: false,
        };
        let line = Line {
            rank: 1,
            user: UserId(1),
            name: name.to_owned(),
            left: true,
            points: 10,
            correct: 1,
            answers: 1,
            note: Some(text::plain(name)),
        };
        let standing = Standing {
            best: 1,
            teams: vec![TeamLine {
                rank: 1,
                name: name.to_owned(),
                points: 10,
                size: 1,
            }],
            lines: vec![line],
        };
        let (hidden, notice, teams) = (HashSet::new(), NoticeId(1), [name.to_owned()]);
        let page = Page {
            lines: &standing.lines,
            hidden: &hidden,
            viewer: None,
            page: 0,
        };
        let board = Shown {
            described: &described,
            standing: &standing,
            entry: Entered::Out,
            page: &page,
        };
        for message in [
            competition::board_message(&board),
            competition::competition_created(&described, &teams, ChannelId(1), "UTC"),
            competition::competition_list(std::slice::from_ref(&described)),
            competition::which_competition(&[name, name]),
            competition::no_such(name),
            competition::not_begun(name),
            competition::already_over(name),
            competition::end_noted(name, ChannelId(1)),
            competition::cancel_noted(name),
            notice::competition_started(notice, &described, &teams),
            notice::competition_midway(notice, &described, &standing, &page),
            notice::last_day(notice, &described, &standing, &page),
            notice::competition_ended(notice, &described, &standing, &page),
            notice::competition_cancelled(notice, &described),
            Message::public(page.lines("Nobody.")),
            Message::note(page.podium()),
            taking_part::everyone_is_in(name),
            taking_part::in_already(name),
            taking_part::left_for_good(name),
            taking_part::not_in(name),
            taking_part::competition_joined(name, Some(name), false, false),
            taking_part::competition_left(name, true),
            taking_part::competition_left(name, false),
            taking_part::member_picked(UserId(1), name),
        ] {
            shows(name, &message);
        }
        let cards = [
            competition::podium_image(&described, &standing, &page),
            page.card(name, name),
        ];
        for card in cards.into_iter().flatten() {
            assert!(!card.words().chars().any(turns_direction), "{}", card.words());
        }
    }
}

#[test]
fn names_of_quizzes_topics_and_members_are_shown_as_they_stand() {
    for name in NAMES {
        let (joined, live) = (live::Joined::default(), live_quiz(name));
        let result = quiz_summary::QuizResult {
            title: "T".to_owned(),
            topic: name.to_owned(),
            right: Some(false),
            own_words: false,
            points: 0,
            took: None,
        };
        let ended = quiz_summary::Ended {
            quiz: QuizId(1),
            source: Source::Solo,
            title: name,
            results: &[result],
            done: None,
        };
        let place = PlayerStanding {
            rank: 1,
            user: UserId(1),
            hidden: false,
            total: 5,
            correct: 1,
            moved: 0,
        };
        for message in [
            quiz_summary::quiz_summary(&ended),
            quiz::option_mistakes(&[name.to_owned()]),
            live::lobby_message(&live, &joined, at()),
            live::lobby_begun(&live, &joined),
            live::lobby_over(&live, &joined, Some(Ending::Stopped), true),
            live::podium::podium_message(&live, std::slice::from_ref(&place), 2, None),
            question::open_question(&question(), name, RoundId(1), at(), 0, None),
            question::preview_question(&question(), name),
            profile::profile_message(&a_profile(name)),
            author::no_such(name),
        ] {
            shows(name, &message);
        }
        let names = HashMap::from([(UserId(1), name.to_owned())]);
        let card = live::podium::podium_image(name, &[place], &names).unwrap();
        assert!(!card.words().chars().any(turns_direction), "{}", card.words());
        let (ranked, hidden, streaks) = ([a_place()], HashSet::new(), HashMap::new());
        let shown = board::Board {
            period: Period::Week,
            practice: false,
            label: "Week",
            topic: Some(("x", name)),
            ranked: &ranked,
            hidden: &hidden,
            streaks: &streaks,
            viewer: UserId(2),
            page: 0,
            picture: None,
        };
        shows(name, &board::board_message(&shown));
        let card = shown.card(&names, None).unwrap();
        assert!(!card.words().chars().any(turns_direction), "{}", card.words());
    }
}

#[test]
fn what_is_said_about_schedules_is_shown_as_it_stands() {
    for name in NAMES {
        let schedule = daily::Described {
            id: ScheduleId(1),
            channel: ChannelId(1),
            recurrence: Recurrence {
                time: LocalTime::MIDNIGHT,
                zone: Zone::utc(),
                days: Days::DAILY,
            },
            topics: vec![name.to_owned()],
            level: None,
            window: Window::LONGEST,
            ping_role: None,
            thread: true,
            kinds: Kinds::default(),
            status: daily::Status::Paused(Some(name.to_owned())),
            troubles: vec![Trouble {
                day: NaiveDate::default(),
                requested: false,
                missing: Missing::Question,
                reason: Some(name.to_owned()),
            }],
            without_thread: None,
        };
        shows(name, &daily::schedule_list(&[schedule]));
        shows(name, &daily::option_mistakes(&[name.to_owned()]));
        shows(name, &daily::no_such(name));
    }
}

#[test]
fn places_without_markdown_get_none_and_lose_no_code() {
    let question = question();
    let message = question::open_question(&question, "GIL", RoundId(1), at(), 0, None);
    let sent = serde_json::to_string(&Reply::Say(message)).unwrap();
    assert!(sent.contains(r#""description":"n * n and a * b""#), "{sent}");
    assert!(sent.contains(r#""description":"x ** y""#), "{sent}");
    assert_eq!(reveal::thread_name(&question), "What does n * n do with 2 ** 3?");
    let form = open::answer_form(&question, RoundId(1), "");
    assert_eq!(form.title, "What does n * n do with 2 ** 3?");
}

fn live_quiz(title: &str) -> live::Quiz<'_> {
    live::Quiz {
        id: QuizId(1),
        title,
        host: UserId(1),
        questions: 2,
        rules: Rules {
            scoring: Scoring::Plain,
            penalty: false,
            window: TimeDelta::seconds(20),
        },
    }
}

fn a_place() -> Ranked {
    Ranked {
        rank: 1,
        score: Score {
            user: UserId(1),
            points: 10,
            correct: 1,
            answers: 1,
            last_at: at(),
        },
    }
}

fn a_profile(area: &str) -> profile::Profile {
    profile::Profile {
        user: UserId(1),
        own: true,
        week: None,
        all: Some(a_place()),
        streak: Streak::default(),
        areas: vec![(area.to_owned(), 1, 1)],
        picture: None,
    }
}

#[test]
fn a_hall_of_fame_of_ties_and_long_names_is_one_discord_takes() {
    let line = |user: i64| Line {
        rank: 1,
        user: UserId(i64::MAX - user),
        name: "名".repeat(80),
        left: user % 2 == 0,
        points: i64::from(i32::MAX),
        correct: i64::from(i32::MAX),
        answers: i64::from(i32::MAX),
        note: Some(format!("{} after what was revealed or corrected later", i32::MAX)),
    };
    let calendar = Calendar::new(Zone::utc());
    let now = DateTime::from_timestamp(1_772_452_800, 0).unwrap();
    let podiums: Vec<_> = (0..season::SEASONS)
        .map(|_| (calendar.season_at(now), (0..10).map(line).collect::<Vec<_>>()))
        .collect();
    let shown = season::hall_of_fame(&podiums, &HashSet::new(), UserId(1), 1, true);
    assert_eq!(shown.problems(), Vec::<String>::new());
    assert!(format!("{shown:?}").contains("more on these ranks"));
}
