use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const TOPICS: [(&str, &str); 5] = [
    ("closures", "functions"),
    ("decorators", "functions"),
    ("gil", "concurrency"),
    ("tasks", "concurrency"),
    ("unicode", "stdlib"),
];

#[derive(Clone, Debug)]
struct Asked {
    slug: String,
    topic: usize,
    level: Level,
    kind: Kind,
    seen: bool,
}

impl Asked {
    fn candidate(&self) -> Candidate<'_> {
        let (topic, area) = TOPICS[self.topic];
        Candidate {
            slug: &self.slug,
            topic,
            area,
            level: self.level,
            kind: self.kind,
            seen: self.seen,
        }
    }
}

fn easy(slug: &str, topic: usize) -> Asked {
    Asked {
        slug: slug.to_owned(),
        topic,
        level: Level::Easy,
        kind: Kind::Single,
        seen: false,
    }
}

fn any_of(count: u16, topics: &[&str]) -> Part {
    Part::Some {
        count,
        topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
        level: None,
        kinds: Vec::new(),
    }
}

fn slugs<'b>(bank: &'b [Asked], filled: &Filled) -> Vec<&'b str> {
    filled
        .questions
        .iter()
        .map(|&at| bank[at].slug.as_str())
        .collect()
}

fn filled(bank: &[Asked], parts: &[Part], seed: u64) -> Filled {
    let candidates: Vec<_> = bank.iter().map(Asked::candidate).collect();
    fill_parts(parts, &candidates, seed)
}

fn banks() -> impl Strategy<Value = Vec<Asked>> {
    let question = (
        0..TOPICS.len(),
        prop::sample::select(Level::ALL.to_vec()),
        prop::sample::select(Kind::ALL.to_vec()),
        any::<bool>(),
    );
    prop::collection::vec(question, 0..40).prop_map(|questions| {
        let numbered = questions.into_iter().enumerate();
        let asked = |(at, (topic, level, kind, seen))| Asked {
            slug: format!("q{at}"),
            topic,
            level,
            kind,
            seen,
        };
        numbered.map(asked).collect()
    })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let names = TOPICS
        .iter()
        .flat_map(|&(topic, area)| [topic, area])
        .collect::<Vec<_>>();
    let some = (
        1..7_u16,
        prop::collection::vec(prop::sample::select(names), 0..3),
        prop::option::of(prop::sample::select(Level::ALL.to_vec())),
        prop::collection::vec(prop::sample::select(Kind::ALL.to_vec()), 0..3),
    );
    let some = some.prop_map(|(count, topics, level, kinds)| Part::Some {
        count,
        topics: topics.into_iter().map(str::to_owned).collect(),
        level,
        kinds,
    });
    let these = prop::collection::btree_set(0..45_u8, 1..4)
        .prop_map(|slugs| Part::These(slugs.into_iter().map(|at| format!("q{at}")).collect()));
    prop::collection::vec(prop_oneof![3 => some, 1 => these], 1..5)
}

/// The most places that can be filled, by trying everything there is with little of it.
fn most(fitting: &[Vec<usize>], taken: &mut HashSet<usize>) -> usize {
    let Some((first, rest)) = fitting.split_first() else {
        return 0;
    };
    let mut best = most(rest, taken);
    for &question in first {
        if taken.insert(question) {
            best = best.max(1 + most(rest, taken));
            taken.remove(&question);
        }
    }
    best
}

#[test]
fn a_part_with_little_choice_keeps_its_question() {
    let bank = [easy("a", 0), easy("b", 4)];
    for seed in 0..50 {
        let picked = filled(&bank, &[any_of(1, &[]), any_of(1, &["closures"])], seed);
        assert_eq!(slugs(&bank, &picked), ["b", "a"]);
    }
}

#[test]
fn the_part_that_goes_short_is_told() {
    let bank = [easy("a", 0), easy("b", 0)];
    let picked = filled(&bank, &[any_of(3, &["functions"])], 1);
    let (part, wanted, got) = (0, 3, 2);
    assert_eq!(picked.short, [Short { part, wanted, got }]);
}

#[test]
fn questions_not_seen_before_come_first() {
    let mut bank = [easy("a", 0), easy("b", 0), easy("c", 0)];
    bank[0].seen = true;
    for seed in 0..50 {
        assert!(!slugs(&bank, &filled(&bank, &[any_of(2, &[])], seed)).contains(&"a"));
    }
}

