//! What must hold for every card, whatever the names and numbers. With `GREENROOM_PICTURES` set to a folder, the
//! samples are written there to be looked at.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::Image;
use super::distribution::{Bar, Distribution};
use super::fonts::Weight;
use super::leaderboard::{Change, Leaderboard, Row};
use super::podium::{Podium, PodiumStep};
use super::profile::{Area, Profile, WEEKS};
use super::text::{fit_line, line_of, name_or};
use crate::reply::{Component, Message, Picture};

/// Names that break pictures.
const NASTY: &[&str] = &[
    "Ann",
    "Wolfeschlegelsteinhausenbergerdo",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍龍",
    "山田 太郎 やまだ たろう ヤマダ",
    "김민준 이서연 박도윤",
    "عبد الرحمن بن محمد",
    "משה בן עמרם (dev)",
    "Ann עברית עם אנגלית and back",
    "प्रिया शर्मा क्षत्रिय",
    "สมชาย ใจดีที่สุด",
    "Ελένη Παπαδοπούλου",
    "Надежда Петровна",
    "Հայկ · გიორგი",
    "Nguyễn Thị Ánh Tuyết",
    "👩‍👩‍👧‍👦 family 👨🏽‍💻 🏳️‍🌈",
    "🇩🇪🇯🇵🇧🇷 1️⃣ #️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊",
    "𝓐𝓷𝓷𝓪 𝕭𝖔𝖇 Ｃａｒｌ ⓓⓐⓥⓔ",
    "꧁༒☬ K I N G ☬༒꧂",
    "Z̸̢̡̧͔̪̬̦̖̹̘̲̎̉͑̀a̵̢̛̺̞͕̱̹̿̏̈́̕͠l̶̨͎̖̱̹̇̃̐͒̉g̴̢̧̧̛͕̰̺̈́̍̊͘o̶̢̨̺̥̗̓̽̿̀",
    "ʕ•ᴥ•ʔ ( ͡° ͜ʖ ͡°) ツ 彡★",
    "﷽",
    "<b>&amp;\"quotes\" 'and' ]]></b>",
    "\u{202e}reversed\u{202c} \u{200b}\u{feff}zero\u{2060}width",
    "tab\tnew\nline\r\u{7}bell\u{0}",
    "မြန်မာ ᠮᠣᠩᠭᠣᠯ ⴰⵎⴰⵣⵉⵖ",
    "\u{10ffff}\u{e000}\u{fffe}",
    "\u{3164}\u{2800}\u{200d}",
    "    ",
    "",
];

/// No box, and no wider than it may be.
fn shown_well(text: &str, width: f32) {
    for weight in [Weight::Regular, Weight::Bold] {
        for shown in [line_of(text, 38.0, weight), fit_line(text, 38.0, weight, width)] {
            let boxes = shown.glyphs.iter().filter(|placed| placed.glyph == 0).count();
            assert_eq!(boxes, 0, "{text:?} has characters without a glyph");
        }
        let shown = fit_line(text, 38.0, weight, width);
        assert!(
            shown.width <= width,
            "{text:?} is {} wide, not {width}",
            shown.width
        );
        let ends = shown.glyphs.iter().map(|placed| placed.x).fold(0.0, f32::max);
        assert!(ends <= width, "{text:?} has a glyph at {ends}, behind {width}");
    }
}

#[test]
fn no_name_becomes_boxes_or_overflows() {
    for name in NASTY {
        for width in [470.0, 120.0, 30.0, 0.0] {
            shown_well(name, width);
        }
    }
}

