//! Questions answered in one's own words: written in a form, compared after the reveal, shared by whoever wants to.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Member, Options, Seen};

use crate::harness::{Greenroom, join_messages};

const OPEN: &str = "topics:assertions kinds:open";
const WORDS: &str = "Asserts are for what only a mistake in the code can break.";

async fn write_answer(member: &Member, question: &Seen, words: &str) -> Seen {
    let form = member.press(question, "Answer").await.unwrap();
    member.submit(&form, &[("Your answer", words)]).await.unwrap()
}

impl Greenroom {
    /// Waits until a thread has this many messages, and returns them.
    async fn wait_for_thread(&self, thread: u64, count: usize) -> Vec<Seen> {
        let there = |_: &sandbox::Sandbox| self.list_public(thread).len() >= count;
        self.wait_patiently("messages in the thread", there).await;
        self.list_public(thread)
    }

    /// Lets the time pass in which a shared answer's message is left alone, and waits until none is out of date.
    async fn wait_until_shared(&self) {
        self.advance(TimeDelta::seconds(6)).await;
        self.wait_for_rows("outbox where kind = 'shared-answer' and state = 'waiting'", 0)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_written_edited_and_compared_with_the_rubric() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    insta::assert_snapshot!(question, @"
    ────────
    ### Where do asserts belong?
    -# Hard · What assert is for · 10 points for taking part · in your own words
    Where may an `assert` stay in a service, and what replaces it elsewhere?
    ---
    [Answer:blue]
    ---
    -# 0 answered · the answer is revealed <t:1772452800:R>, at <t:1772452800:t>
    ────────
    ");

    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let form = ann.press(&question, "Answer").await.unwrap();
    insta::assert_snapshot!(form, @"
    Where do asserts belong?
    Your answer (Nobody else reads it unless you share it. You can edit it until the reveal.): []
    ");
    let receipt = ann
        .submit(&form, &[("Your answer", "First thought.")])
        .await
        .unwrap();
    insta::assert_snapshot!(receipt, @"
    Your answer is recorded. You can edit it until <t:1772452800:t>, <t:1772452800:R>. Then you see it beside what makes a good answer.
    > First thought.
    -# Nobody else can read it. 10 points for taking part.
    [Edit] [Share after the reveal]
    ");
    assert!(receipt.ephemeral);

    // What was written before stands in the form, and the receipt is rewritten in place.
    let form = ann.press(&receipt, "Edit").await.unwrap();
    insta::assert_snapshot!(form, @"
    Where do asserts belong?
    Your answer (Nobody else reads it unless you share it. You can edit it until the reveal.): [First thought.]
    ");
    let edited = ann.submit(&form, &[("Your answer", WORDS)]).await.unwrap();
    assert_eq!(edited.id, receipt.id);
    insta::assert_snapshot!(edited, @"
    Your answer is recorded. You can edit it until <t:1772452800:t>, <t:1772452800:R>. Then you see it beside what makes a good answer.
    > Asserts are for what only a mistake in the code can break.
    -# Nobody else can read it. 10 points for taking part.
    [Edit] [Share after the reveal]
    ");
    write_answer(&ben, &question, "No idea.").await;
    assert_eq!(g.count_rows("answers where choices = 0").await, 2);
    g.advance(TimeDelta::seconds(6)).await;
    g.wait_until_shown("2 answered").await;

    let revealed = g.reveal(&question).await;
    insta::assert_snapshot!(revealed, @"
    ────────
    ### Where do asserts belong?
    -# Hard · What assert is for · 10 points for taking part · in your own words
    Where may an `assert` stay in a service, and what replaces it elsewhere?
    ---
    **A good answer**
    - Says that `-O` removes asserts.
    - Replaces checks of input by exceptions.
    - Keeps asserts for what can only be false if the code is wrong.
    ---
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    -# 2 answers · 10 points each for taking part
    [My answer:blue] [Follow-ups]
    ────────
    ");
    let own = ann.press(&revealed, "My answer").await.unwrap();
    insta::assert_snapshot!(own, @"
    ### Where do asserts belong?
    **Your answer**
    > Asserts are for what only a mistake in the code can break.
    ---
    **A good answer** Mark what yours has.
    Says that `-O` removes asserts. [Mark]
    Replaces checks of input by exceptions. [Mark]
    Keeps asserts for what can only be false if the code is wrong. [Mark]
    -# 0 of 3 marked, for your eyes only. Nobody else can read your answer.
    [Share my answer]
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    ");
    assert!(own.ephemeral);
    let marked = ann.press(&own, "mark:1:2:1").await.unwrap();
    assert_eq!(marked.id, own.id);
    let marked = ann.press(&marked, "mark:1:0:1").await.unwrap();
    let marked = ann.press(&marked, "mark:1:0:0").await.unwrap();
    insta::assert_snapshot!(marked, @"
    ### Where do asserts belong?
    **Your answer**
    > Asserts are for what only a mistake in the code can break.
    ---
    **A good answer** Mark what yours has.
    Says that `-O` removes asserts. [Mark]
    Replaces checks of input by exceptions. [Mark]
    Keeps asserts for what can only be false if the code is wrong. [Marked:blue]
    -# 1 of 3 marked, for your eyes only. Nobody else can read your answer.
    [Share my answer]
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    ");
    let chloe = g.member("Chloe");
    insta::assert_snapshot!(chloe.press(&revealed, "My answer").await.unwrap(), @"
    ### Where do asserts belong?
    You did not answer this one. A good answer:
    - Says that `-O` removes asserts.
    - Replaces checks of input by exceptions.
    - Keeps asserts for what can only be false if the code is wrong.
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_part_gives_points_and_leaves_the_share_of_right_answers_alone() {
    let g = Greenroom::start().await;
    let open = g.ask(OPEN).await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    write_answer(&ann, &open, WORDS).await;
    write_answer(&ben, &open, "No idea.").await;
    g.reveal(&open).await;
    ann.slash("/daily edit kinds:closed topics:late-binding-closures")
        .await
        .unwrap();
    let closed = g.post_now().await;
    ann.press(&closed, "B").await.unwrap();
    g.reveal(&closed).await;

    insta::assert_snapshot!(ann.slash("/leaderboard").await.unwrap(), @"
    ────────
    {leaderboard.png: Leaderboard, Week of 2 Mar. 1. Ann (you): 30 points. 2. Ben: 10 points, down 1. Change of place since the last question.}
    **1.** @Ann (you) · 30 points
    **2.** @Ben · 10 points
    ---
    -# Easy 10, medium 20, hard 30 points; taking part in an open question 10. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    (Previous) (Page 1 of 1) (Next)
    (Week:blue) [Month] [Season] [All time]
    ────────
    ");
    // Of three answers one could be right.
    assert_eq!(
        g.read_number("select sum(answers)::bigint from standings where period = 'season'")
            .await,
        1
    );
    insta::assert_snapshot!(ann.slash("/profile").await.unwrap(), @"
    ────────
    ### @Ann
    **This week** 30 points, rank 1
    **All time** 30 points, rank 1
    **Right** 1 of 1 (100 %)
    **In a row** 0 rounds
    -# Every 10 rounds in a row earn a freeze, up to 2. A missed round spends one instead of breaking the row.
    {profile.png: Ann: 30 points, place 1 of all time, 1 of 1 right, 0 in a row. Answered on 1 day of the last 26 weeks. Place 1 this week. Right by area, weakest first: Functions 1 of 1.}
    ────────
    ");
    insta::assert_snapshot!(ben.slash("/profile").await.unwrap(), @"
    ────────
    ### @Ben
    **This week** 10 points, rank 2
    **All time** 10 points, rank 2
    **Right** open questions only so far
    **In a row** 0 rounds
    -# Every 10 rounds in a row earn a freeze, up to 2. A missed round spends one instead of breaking the row.
    {profile.png: Ben: 10 points, place 2 of all time, 0 of 0 right, 0 in a row. Answered on 1 day of the last 26 weeks. Place 2 this week.}
    ────────
    ");
    assert_eq!(
        g.count_rows("answers where correct is null and points = 10")
            .await,
        2
    );
    g.check_rebuilt_boards().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_answers_are_read_by_all_and_convince_or_not() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let (ann, ben, chloe) = (g.member("Ann"), g.member("Ben"), g.member("Chloe"));
    let receipt = write_answer(&ann, &question, WORDS).await;
    let sharing = ann.press(&receipt, "Share after the reveal").await.unwrap();
    insta::assert_snapshot!(sharing, @"
    Your answer is recorded. You can edit it until <t:1772452800:t>, <t:1772452800:R>. Then you see it beside what makes a good answer.
    > Asserts are for what only a mistake in the code can break.
    -# After the reveal the others can read it. 10 points for taking part.
    [Edit] [Do not share]
    ");
    write_answer(&ben, &question, "Never in production.").await;
    write_answer(&chloe, &question, "Only in tests.").await;

    let revealed = g.reveal(&question).await;
    let thread = revealed.thread.unwrap();
    let messages = g.wait_for_thread(thread, 3).await;
    insta::assert_snapshot!(messages[2], @"
    @Ann wrote:
    > Asserts are for what only a mistake in the code can break.
    [Convincing]
    ");
    assert!(messages[2].pings.is_empty());

    // Shared later, posted later.
    let own = ben.press(&revealed, "My answer").await.unwrap();
    insta::assert_snapshot!(ben.press(&own, "Share my answer").await.unwrap(), @"
    ### Where do asserts belong?
    **Your answer**
    > Never in production.
    ---
    **A good answer** Mark what yours has.
    Says that `-O` removes asserts. [Mark]
    Replaces checks of input by exceptions. [Mark]
    Keeps asserts for what can only be false if the code is wrong. [Mark]
    -# 0 of 3 marked, for your eyes only. The others can read your answer.
    [Do not share]
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    ");
    let messages = g.wait_for_thread(thread, 4).await;
    assert!(messages[3].to_string().contains("Never in production."));

    // Votes: one each, to be taken back, and none for oneself.
    insta::assert_snapshot!(ann.press(&messages[2], "Convincing").await.unwrap(), @"This answer is yours, so whether it convinces is for the others to say.");
    insta::assert_snapshot!(ben.press(&messages[2], "Convincing").await.unwrap(), @"You find this answer convincing. Press again to take that back.");
    chloe.press(&messages[2], "Convincing").await.unwrap();
    g.wait_until_shared().await;
    assert_eq!(
        ann.see(&messages[2]).unwrap().buttons()[0].label,
        "Convincing · 2"
    );
    insta::assert_snapshot!(chloe.press(&messages[2], "Convincing · 2").await.unwrap(), @"Taken back: this answer no longer counts as convincing for you.");
    g.wait_until_shared().await;
    assert_eq!(
        ann.see(&messages[2]).unwrap().buttons()[0].label,
        "Convincing · 1"
    );

    // Taken back, and shared again.
    let own = ann.press(&revealed, "My answer").await.unwrap();
    insta::assert_snapshot!(own, @"
    ### Where do asserts belong?
    **Your answer**
    > Asserts are for what only a mistake in the code can break.
    ---
    **A good answer** Mark what yours has.
    Says that `-O` removes asserts. [Mark]
    Replaces checks of input by exceptions. [Mark]
    Keeps asserts for what can only be false if the code is wrong. [Mark]
    -# 0 of 3 marked, for your eyes only. The others can read your answer; it convinced 1 member.
    [Do not share]
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    ");
    let own = ann.press(&own, "Do not share").await.unwrap();
    g.wait_until_shared().await;
    insta::assert_snapshot!(ann.see(&messages[2]).unwrap(), @"-# An answer stood here. Its author no longer shares it.");
    let forged = g.press_forged(&ben, &messages[3], "convincing:1").await;
    insta::assert_snapshot!(forged, @"This answer is not shared any more.");
    ann.press(&own, "Share my answer").await.unwrap();
    g.wait_until_shared().await;
    assert!(ann.see(&messages[2]).unwrap().to_string().contains(WORDS));
    assert_eq!(g.list_public(thread).len(), 4);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_member_shares_words_and_not_the_name() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let ann = g.member("Ann");
    let receipt = write_answer(&ann, &question, WORDS).await;
    g.hide_member("Ann").await;
    ann.press(&receipt, "Share after the reveal").await.unwrap();
    let thread = g.reveal(&question).await.thread.unwrap();
    let messages = g.wait_for_thread(thread, 3).await;
    insta::assert_snapshot!(messages[2], @"
    A hidden member wrote:
    > Asserts are for what only a mistake in the code can break.
    [Convincing]
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_members_write_can_do_nothing_but_be_read() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let ann = g.member("Ann");
    let hostile = "# Big\n@everyone <@&1> [the answer](https://example.org/x)\n```python\nassert x  # *kept*\n```\n\
                   -# fine print ||hidden|| ```";
    // With what keeps a mention from being one made visible.
    let seen = |message: &Seen| message.to_string().replace('\u{200B}', "|");
    let receipt = write_answer(&ann, &question, hostile).await;
    insta::assert_snapshot!(seen(&receipt), @r"
    Your answer is recorded. You can edit it until <t:1772452800:t>, <t:1772452800:R>. Then you see it beside what makes a good answer.
    > \# Big
    > @|everyone \<@&1\> \[the answer\](https:\//example.org/x)
    > ```python
    > assert x  # *kept*
    > ```
    > \-\# fine print \|\|hidden\|\| \`\`\`
    -# Nobody else can read it. 10 points for taking part.
    [Edit] [Share after the reveal]
    ");
    ann.press(&receipt, "Share after the reveal").await.unwrap();
    let thread = g.reveal(&question).await.thread.unwrap();
    let messages = g.wait_for_thread(thread, 3).await;
    insta::assert_snapshot!(seen(&messages[2]), @r"
    @Ann wrote:
    > \# Big
    > @|everyone \<@&1\> \[the answer\](https:\//example.org/x)
    > ```python
    > assert x  # *kept*
    > ```
    > \-\# fine print \|\|hidden\|\| \`\`\`
    [Convincing]
    ");
    assert!(messages[2].pings.is_empty());
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_cannot_be_taken_are_given_back() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let ann = g.member("Ann");
    let send = async |words: String| {
        let form = ann.press(&question, "Answer").await.unwrap();
        g.sandbox.mangle_next(move |sent| {
            sent["data"]["components"][0]["component"]["value"] = words.into();
        });
        ann.submit(&form, &[("Your answer", "replaced on its way")])
            .await
            .unwrap()
    };
    insta::assert_snapshot!(send(" \n\u{200B} ".to_owned()).await, @"There was nothing to read in it, so nothing was recorded. A sentence or two are enough.");
    let long = send("word ".repeat(800)).await.to_string();
    insta::assert_snapshot!(long[..200], @"
    An answer has at most 1,500 characters, and this has 3999. Nothing was recorded. Here it is, so that you can shorten it:
    ```
    word word word word word word word word word word word word word word word
    ");
    assert!(long.len() > 3_500, "{long}");
    let lines = send("a\n".repeat(700)).await.to_string();
    insta::assert_snapshot!(lines[..100], @"With so many signs or lines it does not fit into a message. Nothing was recorded. Here it is, so tha");
    assert_eq!(g.count_answers().await, 0);
    // As much as the form takes.
    let most = send("four".repeat(375)).await.to_string();
    assert!(most.starts_with("Your answer is recorded"), "{most}");
    // A null character, which PostgreSQL cannot store.
    let nul = send("a\0b".to_owned()).await.to_string();
    assert!(nul.contains("> ab"), "{nul}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_sent_after_the_reveal_are_shown_back() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    write_answer(&ben, &question, "In time.").await;
    let forms = [
        ann.press(&question, "Answer").await.unwrap(),
        ben.press(&question, "Answer").await.unwrap(),
    ];
    // Time is up, and the reveal has not run: nothing is told yet.
    g.sandbox.advance(TimeDelta::hours(4));
    insta::assert_snapshot!(
        ben.submit(&forms[1], &[("Your answer", "Too late.")])
            .await
            .unwrap(), @"
    Time was up before this arrived. What counts is what you wrote before. Here are your words, so that they are not lost:
    ```
    Too late.
    ```
    ");
    insta::assert_snapshot!(ben.press(&question, "Answer").await.unwrap(), @"Time was up a moment ago. What a good answer has is on its way.");
    g.advance(TimeDelta::seconds(3)).await;
    let revealed = g.wait_for_reveal(&question).await;
    insta::assert_snapshot!(
        ann.submit(&forms[0], &[("Your answer", "Late, too.")])
            .await
            .unwrap(), @"
    Time was up before this arrived. You had not answered before, so nothing is counted. Here are your words, so that they are not lost:
    ```
    Late, too.
    ```
    [A good answer]
    ");
    assert_eq!(g.count_rows("open_answers where words = 'In time.'").await, 1);
    assert_eq!(g.count_answers().await, 1);
    // The old button still answers.
    let old = g.press_forged(&ben, &revealed, "write:1").await.to_string();
    assert!(old.contains("> In time."), "{old}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_many_times_is_one_answer_and_the_newest_counts() {
    let g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let ann = g.member("Ann");
    let form = ann.press(&question, "Answer").await.unwrap();
    let sent = (0..10).map(|n| {
        let (ann, form) = (ann.clone(), form.clone());
        async move {
            let words = format!("Thought {n}");
            ann.submit(&form, &[("Your answer", &words)]).await.unwrap()
        }
    });
    let receipts = join_all(sent).await;
    assert_eq!(g.count_rows("open_answers").await, 1);
    let stored: String = sqlx::query_scalar("select words from open_answers")
        .fetch_one(&g.db)
        .await
        .unwrap();
    let newest = receipts.iter().max_by_key(|seen| seen.id).unwrap();
    assert!(
        receipts.iter().any(|seen| seen.to_string().contains(&stored)),
        "{newest}"
    );
    let last = write_answer(&ann, &question, "The last word").await;
    assert!(last.to_string().contains("> The last word"), "{last}");
    g.wait_until_shown("1 answered").await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_opened_before_a_restart_is_taken_after_it() {
    let mut g = Greenroom::start().await;
    let question = g.ask(OPEN).await;
    let ann = g.member("Ann");
    let form = ann.press(&question, "Answer").await.unwrap();
    g.stop_bot().await;
    g.start_bot().await;
    let receipt = ann.submit(&form, &[("Your answer", WORDS)]).await.unwrap();
    assert!(receipt.to_string().contains(WORDS), "{receipt}");

    // Nor is anything lost where it stops between the reveal and the answers that are shared.
    ann.press(&receipt, "Share after the reveal").await.unwrap();
    g.stop_bot().await;
    g.plant_rows(
        "update rounds set state = 'revealed', revealed_at = reveal_at, announced_at = reveal_at;
         insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at)
         select guild_id, 'shared-answer', open_answer_id, channel_id, 3, due_at
           from open_answers join rounds using (guild_id, round_id)",
    )
    .await;
    g.start_bot().await;
    let shared = g.wait_for_message("#daily", 2).await;
    assert!(shared.to_string().contains(WORDS), "{shared}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_while_it_posts_a_shared_answer_has_posted_it_once() {
    let killed = async |nonces_are_kept_for| {
        let mut g = Greenroom::in_world(Options {
            nonce_window: nonces_are_kept_for,
            ..Options::default()
        })
        .await;
        let program = g.connected_program().await;
        let question = g.ask(OPEN).await;
        let ann = g.member("Ann");
        let receipt = write_answer(&ann, &question, WORDS).await;
        ann.slash("/daily reveal-now").await.unwrap();
        let revealed = g.wait_for_reveal(&question).await;
        let thread = revealed.thread.unwrap();
        g.sandbox
            .faults()
            .always("POST", "/channels/*/messages", Fault::AnswerLost);
        ann.press(&receipt, "Share after the reveal").await.unwrap();
        g.wait_for_thread(thread, 3).await;
        g.kill(program).await;
        let unposted = "open_answers where message_id is null";
        assert_eq!(g.count_rows(unposted).await, 1);

        g.start_after_kill().await;
        g.wait_for_rows(unposted, 0).await;
        let posted = g.list_public(thread);
        assert_eq!(posted.len(), 3, "{}", join_messages(&posted));
        g.finish().await;
    };
    join_all([TimeDelta::minutes(10), TimeDelta::milliseconds(1)].map(killed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_gets_a_sentence_and_changes_nothing() {
    let g = Greenroom::start().await;
    let open = g.ask(OPEN).await;
    let ann = g.member("Ann");
    write_answer(&ann, &open, WORDS).await;
    ann.slash("/daily edit kinds:closed topics:late-binding-closures")
        .await
        .unwrap();
    let closed = g.post_now().await;
    let ben = g.member("Ben");
    let mut heard = Vec::new();
    // An option of an open question, words for a closed one, nothing of either, before and after the reveal.
    let tries = [
        "answer:1:0",
        "write:2",
        "write:99",
        "own:1",
        "own:2",
        "mark:1:0:1",
        "share:1:1",
        "share:99:1",
        "convincing:1",
        "convincing:99",
        "why:1",
    ];
    for custom_id in tries {
        heard.push(format!(
            "{custom_id}: {}",
            g.press_forged(&ben, &closed, custom_id).await
        ));
    }
    insta::assert_snapshot!(heard.join("\n"), @"
    answer:1:0: This question has no such option, so nothing was recorded.
    write:2: This question has no such option, so nothing was recorded.
    write:99: I do not know this question. It may have been removed, or it belongs to another server.
    own:1: This is told at the reveal. Until then you can still change your answer.
    own:2: This question has no such option, so nothing was recorded.
    mark:1:0:1: This is told at the reveal. Until then you can still change your answer.
    share:1:1: You did not answer this one, so there is nothing to mark or to share.
    share:99:1: I do not know this question. It may have been removed, or it belongs to another server.
    convincing:1: This answer is not shared any more.
    convincing:99: This answer is not shared any more.
    why:1: This is told at the reveal. Until then you can still change your answer.
    ");
    let form = ben.press(&open, "Answer").await.unwrap();
    let mut heard = Vec::new();
    for custom_id in ["write:2", "write:99", "share:1:1", "own:1", "anything"] {
        let forged = custom_id.to_owned();
        g.sandbox
            .mangle_next(move |sent| sent["data"]["custom_id"] = forged.into());
        heard.push(format!(
            "{custom_id}: {}",
            ben.submit(&form, &[("Your answer", "x")]).await.unwrap()
        ));
    }
    insta::assert_snapshot!(heard.join("\n"), @"
    write:2: This question has no such option, so nothing was recorded.
    write:99: I do not know this question. It may have been removed, or it belongs to another server.
    share:1:1: I do not know this button or command any more. Try /help for what there is now.
    own:1: I do not know this button or command any more. Try /help for what there is now.
    anything: I do not know this button or command any more. Try /help for what there is now.
    ");
    assert_eq!(g.count_answers().await, 1);
    g.advance(TimeDelta::hours(5)).await;
    let revealed = g.wait_for_reveal(&open).await;
    let mark = g.press_forged(&ann, &revealed, "mark:1:7:1").await;
    insta::assert_snapshot!(mark, @"I do not know this button or command any more. Try /help for what there is now.");
    assert_eq!(
        g.count_rows("open_answers where marks = 0 and not shared").await,
        1
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_asks_open_questions_only_where_it_is_told_to() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let add = "/daily add channel:#daily time:9:30 timezone:Europe/Berlin topics:assertions";
    insta::assert_snapshot!(ann.slash(add).await.unwrap(), @"No question fits these topics, this level and these kinds, so nothing was changed. Widen them a little.");
    ann.slash(&format!("{add} kinds:open")).await.unwrap();
    g.add_schedule("kinds:all").await;
    insta::assert_snapshot!(ann.slash("/daily list").await.unwrap(), @"
    **Schedule 2** in #daily
    Weekdays, 09:30 Europe/Berlin
    What assert is for · any level · only open questions · 4 hours to answer · discussed in a thread
    Next: <t:1772440200:f> (<t:1772440200:R>)
    ---
    **Schedule 3** in #daily
    Weekdays, 09:30 Europe/Berlin
    Any topic · any level · open questions, too · 4 hours to answer · discussed in a thread
    Next: <t:1772440200:f> (<t:1772440200:R>)
    ");
    let preview = ann.slash("/daily preview schedule:2").await.unwrap().to_string();
    assert!(preview.contains("Where do asserts belong?"), "{preview}");
    let mut look = ann
        .slash("/question preview id:where-asserts-belong")
        .await
        .unwrap();
    let mut seen = vec![look.to_string()];
    for side in ["Reveal", "Own answer"] {
        look = ann.press(&look, side).await.unwrap();
        seen.push(look.to_string());
    }
    insta::assert_snapshot!(seen.join("\n\n=====\n\n"), @"
    ────────
    ### Where do asserts belong?
    -# Hard · What assert is for · 10 points for taking part · in your own words
    Where may an `assert` stay in a service, and what replaces it elsewhere?
    ---
    (Answer:blue)
    ---
    -# 0 answered · the answer is revealed <t:1772452800:R>, at <t:1772452800:t>
    ────────
    (Question:blue) [Reveal] [Own answer] [Explanation] [Going on]

    =====

    ────────
    ### Where do asserts belong?
    -# Hard · What assert is for · 10 points for taking part · in your own words
    Where may an `assert` stay in a service, and what replaces it elsewhere?
    ---
    **A good answer**
    - Says that `-O` removes asserts.
    - Replaces checks of input by exceptions.
    - Keeps asserts for what can only be false if the code is wrong.
    ---
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    -# 5 answers · 10 points each for taking part
    (My answer:blue) (Follow-ups)
    ────────
    [Question] (Reveal:blue) [Own answer] [Explanation] [Going on]

    =====

    ### Where do asserts belong?
    **Your answer**
    > Here stands what the member wrote.
    ---
    **A good answer** Mark what yours has.
    Says that `-O` removes asserts. (Mark)
    Replaces checks of input by exceptions. (Mark)
    Keeps asserts for what can only be false if the code is wrong. (Mark)
    -# 0 of 3 marked, for your eyes only. Nobody else can read your answer.
    (Share my answer)
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    [Question] [Reveal] (Own answer:blue) [Explanation] [Going on]
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_quiz_takes_ones_own_words_and_goes_on_from_there() {
    let mut g = Greenroom::start().await;
    let ann = g.member("Ann");
    let page = ann
        .slash("/quiz solo topics:assertions kind:open count:1")
        .await
        .unwrap();
    insta::assert_snapshot!(page, @"
    ────────
    ### Where do asserts belong?
    -# Hard · What assert is for · 10 points for taking part · in your own words
    Where may an `assert` stay in a service, and what replaces it elsewhere?
    ---
    [Answer:blue]
    ---
    -# Question 1 of 1 · only you can see this · the first answer counts
    ────────
    [Stop]
    ");
    let form = ann.press(&page, "Answer").await.unwrap();
    let compared = ann.submit(&form, &[("Your answer", WORDS)]).await.unwrap();
    assert_eq!(compared.id, page.id);
    insta::assert_snapshot!(compared, @"
    -# Question 1 of 1
    ### Where do asserts belong?
    **Your answer**
    > Asserts are for what only a mistake in the code can break.
    ---
    **A good answer** Mark what yours has.
    Says that `-O` removes asserts. [Mark]
    Replaces checks of input by exceptions. [Mark]
    Keeps asserts for what can only be false if the code is wrong. [Mark]
    -# 10 points for practice, for answering.
    ---
    **A model answer**
    Input is checked with exceptions, because `-O` removes every assert. What only a mistake in the code can break may be asserted.
    [See how it went:blue] [Follow-ups]
    ");
    g.stop_bot().await;
    g.start_bot().await;
    let marked = ann.press(&compared, "mark:1:1:1").await.unwrap();
    assert_eq!(marked.id, page.id);
    assert!(marked.to_string().contains("[Marked:blue]"), "{marked}");
    // The form was still open somewhere: the first answer counts.
    let again = ann
        .submit(&form, &[("Your answer", "Second thoughts.")])
        .await
        .unwrap();
    assert!(again.to_string().contains(WORDS), "{again}");
    let end = ann.press(&again, "See how it went").await.unwrap();
    insta::assert_snapshot!(end, @"
    ### What assert is for, open
    **1 in your own words** in 0 s · 10 points for practice
    - **In your own words** · 0 s · Where do asserts belong?
    ");
    assert_eq!(g.sum_points().await, 10);
    assert_eq!(g.count_cards().await, 0);
    g.finish().await;
}