#[test]
fn the_questions_for_a_seed_stay_the_same_over_releases() {
    let bank: Vec<_> = (0..9).map(|at| easy(&format!("q{at}"), 0)).collect();
    let picks = (0..4).map(|seed| slugs(&bank, &filled(&bank, &[any_of(3, &[])], seed)).join(" "));
    insta::assert_debug_snapshot!(picks.collect::<Vec<_>>(), @r#"
    [
        "q0 q1 q8",
        "q3 q0 q8",
        "q3 q4 q8",
        "q1 q8 q2",
    ]
    "#);
}

#[test]
fn a_name_is_one_line_of_at_most_forty_characters() {
    assert_eq!(parse_name(" Monday  warm-up\n").unwrap(), "Monday warm-up");
    assert_eq!(parse_name("  ").unwrap_err().to_string(), "A set needs a name.");
    assert!(parse_name(&"ü".repeat(40)).is_ok());
    assert!(parse_name(&"ü".repeat(41)).is_err());
}

#[test]
fn a_part_of_open_questions_alone_is_nothing_for_buttons() {
    let part = |kinds: &[Kind]| Part::Some {
        count: 2,
        topics: Vec::new(),
        level: None,
        kinds: kinds.to_vec(),
    };
    assert_eq!(part(&[Kind::Open]).without_open(), None);
    assert_eq!(
        part(&[Kind::Open, Kind::Output]).without_open(),
        Some(part(&[Kind::Output]))
    );
    assert_eq!(part(&[]).without_open(), Some(part(&[])));
}

proptest! {
    #[test]
    fn every_question_fits_its_part_and_none_comes_twice(
        bank in banks(), parts in parts(), seed in any::<u64>(),
    ) {
        let picked = filled(&bank, &parts, seed);
        let distinct: HashSet<_> = picked.questions.iter().collect();
        prop_assert_eq!(distinct.len(), picked.questions.len());
        let mut questions = picked.questions.iter().map(|&at| &bank[at]);
        for (at, part) in parts.iter().enumerate() {
            let short = picked.short.iter().find(|short| short.part == at);
            let got = short.map_or(part.count(), |short| short.got);
            prop_assert!(short.is_none_or(|short| short.wanted == part.count() && short.got < short.wanted));
            let of_part: Vec<&Asked> = questions.by_ref().take(got).collect();
            prop_assert_eq!(of_part.len(), got);
            match part {
                Part::Some { topics, level, kinds, .. } => {
                    prop_assert!(of_part.is_sorted_by_key(|question| question.level));
                    for question in of_part {
                        let (topic, area) = TOPICS[question.topic];
                        let named = |name: &String| name == topic || name == area;
                        prop_assert!(topics.is_empty() || topics.iter().any(named));
                        prop_assert!(level.is_none_or(|level| level == question.level));
                        prop_assert!(kinds.is_empty() || kinds.contains(&question.kind));
                    }
                }
                Part::These(slugs) => {
                    let places = of_part.iter().map(|question| slugs.iter().position(|slug| *slug == question.slug));
                    prop_assert!(places.clone().all(|place| place.is_some()) && places.is_sorted());
                }
            }
        }
        prop_assert_eq!(questions.next().map(|question| &question.slug), None);
    }

    #[test]
    fn no_other_choice_would_have_filled_more_places(
        bank in banks().prop_map(|mut bank| { bank.truncate(6); bank }), parts in parts(), seed in any::<u64>(),
    ) {
        let mut fitting: Vec<Vec<usize>> = Vec::new();
        for part in &parts {
            match part {
                Part::Some { count, topics, level, kinds } => {
                    let fits = |question: &Asked| {
                        let (topic, area) = TOPICS[question.topic];
                        (topics.is_empty() || topics.iter().any(|name| name == topic || name == area))
                            && level.is_none_or(|level| level == question.level)
                            && (kinds.is_empty() || kinds.contains(&question.kind))
                    };
                    let all: Vec<usize> = (0..bank.len()).filter(|&at| fits(&bank[at])).collect();
                    fitting.extend(vec![all; usize::from(*count)]);
                }
                Part::These(slugs) => fitting.extend(slugs.iter().map(|slug| {
                    bank.iter().position(|question| question.slug == *slug).into_iter().collect()
                })),
            }
        }
        fitting.truncate(7);
        prop_assume!(fitting.len() == count_questions(&parts));
        let picked = filled(&bank, &parts, seed);
        prop_assert_eq!(picked.questions.len(), most(&fitting, &mut HashSet::new()));
    }

    #[test]
    fn topics_stay_within_one_question_of_each_other_while_they_last(
        bank in banks(), wanted in 1..20_u16, seed in any::<u64>(),
    ) {
        let picked = filled(&bank, &[any_of(wanted, &[])], seed);
        let of_topic = |topic: usize| picked.questions.iter().filter(|&&at| bank[at].topic == topic).count();
        let lasting = (0..TOPICS.len()).filter(|&topic| {
            of_topic(topic) < bank.iter().filter(|question| question.topic == topic).count()
        });
        let most = (0..TOPICS.len()).map(of_topic).max();
        let least = lasting.map(of_topic).min();
        prop_assert!(least.is_none_or(|least| most <= Some(least + 1)), "{least:?} {most:?}");
    }

    #[test]
    fn the_order_of_the_candidates_does_not_matter_where_parts_do_not_compete(
        (bank, shuffled) in banks().prop_flat_map(|bank| (Just(bank.clone()), Just(bank).prop_shuffle())),
        wanted in 1..20_u16,
        seed in any::<u64>(),
    ) {
        let parts = [any_of(wanted, &[])];
        let picked: HashSet<_> = slugs(&bank, &filled(&bank, &parts, seed)).into_iter().map(str::to_owned).collect();
        let again = filled(&shuffled, &parts, seed);
        prop_assert_eq!(picked, slugs(&shuffled, &again).into_iter().map(str::to_owned).collect());
    }
}