#[test]
fn what_no_font_has_is_written_in_latin_letters_and_the_rest_stays() {
    let glyphs = |text: &str| {
        let shown = line_of(text, 38.0, Weight::Regular);
        let glyphs = shown.glyphs.iter().map(|placed| (placed.face, placed.glyph));
        glyphs.collect::<Vec<_>>()
    };
    assert_eq!(glyphs("𝓐𝓷𝓷𝓪 𝕭𝖔𝖇"), glyphs("Anna Bob"));
    assert_eq!(glyphs("a\u{202e}b\u{200b}c\u{0}\td"), glyphs("abc d"));
    // One picture for a family, a coder with a skin colour and a flag, where the font has them.
    assert_eq!(glyphs("👨🏽‍💻").len(), 1);
    assert_eq!(glyphs("🇩🇪").len(), 1);
    assert_ne!(glyphs("🇩🇪"), glyphs("🇯🇵"));
    assert_ne!(glyphs("山"), glyphs("川"));
    assert_eq!(name_or("\u{3164}\u{200d} ", "somebody"), "somebody");
    assert_eq!(name_or("Ann", "somebody"), "Ann");
}

#[test]
fn a_name_that_reads_from_right_to_left_is_drawn_so() {
    // Three letters in the order of reading; on the sheet the first is the rightmost.
    let xs = |text: &str| {
        let shown = line_of(text, 38.0, Weight::Regular);
        shown
            .glyphs
            .iter()
            .map(|placed| (placed.glyph, placed.x))
            .collect::<Vec<_>>()
    };
    let alone = xs("א");
    let three = xs("אבג");
    let rightmost = three.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(rightmost.0, alone[0].0);
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// As bad as it gets: names in every script, ties, large numbers.
fn samples() -> Vec<(&'static str, Image)> {
    let row = |(n, name): (u32, &&str)| Row {
        rank: if n == 3 { 2 } else { n },
        name: (*name).to_owned(),
        points: (12_400 - 30 * i64::from(n)).to_string(),
        change: match n % 5 {
            0 => Change::New,
            1 => Change::Same,
            2 => Change::Up(n),
            3 => Change::Down(12),
            _ => Change::Up(1),
        },
        streak: i64::from(n * 37 % 11) * i64::from(n),
        own: n == 4,
    };
    let board = |names: &[&str], own: bool| {
        Image::Leaderboard(Leaderboard {
            title: "Leaderboard".to_owned(),
            period: "Week of 16 Nov".to_owned(),
            rows: (1..).zip(names).map(row).take(10).collect(),
            more: names.len().saturating_sub(10),
            own: own.then(|| Row {
                rank: 117,
                name: "Wolfeschlegelsteinhausenbergerdo".to_owned(),
                points: "20".to_owned(),
                change: Change::Down(104),
                streak: 3,
                own: true,
            }),
            since: "since the last question".to_owned(),
        })
    };
    let profile = |name: &str, answers: i64| {
        Image::Profile(Profile {
            name: name.to_owned(),
            points: answers * 17,
            rank: 12,
            right: (answers * 7 / 10, answers),
            streak: answers / 2,
            freezes: 2,
            today: day("2026-11-19"),
            days: (0..178)
                .map(|n| if n % 7 > 4 { 0 } else { (n * n % 11) / 3 })
                .collect(),
            places: (0..26)
                .map(|n| (n % 9 != 4).then_some(1 + (n * 7 + 3) % 13))
                .collect(),
            areas: [
                "Concurrency, parallelism and asyncio",
                "Data model",
                "Typing",
                "Testing",
                "Standard library",
                "Idioms",
                "Tools",
            ]
            .into_iter()
            .zip(1..)
            .map(|(title, n)| Area {
                title: title.to_owned(),
                right: n * 3 - 3,
                answers: 23,
            })
            .collect(),
        })
    };
    let podium = |places: &[(u32, &str)]| {
        Image::Podium(Podium {
            title: "Autumn competition of the platform team".to_owned(),
            subtitle: "1 September to 30 November".to_owned(),
            places: places
                .iter()
                .map(|(rank, name)| PodiumStep {
                    rank: *rank,
                    name: (*name).to_owned(),
                    score: format!("{} points", 1240 / rank),
                })
                .collect(),
        })
    };
    let answers = |counts: &[i64], key: &[usize]| {
        Image::Distribution(Distribution {
            answered: counts.iter().sum(),
            right: counts[key[0]],
            bars: counts
                .iter()
                .enumerate()
                .map(|(n, count)| Bar {
                    count: *count,
                    right: key.contains(&n),
                })
                .collect(),
        })
    };
    vec![
        ("leaderboard", board(&["Ann", "Bob", "Cleo", "Dev", "Eve"], false)),
        ("leaderboard-scripts", board(&NASTY[1..13], true)),
        ("leaderboard-signs", board(&NASTY[14..24], false)),
        ("leaderboard-empty", board(&[], false)),
        ("profile", profile("Ann", 140)),
        (
            "profile-worst",
            profile("👩‍👩‍👧‍👦 عبد الرحمن بن محمد 山田太郎 Wolfeschlegelstein", 99_999),
        ),
        ("podium", podium(&[(1, "Ann"), (2, "Bob"), (3, "Cleo")])),
        ("podium-one", podium(&[(1, "Ann")])),
        (
            "podium-ties",
            podium(&[
                (1, "山田 太郎 やまだ たろう"),
                (1, "Wolfeschlegelsteinhausenbergerdo"),
                (3, "عبد الرحمن"),
                (3, "🦊🦊"),
                (3, "Bob"),
                (3, "Eve"),
            ]),
        ),
        ("podium-nobody", podium(&[])),
        ("answers", answers(&[3, 12, 0, 5, 1], &[1])),
        ("answers-many", answers(&[1203, 9120, 77, 0], &[0, 3])),
        ("answers-none", answers(&[0, 0], &[1])),
    ]
}

/// Width and height, from the file's head.
fn size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    (number(16), number(20))
}

