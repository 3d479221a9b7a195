//! Sets: `/quiz set` in Discord, and `greenroom bank sheet` on paper.

use crate::harness::Greenroom;
use crate::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_plays_a_set_that_comes_with_the_bot() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    insta::assert_snapshot!(ben.slash("/quiz set list").await.unwrap(), @"
    ### Sets that come with the bot
    - **First steps** · 2 questions
      An easy one, and one about classes.
    -# /quiz set play begins a quiz of one that only you see.
    ");
    let quiz = ben.slash("/quiz set play name:first STEPS").await.unwrap();
    assert!(quiz.ephemeral);
    insta::assert_snapshot!(quiz, @"
    ────────
    ### One list, two names
    -# Easy · Names that share an object · 10 points
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **A**  The list that `a` names has one more item [A]
    **B**  Nothing, `b` is a copy [B]
    **C**  It makes `a` an empty list [C]
    ---
    -# Question 1 of 2 · only you can see this · the first answer counts
    ────────
    [Stop]
    ");
    let verdict = ben.press(&quiz, "A").await.unwrap();
    let next = ben.press(&verdict, "Next").await.unwrap().to_string();
    assert!(
        next.contains("What slots do") && next.contains("Question 2 of 2"),
        "{next}"
    );
    insta::assert_snapshot!(ben.slash("/quiz set play name:first-stepps").await.unwrap(), @"There is no set “first-stepps”. Did you mean First steps? /quiz set list shows all of them.");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_saves_a_set_that_everybody_can_play_changes_it_and_removes_it() {
    let g = Greenroom::start().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let mut said = Vec::new();
    for command in [
        "save name:Monday *warm-up* topics:functions count:1",
        "save name:monday *WARM-UP* topics:oop level:hard count:1",
        "save name:Monday *warm-up* topics:oop level:hard count:1 existing:add",
        "list",
        "save name:monday *WARM-UP* topics:oop, closures, gil level:hard count:4 kind:output existing:replace",
        "list",
    ] {
        let seen = ann.slash(&format!("/quiz set {command}")).await.unwrap();
        assert!(seen.ephemeral);
        said.push(format!("/quiz set {command}\n{seen}"));
    }
    insta::assert_snapshot!(said.join("\n\n"), @r"
    /quiz set save name:Monday *warm-up* topics:functions count:1
    **Monday \*warm-up\*** is saved: 1 question about Functions.
    -# Everybody can play it: /quiz set play

    /quiz set save name:monday *WARM-UP* topics:oop level:hard count:1
    There is a set **Monday \*warm-up\*** already: 1 question about Functions. Nothing was changed.
    Say the same again with `existing:replace` to save yours in its place, or with `existing:add` to add your questions to it.

    /quiz set save name:Monday *warm-up* topics:oop level:hard count:1 existing:add
    **Monday \*warm-up\*** is changed.
    Now: 2 questions: 1 about Functions, 1 hard about Object orientation.
    Before: 1 question about Functions.

    /quiz set list
    ### This server's sets
    - **Monday \*warm-up\*** · 2 questions: 1 about Functions, 1 hard about Object orientation
    ### Sets that come with the bot
    - **First steps** · 2 questions
      An easy one, and one about classes.
    -# /quiz set play begins a quiz of one that only you see.

    /quiz set save name:monday *WARM-UP* topics:oop, closures, gil level:hard count:4 kind:output existing:replace
    **monday \*WARM-UP\*** is changed.
    Now: 4 hard questions about Object orientation and 2 more (output). No question fits that right now, so it cannot be played yet.
    Before: 2 questions: 1 about Functions, 1 hard about Object orientation.

    /quiz set list
    ### This server's sets
    - **monday \*WARM-UP\*** · 4 hard questions about Object orientation and 2 more (output)
    ### Sets that come with the bot
    - **First steps** · 2 questions
      An easy one, and one about classes.
    -# /quiz set play begins a quiz of one that only you see.
    ");
    ann.slash("/quiz set save name:Monday *warm-up* topics:functions count:1 existing:replace")
        .await
        .unwrap();
    let found = ben.complete("/quiz set play name:warm").await.unwrap();
    insta::assert_snapshot!(format!("{} = {}", found[0].name, found[0].value), @r#"Monday *warm-up* (1 question) = "Monday *warm-up*""#);
    let quiz = ben
        .slash(&format!(
            "/quiz set play name:{}",
            found[0].name.split(" (").next().unwrap()
        ))
        .await
        .unwrap();
    assert!(
        quiz.to_string().contains("Multipliers from a comprehension"),
        "{quiz}"
    );

    // Of an open quiz nothing changes.
    insta::assert_snapshot!(ann.slash("/quiz set remove name:monday *warm-up*").await.unwrap(), @r"**Monday \*warm-up\*** is removed. Quizzes of it that were begun go on.");
    let verdict = ben.press(&quiz, "B").await.unwrap();
    let result = ben.press(&verdict, "See how it went").await.unwrap().to_string();
    assert!(result.contains("1 of 1 right"), "{result}");
    insta::assert_snapshot!(ben.slash("/quiz set play name:Monday warm-up").await.unwrap(), @"There is no set “Monday warm-up”. /quiz set list shows all of them.");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_save_and_remove_whatever_discord_showed_them() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    g.member("Ann")
        .slash("/quiz set save name:Mine count:1")
        .await
        .unwrap();
    for command in [
        "save name:Other count:1",
        "save name:Mine count:2 existing:replace",
        "remove name:Mine",
    ] {
        let refused = ben
            .slash(&format!("/quiz set {command}"))
            .await
            .unwrap()
            .to_string();
        assert!(refused.contains("Only managers"), "{refused}");
    }
    assert_eq!(g.count_rows("quiz_sets").await, 1);
    let list = ben.slash("/quiz set list").await.unwrap().to_string();
    assert!(list.contains("- **Mine** · 1 question"), "{list}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_saved_is_said_with_what_to_do() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    ann.slash("/quiz set save name:Long count:15").await.unwrap();
    let mut said = Vec::new();
    for command in [
        "save name:Topics topics:clojures, oop",
        "save name:First Steps topics:oop",
        "save name:Long count:6 existing:add",
        "remove name:first-steps",
        "remove name:Nothing like it",
    ] {
        let seen = ann.slash(&format!("/quiz set {command}")).await.unwrap();
        said.push(format!("/quiz set {command}\n{seen}"));
    }
    insta::assert_snapshot!(said.join("\n\n"), @"
    /quiz set save name:Topics topics:clojures, oop
    Nothing was saved:
    - There is no topic “clojures”. Did you mean closures?

    /quiz set save name:First Steps topics:oop
    **First steps** comes with the bot and stays as it is. Save yours under another name.

    /quiz set save name:Long count:6 existing:add
    That would make 21 questions; a set has at most 20. Nothing was changed.

    /quiz set remove name:first-steps
    **First steps** comes with the bot, so it cannot be removed.

    /quiz set remove name:Nothing like it
    There is no set “Nothing like it”. /quiz set list shows all of them.
    ");
    for at in 2..=25 {
        ann.slash(&format!("/quiz set save name:Set {at} count:20"))
            .await
            .unwrap();
    }
    insta::assert_snapshot!(ann.slash("/quiz set save name:Set 26 count:1").await.unwrap(), @"This server has 25 sets, which is as many as there can be. Remove one with /quiz set remove.");
    assert_eq!(g.count_rows("quiz_sets").await, 25);
    // However many there are, the list has all of them.
    let list = ann.slash("/quiz set list").await.unwrap().to_string();
    assert!(
        list.contains("**Set 2**") && list.contains("First steps"),
        "{list}"
    );
    assert_eq!(ann.complete("/quiz set play name:set").await.unwrap().len(), 24);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_never_asks_what_is_open_in_the_server() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    // The easy one is the daily question now; its key must not come out before the reveal.
    let daily = g.ask("level:easy").await;
    let quiz = ben
        .slash("/quiz set play name:First steps")
        .await
        .unwrap()
        .to_string();
    assert!(
        quiz.contains("Only 1 question fits") && quiz.contains("What slots do"),
        "{quiz}"
    );
    g.reveal(&daily).await;
    let quiz = ben
        .slash("/quiz set play name:First steps")
        .await
        .unwrap()
        .to_string();
    assert!(
        quiz.contains("One list, two names") && quiz.contains("Question 1 of 2"),
        "{quiz}"
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_of_another_server_are_not_seen() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    ann.slash("/quiz set save name:Ours count:1").await.unwrap();
    g.plant_rows(
        "insert into guilds (guild_id, created_at) values (1, now()); update quiz_sets set guild_id = 1",
    )
    .await;
    for command in ["play name:Ours", "remove name:Ours"] {
        let refused = ann
            .slash(&format!("/quiz set {command}"))
            .await
            .unwrap()
            .to_string();
        assert!(refused.contains("There is no set"), "{refused}");
    }
    assert!(
        !ann.slash("/quiz set list")
            .await
            .unwrap()
            .to_string()
            .contains("Ours")
    );
    assert_eq!(g.count_rows("quiz_sets").await, 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_played_live_by_its_own_clock() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let refused = ann.slash("/quiz live set:First steps count:3").await.unwrap();
    insta::assert_snapshot!(refused, @"
    No quiz was begun:
    - A set says what is asked: leave out topics, level and count, or leave out the set.
    ");
    let unknown = ann.slash("/quiz live set:Last steps").await.unwrap().to_string();
    assert!(unknown.contains("Did you mean First steps?"), "{unknown}");
    let found = ann.complete("/quiz live set:fir").await.unwrap();
    assert_eq!(found[0].name, "First steps (2 questions)");
    ann.slash("/quiz live set:first-steps").await.unwrap();
    let lobby = g.wait_for_message("#daily", 1).await.to_string();
    assert!(lobby.contains("First steps"), "{lobby}");
    assert!(lobby.contains("2 questions · 15 s each"), "{lobby}");
    g.finish().await;
}

/// What `greenroom bank sheet` with these arguments ends with, and says.
async fn sheet(arguments: &[&str]) -> (Option<i32>, String, String) {
    let bank = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bank");
    let arguments = [&["bank", "sheet", "--bank", bank], arguments].concat();
    let ended = Program::start(&arguments, &[]).ended().await;
    (ended.code, ended.out, ended.err)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_written_as_an_interview_sheet_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sheets");
    let out = out.to_str().unwrap();
    let (code, said, _) = sheet(&["first steps", "--out", out]).await;
    assert_eq!(code, Some(0));
    assert_eq!(
        said.replace(out, "OUT"),
        "OUT/first-steps-1.md\nOUT/first-steps-1.html\n"
    );
    let markdown = std::fs::read_to_string(format!("{out}/first-steps-1.md")).unwrap();
    let html = std::fs::read_to_string(format!("{out}/first-steps-1.html")).unwrap();
    for title in ["1. One list, two names", "2. What slots do"] {
        assert!(markdown.contains(&format!("## {title}")), "{markdown}");
        assert!(html.contains(&format!("<h2>{title}</h2>")), "{html}");
    }
    std::fs::write(format!("{out}/first-steps-1.html"), "filled in").unwrap();
    let (code, _, error) = sheet(&["first-steps", "--out", out]).await;
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(error.replace(out, "OUT"), @"greenroom: OUT/first-steps-1.md is there already; move it away, or name another folder with --out");
    assert_eq!(
        std::fs::read_to_string(format!("{out}/first-steps-1.html")).unwrap(),
        "filled in"
    );
    // The same on the terminal.
    assert_eq!(sheet(&["first-steps", "--out", "-"]).await.1, markdown);
    assert_eq!(
        sheet(&["first-steps", "--out", "-", "--format", "html"]).await.1,
        html
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_set_is_told_which_there_are() {
    insta::assert_snapshot!(sheet(&[]).await.1, @"
    first-steps      First steps (2 questions, 10 minutes)
                     An easy one, and one about classes.
    ");
    let (code, said, error) = sheet(&["first-stpes"]).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    insta::assert_snapshot!(error, @"
    greenroom: there is no set first-stpes; did you mean first-steps?
    the sets are first-steps
    ");
    insta::assert_snapshot!(sheet(&["first-steps", "--out", "-", "--format", "both"]).await.2, @"greenroom: one format fits on the terminal: --format md or --format html");
}
