//! The review deck: what was missed comes back, and a nudge says so once a day.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use sandbox::{Member, Seen};

use crate::harness::{Greenroom, march, monday};

/// Tuesday, eight o'clock in Berlin.
fn tuesday() -> DateTime<Utc> {
    march(3, 7, 0)
}

/// Ann and Ben miss a question on Monday; no other is posted before Sunday.
async fn miss_question() -> Greenroom {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    g.member("Ann").press(&question, "A").await.unwrap();
    g.member("Ben").press(&question, "C").await.unwrap();
    g.reveal(&question).await;
    g
}

/// Waits until so many members are nudged next at this time.
async fn wait_for_next_nudge(g: &Greenroom, at: &str, members: i64) {
    let rows = format!("review_settings where nudge_next_at = '{at}'");
    g.wait_for_rows(&rows, members).await;
}

async fn show_deck(member: &Member) -> Seen {
    member.slash("/review now").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_question_comes_back_the_next_day_and_is_rated() {
    let g = miss_question().await;
    let ann = g.member("Ann");
    let monday = show_deck(&ann).await;
    assert!(monday.ephemeral);
    insta::assert_snapshot!(monday, @"
    ### Your deck
    Nothing is due.
    ```text
    Tue  3 Mar  █ 1
    Wed  4 Mar  ·
    Thu  5 Mar  ·
    Fri  6 Mar  ·
    Sat  7 Mar  ·
    Sun  8 Mar  ·
    Mon  9 Mar  ·
    ```
    -# 1 card in all
    -# You want to remember 90 % · no nudge · Europe/Berlin time. /review settings changes that.
    ");

    g.set_time(tuesday()).await;
    let tuesday = show_deck(&ann).await;
    insta::assert_snapshot!(tuesday, @"
    ### Your deck
    **1 question is due.**
    -# 1 card in all
    [Start:blue]
    -# You want to remember 90 % · no nudge · Europe/Berlin time. /review settings changes that.
    ");
    let question = ann.press(&tuesday, "Start").await.unwrap();
    assert_eq!(question.id, tuesday.id);
    insta::assert_snapshot!(question, @"
    ────────
    ### Multipliers from a comprehension
    -# Medium · When a closure looks its variables up · 20 points
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **A**  `[0, 10, 20]` [A]
    **B**  `[20, 20, 20]` [B]
    **C**  `[0, 0, 0]` [C]
    ---
    -# Question 1 of 1 · only you can see this · no points, only practice
    ────────
    [Stop]
    ");

    // Read and thought about as long as usual.
    g.advance(TimeDelta::seconds(20)).await;
    let verdict = ann.press(&question, "B").await.unwrap();
    insta::assert_snapshot!(verdict, @"
    ────────
    -# Question 1 of 1
    ### Multipliers from a comprehension
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **Right.**
    **B**  `[20, 20, 20]`
    **Right, and what you chose.** All three look up the same `k`, which is 2 by then.
    ────────
    -# Counted as Good. Press another if it felt different.
    [Again · 1 d] [Hard · 1 d] [Good · 2 d:blue] [Easy · 3 d]
    [See how it went:blue] [Follow-ups]
    ");
    let ended = ann.press(&verdict, "quiz:1:rate:1:hard").await.unwrap();
    insta::assert_snapshot!(ended, @"
    ### Review
    **1 of 1 right** in 20 s
    - **Right** · 20 s · Multipliers from a comprehension
    -# /review now shows when they come back.
    ");
    assert_eq!(ended.id, tuesday.id);
    insta::assert_snapshot!(show_deck(&ann).await, @"
    ### Your deck
    Nothing is due.
    ```text
    Wed  4 Mar  █ 1
    Thu  5 Mar  ·
    Fri  6 Mar  ·
    Sat  7 Mar  ·
    Sun  8 Mar  ·
    Mon  9 Mar  ·
    Tue 10 Mar  ·
    ```
    -# 1 card in all
    -# You want to remember 90 % · no nudge · Europe/Berlin time. /review settings changes that.
    ");
    assert_eq!(g.count_rows("card_reviews where rating = 'hard'").await, 1);
    // Practice of one's own is on no board.
    assert_eq!(g.count_rows("standings where points > 0").await, 0);
    assert_eq!(g.sum_standings().await, (0, 2));
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rating_follows_from_the_answer_until_its_member_says_otherwise() {
    let g = miss_question().await;
    g.set_time(tuesday()).await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let quick = ann.press(&show_deck(&ann).await, "Start").await.unwrap();
    g.advance(TimeDelta::seconds(3)).await;
    let verdict = ann.press(&quick, "B").await.unwrap().to_string();
    assert!(
        verdict.contains("Counted as Easy") && verdict.contains(" d:blue]"),
        "{verdict}"
    );

    let wrong = ben.press(&show_deck(&ben).await, "Start").await.unwrap();
    let verdict = ben.press(&wrong, "A").await.unwrap();
    assert!(verdict.to_string().contains("Counted as Again"), "{verdict}");
    assert_eq!(
        g.read_number("select lapses::bigint from cards where reps = 2 order by lapses desc limit 1")
            .await,
        1
    );
    // Changing one's mind starts from what the card was before.
    let easy = "cards a join cards b using (question_id, stability, difficulty, due_at, lapses)
                 where a.user_id <> b.user_id";
    let ended = ben.press(&verdict, "quiz:2:rate:1:hard").await.unwrap();
    g.press_forged(&ben, &ended, "quiz:2:rate:1:easy").await;
    assert_eq!(g.count_rows(easy).await, 2);

    // Next accepts what it was counted as; back there, the choice is still shown.
    let again = g.press_forged(&ben, &ended, "quiz:2:back:1").await;
    assert!(again.to_string().contains("Counted as Easy"), "{again}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_in_the_channel_counts_as_a_review_and_makes_no_card() {
    let g = miss_question().await;
    g.set_time(tuesday()).await;
    let question = g.post_now().await;
    for name in ["Ann", "Chloe"] {
        g.member(name).press(&question, "B").await.unwrap();
    }
    // While everybody is asked it, the deck does not give it away.
    insta::assert_snapshot!(show_deck(&g.member("Ben")).await, @"
    ### Your deck
    Nothing is due. One more waits until its question is revealed in this server.
    -# 1 card in all
    -# You want to remember 90 % · no nudge · Europe/Berlin time. /review settings changes that.
    ");
    g.reveal(&question).await;
    assert_eq!(g.count_cards().await, 2);
    let reviewed = "cards where reps = 2 and due_at > '2026-03-04'";
    assert_eq!(g.count_rows(reviewed).await, 1);
    let ben = show_deck(&g.member("Ben")).await;
    assert!(ben.to_string().contains("**1 question is due.**"), "{ben}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_can_be_put_into_the_deck() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:references-and-aliasing days:sun").await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    ann.press(&question, "A").await.unwrap();
    let early = g.press_forged(&ben, &question, "remind:1").await;
    insta::assert_snapshot!(early, @"This is told at the reveal. Until then you can still change your answer.");
    let revealed = g.reveal(&question).await;
    let why = ann.press(&revealed, "Why").await.unwrap();
    insta::assert_snapshot!(ann.press(&why, "Remind me").await.unwrap(), @"It is in your deck now and comes back on Wednesday, 4 March. /review now shows what is due.");
    insta::assert_snapshot!(ann.press(&why, "Remind me").await.unwrap(), @"It is in your deck already and comes back on Wednesday, 4 March. /review now shows what is due.");
    let why = ben.press(&revealed, "Why").await.unwrap();
    insta::assert_snapshot!(ben.press(&why, "Remind me").await.unwrap(), @"It is in your deck now and comes back tomorrow. /review now shows what is due.");

    let chloe = g.member("Chloe");
    let quiz = chloe
        .slash("/quiz solo count:3 topics:references-and-aliasing, slots")
        .await
        .unwrap();
    let verdict = chloe.press(&quiz, "A").await.unwrap();
    let slots = chloe.press(&verdict, "Next").await.unwrap();
    let verdict = chloe
        .choose(&slots, "Choose all that apply", &["A", "B"])
        .await
        .unwrap();
    let ended = chloe.press(&verdict, "See how it went").await.unwrap();
    assert_eq!(g.count_rows("cards where why = 'missed'").await, 1);
    insta::assert_snapshot!(chloe.press(&ended, "Remind me of these").await.unwrap(), @"
    ### Names that share an object and Objects with a fixed set of attributes
    **1 of 2 right** in 0 s · 10 points for practice
    - **Right** · 0 s · One list, two names
    - **Missed** · 0 s · What slots do
    Worth another look: Objects with a fixed set of attributes.
    [Again, only what I missed:blue]
    -# One more is in your deck now. /review now shows what is due.
    ");
    assert_eq!(g.count_rows("cards where why = 'asked'").await, 3);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_goes_on_after_a_restart() {
    let mut g = miss_question().await;
    let ann = g.member("Ann");
    let quiz = ann.slash("/quiz solo count:1 topics:slots").await.unwrap();
    ann.choose(&quiz, "Choose all that apply", &["B"]).await.unwrap();
    g.set_time(tuesday()).await;
    let run = ann.press(&show_deck(&ann).await, "Start").await.unwrap();
    assert!(run.to_string().contains("Question 1 of 2"), "{run}");
    ann.press(&run, "B").await.unwrap();
    g.stop_bot().await;

    g.sandbox.advance(TimeDelta::hours(1));
    g.start_bot().await;
    let second = ann.press(&show_deck(&ann).await, "Start").await.unwrap();
    assert!(second.to_string().contains("Question 2 of 2"), "{second}");
    let same = ann.slash("/quiz resume").await.unwrap();
    assert_eq!(same.to_string(), second.to_string());
    let verdict = ann
        .choose(&second, "Choose all that apply", &["A", "C"])
        .await
        .unwrap();
    ann.press(&verdict, "See how it went").await.unwrap();
    let nothing = show_deck(&ann).await;
    assert!(nothing.to_string().contains("Nothing is due."), "{nothing}");
    assert_eq!(g.count_rows("quizzes where source = 'review'").await, 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_question_leaves_the_deck_and_a_changed_one_is_asked_as_it_is_now() {
    let g = miss_question().await;
    g.set_time(tuesday()).await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let sql = "with newer as (insert into revisions (question_id, content, created_at)
                   select question_id, jsonb_set(content, '{title}', '\"Newer words\"'), created_at
                     from revisions where content ->> 'slug' = 'multipliers' returning *)
               update questions q set revision_id = newer.revision_id from newer
                where q.question_id = newer.question_id";
    g.plant_rows(sql).await;
    let question = ann.press(&show_deck(&ann).await, "Start").await.unwrap();
    assert!(question.to_string().contains("### Newer words"), "{question}");

    g.plant_rows("update questions set retired_at = '2026-03-03' where slug = 'multipliers'")
        .await;
    insta::assert_snapshot!(show_deck(&ben).await, @"
    1 question is no longer asked, so I took it out of your deck.
    ### Your deck
    It is empty. Questions you miss come here by themselves, and *Remind me* behind *Why* adds any other. They come back when you are about to forget them.
    -# You want to remember 90 % · no nudge · Europe/Berlin time. /review settings changes that.
    ");
    // A run that was begun leaves it out as well.
    let resumed = ann.slash("/quiz resume").await.unwrap();
    assert!(!resumed.to_string().contains("Newer words"), "{resumed}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_the_deck_of_another() {
    let g = miss_question().await;
    g.set_time(tuesday()).await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let run = ann.press(&show_deck(&ann).await, "Start").await.unwrap();
    let bens = show_deck(&ben).await;
    let before = g.digest_rows("cards").await;
    for forged in [
        "quiz:1:rate:1:easy",
        "quiz:1:remind",
        "quiz:1:next",
        "quiz:9:rate:1:easy",
    ] {
        let reply = g.press_forged(&ben, &bens, forged).await;
        assert!(
            reply.to_string().starts_with("I do not know this quiz."),
            "{reply}"
        );
    }
    let reply = g.press_forged(&ben, &bens, "answer:2:1").await;
    assert!(
        reply.to_string().starts_with("I do not know this question."),
        "{reply}"
    );
    let reply = g.press_forged(&ben, &bens, "remind:2").await;
    assert!(!reply.to_string().contains("deck"), "{reply}");
    // Nothing to rate yet, and no such rating.
    g.press_forged(&ann, &run, "quiz:1:rate:1:easy").await;
    g.press_forged(&ann, &run, "quiz:1:rate:200:easy").await;
    assert_eq!(g.digest_rows("cards").await, before);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_read_kept_and_put_right() {
    let g = miss_question().await;
    let ann = g.member("Ann");
    insta::assert_snapshot!(ann.slash("/review settings").await.unwrap(), @"
    ### How you review
    **Retention** 90 %
    **Nudge** off
    **Time zone** Europe/Berlin
    -# A card comes back when the chance that you remember it has fallen to the retention: the higher, the more often. A nudge is a direct message, once a day and only when something is due.
    ");
    let wrong = ann
        .slash("/review settings retention:99 nudge:25:00 timezone:Berlim")
        .await
        .unwrap();
    insta::assert_snapshot!(wrong, @"
    Nothing was changed. Please look at these:
    - “99” is not a retention; choose a number from 70 to 97, such as 90 for 90 %.
    - “Berlim” is not a time zone; did you mean Europe/Berlin?
    - “25:00” is not a time; write it like 9:30 or 9am.
    ");
    let saved = ann
        .slash("/review settings retention:0.8 nudge:7pm timezone:America/New_York")
        .await
        .unwrap();
    insta::assert_snapshot!(saved, @"
    Saved.
    **Retention** 80 %
    **Nudge** every day at 19:00, when something is due
    **Time zone** America/New_York
    -# The retention holds from each card's next review on.
    ");
    let off = ann.slash("/review settings nudge:off").await.unwrap();
    insta::assert_snapshot!(off, @"
    Saved.
    **Retention** 80 %
    **Nudge** off
    **Time zone** America/New_York
    -# The retention holds from each card's next review on.
    ");
    assert_eq!(g.count_nudges_off().await, 1);
    let ben = g.member("Ben").slash("/review settings nudge:9").await.unwrap();
    assert!(ben.to_string().contains("**Time zone** Europe/Berlin"), "{ben}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nudge_comes_once_a_day_and_only_when_something_is_due() {
    let g = miss_question().await;
    let (ann, chloe) = (g.member("Ann"), g.member("Chloe"));
    for member in [&ann, &chloe] {
        member.slash("/review settings nudge:9:30").await.unwrap();
    }
    // Today nothing is due yet.
    g.set_time(monday() + TimeDelta::minutes(30)).await;
    wait_for_next_nudge(&g, "2026-03-03 08:30Z", 2).await;
    assert_eq!(ann.dms().len(), 0);

    g.set_time(tuesday() + TimeDelta::minutes(90)).await;
    g.wait_until_nudged(1).await;
    let nudges = ann.dms();
    assert_eq!(nudges.len(), 1);
    insta::assert_snapshot!(nudges[0], @"
    1 question is due. /review now in #daily asks it.
    -# You asked for this; /review settings nudge:off ends it.
    ");
    assert_eq!(chloe.dms().len(), 0);

    // Another time on the same day is for tomorrow.
    ann.slash("/review settings nudge:10:30").await.unwrap();
    g.set_time(tuesday() + TimeDelta::minutes(150)).await;
    g.advance(TimeDelta::hours(1)).await;
    wait_for_next_nudge(&g, "2026-03-04 09:30Z", 1).await;
    assert_eq!(ann.dms().len(), 1);
    g.set_time(tuesday() + TimeDelta::days(1) + TimeDelta::minutes(150))
        .await;
    g.wait_until_nudged(2).await;
    assert_eq!(ann.dms().len(), 2);

    // Off is off, and nobody is told of what they missed while the bot was away.
    ann.slash("/review settings nudge:off").await.unwrap();
    g.set_time(tuesday() + TimeDelta::days(2) + TimeDelta::minutes(150))
        .await;
    wait_for_next_nudge(&g, "2026-03-06 08:30Z", 1).await;
    assert_eq!(ann.dms().len(), 2);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nudge_keeps_to_its_local_time_when_clocks_change() {
    let g = miss_question().await;
    let ann = g.member("Ann");
    ann.slash("/review settings nudge:2:30 timezone:Europe/Berlin")
        .await
        .unwrap();
    let at = |month, day, hour, minute| Utc.with_ymd_and_hms(2026, month, day, hour, minute, 0).unwrap();
    // The clocks jump over half past two: it comes right after.
    g.set_time(at(3, 28, 12, 0)).await;
    wait_for_next_nudge(&g, "2026-03-29 01:00Z", 1).await;
    assert_eq!(ann.dms().len(), 0, "what was missed is not made up for");
    g.set_time(at(3, 29, 1, 0)).await;
    g.wait_until_nudged(1).await;
    wait_for_next_nudge(&g, "2026-03-30 00:30Z", 1).await;
    // They show it twice: the first time counts, the second does not.
    g.set_time(at(10, 24, 12, 0)).await;
    wait_for_next_nudge(&g, "2026-10-25 00:30Z", 1).await;
    g.set_time(at(10, 25, 0, 30)).await;
    let second = "nudges where state = 'sent' and local_date = '2026-10-25'";
    g.wait_for_rows(second, 1).await;
    g.set_time(at(10, 25, 1, 30)).await;
    wait_for_next_nudge(&g, "2026-10-26 01:30Z", 1).await;
    assert_eq!(ann.dms().len(), 2);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_nudge_each_member_once() {
    let mut g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    let names = ["Ann", "Ben", "Chloe", "Dev", "Emi", "Farid", "Grace", "Hugo"];
    for name in names {
        let member = g.member(name);
        member.press(&question, "A").await.unwrap();
        member
            .slash("/review settings nudge:9:30 timezone:Europe/Berlin")
            .await
            .unwrap();
    }
    g.reveal(&question).await;
    g.start_bot().await;
    g.set_time(tuesday() + TimeDelta::minutes(90)).await;
    g.wait_until_nudged(8).await;
    for name in names {
        assert_eq!(g.member(name).dms().len(), 1, "{name}");
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nudge_whose_answer_was_lost_is_found_again() {
    let g = Greenroom::in_world(sandbox::Options {
        now: Some(monday()),
        nonce_window: TimeDelta::milliseconds(1),
        ..sandbox::Options::default()
    });
    let mut g = g.await;
    g.start_bot().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    let ann = g.member("Ann");
    ann.press(&question, "A").await.unwrap();
    g.reveal(&question).await;
    ann.slash("/review settings nudge:9:30").await.unwrap();
    g.sandbox
        .faults()
        .always("POST", "/channels/*/messages", sandbox::faults::Fault::AnswerLost);
    g.set_time(tuesday() + TimeDelta::minutes(90)).await;
    g.wait_until_nudges_put_off(TimeDelta::seconds(10), 1).await;
    g.stop_bot().await;
    g.sandbox.faults().clear();
    g.sandbox.advance(TimeDelta::minutes(1));
    g.start_bot().await;
    g.wait_until_nudged(1).await;
    assert_eq!(ann.dms().len(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_messages_is_not_written_to_again_and_told_once() {
    let g = miss_question().await;
    let ann = g.member("Ann");
    ann.slash("/review settings nudge:9:30").await.unwrap();
    g.sandbox.close_dms("Ann", true);
    g.set_time(tuesday() + TimeDelta::minutes(90)).await;
    g.wait_until_nudge_refused().await;
    g.set_time(tuesday() + TimeDelta::days(1) + TimeDelta::minutes(90))
        .await;
    insta::assert_snapshot!(show_deck(&ann).await, @"
    Your daily nudge is off. Discord did not let me send you a direct message. Allow direct messages from members of this server, then switch it on again with /review settings.
    ### Your deck
    **1 question is due.**
    -# 1 card in all
    [Start:blue]
    -# You want to remember 90 % · no nudge · Europe/Berlin time. /review settings changes that.
    ");
    let later = show_deck(&ann).await;
    assert!(!later.to_string().contains("nudge is off"), "{later}");
    let refusals = g.sandbox.calls().into_iter().filter(|call| call.status == 403);
    assert_eq!(refusals.count(), 1);

    g.sandbox.close_dms("Ann", false);
    ann.slash("/review settings nudge:9:30").await.unwrap();
    g.set_time(tuesday() + TimeDelta::days(2) + TimeDelta::minutes(90))
        .await;
    g.wait_until_nudged(1).await;
    assert_eq!(ann.dms().len(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_of_ten_thousand_answers_makes_every_card_once() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    g.wait_until_posted(1).await;
    // Every third was right; half of all have the card from earlier.
    let sql = "insert into answers (round_id, user_id, guild_id, choices, interaction_id, answered_at)
               select round_id, n, guild_id, case when n % 3 = 0 then 2 else 1 end, n, posted_at
                 from rounds, generate_series(1, 10000) n";
    g.plant_rows(sql).await;
    let sql = "insert into cards (guild_id, user_id, question_id, stability, difficulty, due_at, last_review_at, reps,
                                  lapses, why, created_at)
               select guild_id, n, question_id, 2.5, 5, posted_at, posted_at - interval '3 days', 1, 0, 'missed',
                      posted_at from rounds, generate_series(2, 10000, 2) n";
    g.plant_rows(sql).await;
    g.reveal(&question).await;
    // 6,667 were wrong, of whom half had the card; of 3,333 who were right, 1,666 had it.
    assert_eq!(g.count_cards().await, 5_000 + 3_333);
    assert_eq!(g.count_rows("cards where reps = 2").await, 5_000);
    assert_eq!(g.count_rows("cards where lapses = 1").await, 3_334);
    assert_eq!(g.count_rows("card_reviews").await, 8_333);
    g.finish().await;
}