#[test]
fn every_card_is_a_picture_a_phone_can_show_with_words_beside_it() {
    let folder = std::env::var_os("GREENROOM_PICTURES");
    for (name, card) in samples() {
        let png = card.draw().unwrap();
        let (width, height) = size(&png);
        assert_eq!(width, 1000);
        assert!((150..=1250).contains(&height), "{name} is {height} high");
        assert!(png.len() < 150_000, "{name} has {} bytes", png.len());
        assert_eq!(card.draw().unwrap(), png, "{name} is not the same twice");
        let words = card.words();
        assert!((10..=1024).contains(&words.chars().count()), "{name}: {words}");
        if let Some(folder) = &folder {
            let path = std::path::Path::new(folder).join(name);
            std::fs::write(path.with_extension("png"), png).unwrap();
            std::fs::write(path.with_extension("txt"), words).unwrap();
        }
    }
}

#[test]
fn cards_say_in_words_what_they_show() {
    let words: Vec<String> = samples().into_iter().map(|(_, card)| card.words()).collect();
    insta::assert_snapshot!(words[0], @"Leaderboard, Week of 16 Nov. 1. Ann: 12370 points, 4 in a row. 2. Bob: 12340 points, up 2, 16 in a row. 2. Cleo: 12310 points, down 12, 3 in a row. 4. Dev (you): 12280 points, up 1, 20 in a row. 5. Eve: 12250 points, new, 45 in a row. Change of place since the last question.");
    insta::assert_snapshot!(words[4], @"Ann: 2380 points, place 12 of all time, 98 of 140 right, 70 in a row, 2 freezes held. Answered on 91 days of the last 26 weeks. Place 10 this week. Right by area, weakest first: Concurrency, parallelism and asyncio 0 of 23; Data model 3 of 23; Typing 6 of 23; Testing 9 of 23; Standard library 12 of 23.");
    insta::assert_snapshot!(words[6], @"Autumn competition of the platform team, 1 September to 30 November. 1. Ann, 1240 points; 2. Bob, 620 points; 3. Cleo, 413 points.");
    insta::assert_snapshot!(words[10], @"21 answers, 12 right. A 3 (14 %), B 12 (57 %, right), C 0 (0 %), D 5 (24 %), E 1 (5 %).");
}

#[test]
fn a_change_of_place_is_told_from_the_place_before() {
    assert_eq!(Change::between(None, 3), Change::New);
    assert_eq!(Change::between(Some(3), 3), Change::Same);
    assert_eq!(Change::between(Some(5), 3), Change::Up(2));
    assert_eq!(Change::between(Some(1), 3), Change::Down(2));
}

