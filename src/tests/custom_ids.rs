//! The text on a button, which anybody can forge.

use proptest::prelude::*;
use proptest::sample::select;

use super::config;
use super::made_up::made_up_text;
use crate::interaction::CustomId;

/// Parts of our own, in any number and order.
fn forged() -> impl Strategy<Value = String> {
    let names = select(vec![
        "answer",
        "answers",
        "write",
        "own",
        "mark",
        "share",
        "convincing",
        "why",
        "follow-ups",
        "model-answer",
        "look",
        "live",
        "live-questions",
        "quiz",
        "review",
        "remind",
        "season",
        "hall-of-fame",
        "competition",
        "join-competition",
        "notice",
        "board",
        "practice",
    ]);
    let part = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u8>().prop_map(|number| number.to_string()),
        select(vec![
            "",
            "0",
            "1",
            "-1",
            "+1",
            "01",
            "9223372036854775808",
            "start",
            "question",
            "rate-1-good",
            "back-3",
            "week",
            "all",
            "2026-02-30",
            "+262143-12-31",
            "-262144-01-01",
            "2026-01-01",
            "\0",
            "١",
        ])
        .prop_map(str::to_owned),
        made_up_text(4),
    ];
    (names, prop::collection::vec(part, 0..6)).prop_map(|(name, parts)| {
        let parts: String = parts.into_iter().map(|part| format!(":{part}")).collect();
        format!("{name}{parts}")
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_forged_button_is_one_of_ours_or_none(text in prop_oneof![forged(), made_up_text(30)]) {
        if let Some(press) = CustomId::parse(&text) {
            prop_assert_eq!(press.custom_id(), text.clone());
            prop_assert!(!text.contains('\0'), "{text:?}");
        }
    }
}