#[test]
fn a_message_with_pictures_says_which_files_it_has_and_an_edit_without_says_none() {
    let picture = |file: &str| Picture {
        file: file.to_owned(),
        words: "Bars".to_owned(),
        bytes: [1, 2, 3].into(),
    };
    let framed = Component::Container {
        accent: 0,
        children: vec![Component::Picture(picture("a.png"))],
    };
    let message = Message::public(vec![framed, Component::Picture(picture("b.png"))]);
    assert!(message.problems().is_empty());
    let body = serde_json::json!(message);
    assert_eq!(
        body["attachments"].to_string(),
        r#"[{"description":"Bars","filename":"a.png","id":0},{"description":"Bars","filename":"b.png","id":1}]"#
    );
    assert_eq!(
        body["components"][1].to_string(),
        r#"{"items":[{"description":"Bars","media":{"url":"attachment://b.png"}}],"type":12}"#
    );
    let plain = Message::note("No picture");
    assert!(serde_json::json!(plain)["attachments"].is_null());
    assert_eq!(plain.edit()["attachments"], serde_json::json!([]));

    let twice = Message::public(vec![
        Component::Picture(picture("a b.png")),
        Component::Picture(picture("a b.png")),
    ]);
    insta::assert_debug_snapshot!(twice.problems(), @r#"
    [
        "no file can be called a b.png",
        "no file can be called a b.png",
        "two files are called a b.png",
    ]
    "#);
}

#[tokio::test]
async fn the_same_card_is_drawn_once() {
    let pictures = super::cache::Pictures::default();
    let cards = samples();
    for (_, card) in cards.iter().chain(&cards) {
        assert!(pictures.of(card.clone()).await.is_some());
    }
    let different: BTreeSet<String> = cards.iter().map(|(_, card)| format!("{card:?}")).collect();
    assert_eq!(pictures.drawn(), different.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_text_becomes_boxes_or_overflows(text in "\\PC{0,40}", width in 0.0_f32..600.0) {
        shown_well(&text, width);
    }

    #[test]
    fn any_characters_at_all_can_be_drawn(text in prop::collection::vec(any::<char>(), 0..40)) {
        shown_well(&text.into_iter().collect::<String>(), 300.0);
    }

    #[test]
    fn any_numbers_can_be_drawn(
        name in any::<String>(),
        numbers in prop::collection::vec(any::<u32>(), 6),
        count in 0..14_usize,
    ) {
        let number = |n: usize| numbers[n % numbers.len()];
        let long = |n: usize| i64::from(number(n));
        let row = |n: usize| Row {
            rank: number(n),
            name: name.clone(),
            points: long(n + 1).to_string(),
            change: Change::between(n.is_multiple_of(2).then(|| number(n + 2)), number(n + 3)),
            streak: long(n + 4),
            own: n == 1,
        };
        let cards = [
            Image::Leaderboard(Leaderboard {
                title: name.clone(), period: name.clone(), rows: (0..count).map(row).collect(), more: count, own: Some(row(2)), since: name.clone(),
            }),
            Image::Profile(Profile {
                name: name.clone(), points: long(0), rank: number(1), right: (long(2), long(3)), streak: long(4),
                freezes: number(5), today: day("2026-01-01"), days: vec![u16::MAX; count * 20],
                places: (0..WEEKS + count).map(|n| n.is_multiple_of(3).then(|| number(n))).collect(),
                areas: (0..count).map(|n| Area { title: name.clone(), right: long(n), answers: long(n + 1) }).collect(),
            }),
            Image::Podium(Podium {
                title: name.clone(), subtitle: name.clone(),
                places: (0..count).map(|n| PodiumStep { rank: number(n) % 5, name: name.clone(), score: name.clone() }).collect(),
            }),
            Image::Distribution(Distribution {
                answered: long(0), right: long(1), bars: (0..count.min(5)).map(|n| Bar { count: long(n), right: n == 2 }).collect(),
            }),
        ];
        for card in cards {
            prop_assert!(card.draw().is_ok());
            prop_assert!(card.words().chars().count() <= 1024);
        }
    }
}
