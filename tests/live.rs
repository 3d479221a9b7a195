//! A live quiz from the lobby to the podium, and whatever may come in between.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Member, Options, Sandbox, Seen};

use crate::harness::{Greenroom, join_messages};

const LIVE: &str = "/quiz live topics:references-and-aliasing, late-binding-closures";

impl Greenroom {
    /// Ann opens a lobby with these options, and the bot knows that it is there. The easy question comes first.
    pub async fn open_lobby(&self, options: &str) -> Seen {
        let before = self.list_public("#daily").len();
        let open = match options.contains("topics:") {
            true => format!("/quiz live {options}"),
            false => format!("{LIVE} {options}"),
        };
        self.member("Ann").slash(&open).await.unwrap();
        let lobby = self.wait_for_message("#daily", before + 1).await;
        self.wait_until_lobby_is_known().await;
        self.order_questions().await;
        lobby
    }

    /// Puts the easy question first, whatever chance has chosen.
    async fn order_questions(&self) {
        let easy_first = "with ranked as (
                 select round_id, row_number() over (partition by quiz_id order by level, question_id) as place
                   from rounds join questions using (question_id) where state = 'waiting')
             update rounds r set number = 100 + place from ranked where r.round_id = ranked.round_id;
             update rounds set number = number - 100 where number > 100";
        self.plant_rows(easy_first).await;
    }

    /// Ann starts it, and the first question comes.
    pub async fn start_quiz(&self, lobby: &Seen) -> Seen {
        let before = self.list_public("#daily").len();
        self.member("Ann").press(lobby, "Start").await.unwrap();
        self.wait_for_first_question(before + 1).await
    }

    /// Waits until the quiz runs and its first question is the channel's message of that number.
    async fn wait_for_first_question(&self, message: usize) -> Seen {
        self.wait_until_quiz_is("running").await;
        self.advance(TimeDelta::seconds(5)).await;
        self.wait_for_question(message).await
    }

    /// Lets the window of the open question end, and waits for its reveal.
    async fn end_window(&self, question: &Seen) -> Seen {
        self.advance(TimeDelta::seconds(23)).await;
        self.wait_for_reveal(question).await
    }

    /// Lets the pass come that reveals a question everybody has answered, or that was stopped, and waits for it.
    async fn reveal_early(&self, question: &Seen) -> Seen {
        self.advance(TimeDelta::seconds(3)).await;
        self.wait_for_reveal(question).await
    }

    /// The pause after a reveal ends, and the channel has one message more.
    async fn end_pause(&self) -> Seen {
        self.wait_until_all_announced().await;
        let before = self.list_public("#daily").len();
        self.advance(TimeDelta::seconds(8)).await;
        self.wait_for_question(before + 1).await
    }
}

async fn press(member: &Member, message: &Seen, button: &str) -> String {
    member.press(message, button).await.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_quiz_is_joined_answered_revealed_and_won() {
    let g = Greenroom::start().await;
    let (ann, ben, chloe) = (g.member("Ann"), g.member("Ben"), g.member("Chloe"));
    let opened = ann.slash(&format!("{LIVE} count:2")).await.unwrap();
    insta::assert_snapshot!(opened, @"The lobby is open. Press Start there when everybody is in; otherwise it starts <t:1772438460:R>.");
    let lobby = g.wait_for_message("#daily", 1).await;
    insta::assert_snapshot!(lobby, @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20 or 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    Nobody has joined yet.
    -# It starts <t:1772438460:R>, or when @Ann presses Start.
    [Join:green] [Leave] [Start] [Cancel:red]
    ────────
    ");
    g.wait_until_lobby_is_known().await;
    g.order_questions().await;
    insta::assert_snapshot!(press(&ben, &lobby, "Join").await, @"You are in. The questions come here, in this channel; your first answer to each counts.");
    press(&chloe, &lobby, "Join").await;
    press(&ann, &lobby, "Join").await;
    insta::assert_snapshot!(press(&ann, &lobby, "Leave").await, @"You are out. Join again as long as the lobby is open.");
    insta::assert_snapshot!(press(&ben, &lobby, "Start").await, @"Only the host and managers can do this.");
    g.advance(TimeDelta::seconds(2)).await;
    g.wait_until_shown("2 have joined").await;

    insta::assert_snapshot!(press(&ann, &lobby, "Start").await, @"Here we go.");
    let first = g.wait_for_first_question(2).await;
    insta::assert_snapshot!(first, @"
    **Question 1 of 2**
    ────────
    ### One list, two names
    -# Easy · Names that share an object · 10 points
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **A**  The list that `a` names has one more item [A]
    **B**  Nothing, `b` is a copy [B]
    **C**  It makes `a` an empty list [C]
    ---
    -# 0 of 2 have answered · time is up <t:1772438427:R>
    ────────
    ");
    g.wait_until_shown("in a moment").await;
    insta::assert_snapshot!(ann.see(&lobby).unwrap(), @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20 or 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    **2 play:** @Ben, @Chloe
    -# The first question comes in a moment. Whoever answers a question plays from there on.
    [Stop the quiz:red]
    ────────
    ");
    insta::assert_snapshot!(press(&ben, &first, "B").await, @"You chose **B**  Nothing, `b` is a copy. It counts.");
    insta::assert_snapshot!(press(&ben, &first, "A").await, @"Your first answer counts: **B**  Nothing, `b` is a copy.");
    press(&chloe, &first, "A").await;
    // Nothing is told of what is open, whatever button is forged.
    let forged = g.press_forged(&ben, &first, "live-questions:1:0").await;
    insta::assert_snapshot!(forged, @"No question of this quiz has been revealed, so there is nothing to look at.");
    insta::assert_snapshot!(g.press_forged(&ben, &first, "live:1:result").await, @"Your result is here once the first question is revealed.");
    // Both have answered, so nobody waits for the rest of the time.
    let revealed = g.reveal_early(&first).await;
    insta::assert_snapshot!(revealed, @"
    **Question 1 of 2**
    ────────
    ### One list, two names
    -# Easy · Names that share an object · 10 points
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **A**  The list that `a` names has one more item
    `█████░░░░░` 1 · **right**
    **B**  Nothing, `b` is a copy
    `█████░░░░░` 1
    **C**  It makes `a` an empty list
    `░░░░░░░░░░` 0
    The answer is **A**. 1 of 2 found it.
    **A is right.** Both names stand for one list.
    **B is not right.** Assignment copies no objects.
    ---
    **1.** @Chloe · 10 points
    **2.** @Ben · 0 points
    -# The next question comes <t:1772438418:R>.
    [Why:blue] [Follow-ups] [Next]
    ────────
    ");

    let second = g.end_pause().await;
    press(&chloe, &second, "A").await;
    // Whoever answers without having joined plays from there on.
    press(&ann, &second, "B").await;
    let revealed = g.end_window(&second).await;
    insta::assert_snapshot!(revealed, @"
    **Question 2 of 2**
    ────────
    ### Multipliers from a comprehension
    -# Medium · When a closure looks its variables up · 20 points
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **A**  `[0, 10, 20]`
    `█████░░░░░` 1
    **B**  `[20, 20, 20]`
    `█████░░░░░` 1 · **right**
    **C**  `[0, 0, 0]`
    `░░░░░░░░░░` 0
    The answer is **B**. 1 of 2 found it.
    **A is not right.** A closure keeps the variable, not the value it had.
    **B is right.** All three look up the same `k`, which is 2 by then.
    ---
    **1.** @Ann · 20 points ▲ 1
    **2.** @Chloe · 10 points ▼ 1
    **3.** @Ben · 0 points ▼ 1
    -# That was the last question. The podium follows.
    [Why:blue] [Follow-ups]
    ────────
    ");
    let podium = g.end_pause().await;
    insta::assert_snapshot!(podium, @"
    ────────
    ### The podium
    Names that share an object and When a closure looks its variables up
    {podium.png: The podium, Names that share an object and When a closure looks its variables up. 1. Ann, 20 points; 2. Chloe, 10 points.}
    ---
    ### **1.** @Ann · **20 points**
    -# 1 of 2 right
    **2.** @Chloe · **10 points**
    -# 1 of 2 right
    **3.** @Ben · **0 points**
    -# 0 of 2 right
    ---
    -# 3 players · 2 questions
    [My result:blue] [Show all questions again]
    ────────
    ");
    g.wait_until_quiz_is("finished").await;
    look_back(&g, &podium).await;
    // The lobby is told last, after the podium.
    g.wait_until_quiz_rests().await;
    insta::assert_snapshot!(join_messages(&g.list_public("#daily")[..1]), @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20 or 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    **3 played:** @Ben, @Chloe, @Ann
    -# It is over.
    ────────
    ");
    assert_eq!(g.list_public("#daily").len(), 4);
    g.finish().await;
}

/// What the podium's buttons tell one who played, and one who did not.
async fn look_back(g: &Greenroom, podium: &Seen) {
    insta::assert_snapshot!(press(&g.member("Ben"), podium, "My result").await, @"
    ### Your result
    Place **3** of 3, with **0 points** and 0 of 2 right.
    1. **Missed** · 0.0 s · One list, two names
    2. **Not answered** · Multipliers from a comprehension
    ");
    insta::assert_snapshot!(press(&g.member("Dev"), podium, "My result").await, @"You did not play in this quiz. Show all questions again lets you look at it.");
    let again = g
        .member("Dev")
        .press(podium, "Show all questions again")
        .await
        .unwrap();
    insta::assert_snapshot!(again, @"
    -# Question 1 of 2
    ────────
    ### One list, two names
    -# Easy · Names that share an object · 10 points
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **A**  The list that `a` names has one more item
    **Right.** Both names stand for one list.
    **B**  Nothing, `b` is a copy
    **Not right.** Assignment copies no objects.
    **C**  It makes `a` an empty list
    **Not right.** Nothing is cleared.
    -# You did not answer this one.
    ────────
    (Previous) [Next]
    ");
    insta::assert_snapshot!(press(&g.member("Dev"), &again, "Next").await, @"
    -# Question 2 of 2
    ────────
    ### Multipliers from a comprehension
    -# Medium · When a closure looks its variables up · 20 points
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **A**  `[0, 10, 20]`
    **Not right.** A closure keeps the variable, not the value it had.
    **B**  `[20, 20, 20]`
    **Right.** All three look up the same `k`, which is 2 by then.
    **C**  `[0, 0, 0]`
    **Not right.** The loop does not reset `k`.
    -# You did not answer this one.
    ────────
    [Previous] (Next)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_nobody_joins_is_cancelled_and_its_lobby_says_so() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let lobby = g.open_lobby("").await;
    insta::assert_snapshot!(press(&ann, &lobby, "Start").await, @"Nobody has joined yet. Wait for the first, or press Join yourself.");
    g.advance(TimeDelta::seconds(60)).await;
    g.wait_until_quiz_is("cancelled").await;
    g.wait_until_shown("Nobody joined").await;
    insta::assert_snapshot!(ann.see(&lobby).unwrap(), @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20 or 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    Nobody joined, so there is no quiz. Open another with /quiz live.
    ────────
    ");
    // Another can be opened at once. The old buttons are answered.
    let other = g.open_lobby("").await;
    let ben = g.member("Ben");
    insta::assert_snapshot!(g.press_forged(&ben, &other, "live:1:join").await, @"This quiz is over. Open another with /quiz live.");
    insta::assert_snapshot!(g.press_forged(&ben, &other, "live:99:join").await, @"I do not know this quiz. It may belong to another server.");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lobby_starts_by_itself_without_its_host() {
    let g = Greenroom::start().await;
    let lobby = g.open_lobby("count:1").await;
    press(&g.member("Ben"), &lobby, "Join").await;
    // The host's account is gone from here on: nobody presses anything.
    g.advance(TimeDelta::seconds(60)).await;
    let question = g.wait_for_first_question(2).await;
    press(&g.member("Ben"), &question, "A").await;
    g.reveal_early(&question).await;
    g.end_pause().await;
    g.wait_until_quiz_is("finished").await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_open_a_quiz_until_they_open_that_to_everyone_and_there_is_one_in_a_channel() {
    let g = Greenroom::start().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    insta::assert_snapshot!(ben.slash(LIVE).await.unwrap(), @"Only managers can open a live quiz here. A manager can open that to everyone with /quiz settings. A quiz of your own is there at any time with /quiz solo.");
    insta::assert_snapshot!(ben.slash("/quiz settings anyone-hosts:true").await.unwrap(), @"Only managers can do this: members with the Manage Server permission.");
    insta::assert_snapshot!(ann.slash("/quiz settings anyone-hosts:true").await.unwrap(), @"Everybody can open live quizzes now.");
    ben.slash(LIVE).await.unwrap();
    let lobby = g.wait_for_message("#daily", 1).await;
    g.wait_until_lobby_is_known().await;
    let refused = ann.slash(LIVE).await.unwrap().to_string();
    let link = format!("/{}", lobby.id);
    assert!(refused.starts_with("A live quiz is going on in this channel: https://discord.com/channels/"));
    assert!(refused.contains(&link), "{refused}");
    insta::assert_snapshot!(ann.slash("/quiz live topics:clojures seconds:10 scoring:speed").await.unwrap(), @"
    No quiz was begun:
    - There is no topic “clojures”. Did you mean closures?
    ");
    // A manager may cancel it, and nobody else but its host.
    insta::assert_snapshot!(press(&g.member("Chloe"), &lobby, "Cancel").await, @"Only the host and managers can do this.");
    insta::assert_snapshot!(press(&ann, &lobby, "Cancel").await, @"The quiz is cancelled.");
    g.wait_until_quiz_is("cancelled").await;
    g.wait_until_shown("It was cancelled").await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_quiz_reveals_its_open_question_and_ends_with_the_standing() {
    let g = Greenroom::start().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let lobby = g.open_lobby("count:2 scoring:speed penalty:true").await;
    insta::assert_snapshot!(lobby, @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives up to 1000 points, half of that in the last second: faster is more. Leaderboards count the usual points by level. A wrong one costs 250, but nobody falls below 0. Your first answer counts.
    ---
    Nobody has joined yet.
    -# It starts <t:1772438460:R>, or when @Ann presses Start.
    [Join:green] [Leave] [Start] [Cancel:red]
    ────────
    ");
    press(&ben, &lobby, "Join").await;
    press(&g.member("Chloe"), &lobby, "Join").await;
    let question = g.start_quiz(&lobby).await;
    g.sandbox.advance(TimeDelta::seconds(10));
    press(&ben, &question, "A").await;
    press(&ann, &lobby, "Stop the quiz").await;
    let revealed = g.reveal_early(&question).await.to_string();
    let standing = revealed.rsplit("---").next().unwrap();
    insta::assert_snapshot!(standing, @"

    **1.** @Ben · 750 points
    **2.** @Chloe · 0 points
    -# It was stopped early. The podium follows.
    [Why:blue] [Follow-ups]
    ────────
    ");
    insta::assert_snapshot!(g.end_pause().await, @"
    ────────
    ### The podium
    Names that share an object and When a closure looks its variables up
    {podium.png: The podium, Names that share an object and When a closure looks its variables up. 1. Ben, 750 points.}
    ---
    ### **1.** @Ben · **750 points**
    -# 1 of 1 right
    **2.** @Chloe · **0 points**
    -# 0 of 1 right
    ---
    -# 2 players · 1 of 2 questions
    -# It was stopped early.
    [My result:blue] [Show all questions again]
    ────────
    ");
    g.wait_until_skipped(1).await;
    // Boards count the usual points, whatever the quiz's own scoring.
    assert_eq!(g.sum_points().await, 10);
    assert_eq!(g.read_number("select sum(score) from answers").await, 750);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_questions_without_an_answer_end_a_quiz() {
    let g = Greenroom::start().await;
    g.member("Ann").slash("/quiz live count:3").await.unwrap();
    let lobby = g.wait_for_message("#daily", 1).await;
    g.wait_until_lobby_is_known().await;
    press(&g.member("Ben"), &lobby, "Join").await;
    let mut question = g.start_quiz(&lobby).await;
    for _ in 0..2 {
        g.end_window(&question).await;
        question = g.end_pause().await;
    }
    let revealed = g.end_window(&question).await.to_string();
    assert!(
        revealed.contains("three questions in a row had no answer"),
        "{revealed}"
    );
    insta::assert_snapshot!(g.end_pause().await, @"
    ────────
    ### The podium
    Everything
    ---
    Nobody has points this time.
    ---
    -# 1 player · 3 questions
    -# It ended early: three questions in a row had no answer.
    [My result:blue] [Show all questions again]
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_question_is_revealed_in_a_new_message_and_a_deleted_lobby_changes_nothing() {
    let g = Greenroom::start().await;
    let lobby = g.open_lobby("count:2").await;
    press(&g.member("Ben"), &lobby, "Join").await;
    g.sandbox.delete_message(&lobby);
    g.advance(TimeDelta::seconds(60)).await;
    let question = g.wait_for_first_question(1).await;
    press(&g.member("Ben"), &question, "A").await;
    g.sandbox.delete_message(&question);
    g.advance(TimeDelta::seconds(3)).await;
    let reveal = g.wait_for_message("#daily", 1).await;
    assert!(reveal.to_string().contains("1 of 1 found it"), "{reveal}");
    let next = g.end_pause().await;
    assert!(next.to_string().contains("Question 2 of 2"), "{next}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_whose_channel_is_closed_or_gone_is_cancelled_with_the_reason() {
    const SEND_MESSAGES: u64 = 1 << 11;
    let closed = async |channel_is_gone: bool, reason: &'static str| {
        let g = Greenroom::start().await;
        let lobby = g.open_lobby("count:2").await;
        press(&g.member("Ben"), &lobby, "Join").await;
        let question = g.start_quiz(&lobby).await;
        match channel_is_gone {
            true => g.sandbox.delete_channel("#daily"),
            false => g.sandbox.deny(question.channel, SEND_MESSAGES),
        }
        g.advance(TimeDelta::seconds(23)).await;
        g.wait_until_announced(1).await;
        g.advance(TimeDelta::seconds(8)).await;
        g.wait_until_quiz_is("cancelled").await;
        assert_eq!(g.count_rows(reason).await, 1);
        assert_eq!(
            g.count_rows("rounds where state in ('waiting', 'planned')").await,
            0
        );
        g.finish().await;
    };
    tokio::join!(
        closed(
            true,
            "live_quizzes where reason = 'The channel no longer exists.'"
        ),
        closed(
            false,
            "live_quizzes where reason like 'I may not post in the channel.%'"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_pressed_in_time_counts_and_one_after_is_told_so() {
    let g = Greenroom::start().await;
    let lobby = g
        .open_lobby("topics:references-and-aliasing count:1 seconds:10")
        .await;
    for name in ["Ben", "Chloe"] {
        press(&g.member(name), &lobby, "Join").await;
    }
    let question = g.start_quiz(&lobby).await;
    let opened = g.sandbox.now();
    // Pressed in the last moment of the window; heard when it is over, before the reveal.
    g.sandbox.set_time(opened + TimeDelta::milliseconds(9_999));
    insta::assert_snapshot!(press(&g.member("Ben"), &question, "A").await, @"You chose **A**  The list that `a` names has one more item. It counts.");
    g.sandbox.set_time(opened + TimeDelta::milliseconds(10_000));
    insta::assert_snapshot!(press(&g.member("Chloe"), &question, "A").await, @"
    Time was up a moment ago, so this click no longer counts. You had not answered this one, so nothing is counted for or against you.
    The answer is on its way.
    ");
    let revealed = g.reveal_early(&question).await.to_string();
    assert!(revealed.contains("1 of 1 found it"), "{revealed}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_join_and_answer_and_nothing_is_edited_more_often_than_allowed() {
    let g = Greenroom::start().await;
    let lobby = g
        .open_lobby("topics:references-and-aliasing count:1 seconds:60")
        .await;
    let members: Vec<Member> = (0..500)
        .map(|n| g.sandbox.add_member(&format!("Player {n}")).at("#daily"))
        .collect();
    let edits = |message: u64| {
        let path = format!("/messages/{message}");
        let calls = g.sandbox.calls();
        calls
            .iter()
            .filter(|call| call.method == "PATCH" && call.path.ends_with(&path))
            .count()
    };
    for few in members.chunks(50) {
        join_all(few.iter().map(|member| press(member, &lobby, "Join"))).await;
    }
    // The clock stands still, so the list was written once and waits for its two seconds.
    assert!(edits(lobby.id) <= 1);
    g.advance(TimeDelta::seconds(2)).await;
    let ann = g.member("Ann");
    g.wait_until_shown("500 have joined").await;
    let shown = ann.see(&lobby).unwrap().to_string();
    assert!(shown.contains("490 more"), "{shown}");

    let question = g.start_quiz(&lobby).await;
    for few in members.chunks(50) {
        join_all(few.iter().map(|member| press(member, &question, "B"))).await;
    }
    assert!(edits(question.id) <= 1);
    let revealed = g.reveal_early(&question).await.to_string();
    assert!(revealed.contains("Nobody of 500 found it"), "{revealed}");
    assert!(revealed.contains("Nobody has points yet."), "{revealed}");
    assert_eq!(g.count_rows("answers where score = 0").await, 500);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_was_away_too_long_ends_the_quiz_and_one_back_in_time_goes_on() {
    let away = async |minutes: i64, next: &'static str| {
        let mut g = Greenroom::start().await;
        let lobby = g.open_lobby("count:2").await;
        press(&g.member("Ben"), &lobby, "Join").await;
        let question = g.start_quiz(&lobby).await;
        press(&g.member("Chloe"), &question, "A").await;
        g.stop_bot().await;
        g.sandbox.advance(TimeDelta::minutes(minutes));
        g.start_bot().await;
        g.wait_for_reveal(&question).await;
        let after = g.end_pause().await.to_string();
        assert!(after.contains(next), "{after}");
        g.finish().await;
    };
    tokio::join!(
        away(2, "Question 2 of 2"),
        away(15, "I was away for more than ten minutes")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_play_one_quiz_and_every_message_comes_once() {
    let mut g = Greenroom::start().await;
    g.start_bot().await;
    let lobby = g.open_lobby("count:2").await;
    for name in ["Ben", "Chloe"] {
        press(&g.member(name), &lobby, "Join").await;
    }
    let mut question = g.start_quiz(&lobby).await;
    for _ in 0..2 {
        press(&g.member("Ben"), &question, "A").await;
        press(&g.member("Chloe"), &question, "B").await;
        g.reveal_early(&question).await;
        question = g.end_pause().await;
    }
    g.wait_until_quiz_is("finished").await;
    let firsts: Vec<String> = g
        .list_public("#daily")
        .iter()
        .map(|seen| seen.to_string())
        .collect();
    assert_eq!(firsts.len(), 4, "{firsts:#?}");
    g.expect_second_answers();
    g.finish().await;
}

/// The program by the machine's clock, with a lobby Ben has joined, and a Discord that has forgotten nonces after the restart.
async fn kill_after(posts_of: &str, answers_are_lost_from_the_start: bool) -> Greenroom {
    let mut g = Greenroom::in_world(Options {
        nonce_window: TimeDelta::minutes(2),
        ..Options::default()
    })
    .await;
    let program = g.connected_program().await;
    let lose = || {
        g.sandbox
            .faults()
            .always("POST", "/channels/*/messages", Fault::AnswerLost)
    };
    if answers_are_lost_from_the_start {
        lose();
    }
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    ann.slash(&format!("{LIVE} count:1 seconds:10")).await.unwrap();
    let lobby = g.wait_for_message("#daily", 1).await;
    press(&ben, &lobby, "Join").await;
    if !answers_are_lost_from_the_start {
        g.wait_until_lobby_is_known().await;
        press(&ann, &lobby, "Start").await;
        g.wait_patiently("the question", |_| g.list_public("#daily").len() == 2)
            .await;
        press(&ben, &g.list_public("#daily")[1], "A").await;
        g.wait_until_announced(1).await;
        lose();
    }
    let there = |_: &Sandbox| {
        g.list_public("#daily")
            .iter()
            .any(|seen| seen.to_string().contains(posts_of))
    };
    g.wait_patiently(posts_of, there).await;
    g.kill(program).await;
    g.start_after_kill().await;
    g
}

fn count_messages(g: &Greenroom, text: &str) -> usize {
    let all = g.list_public("#daily");
    all.iter().filter(|seen| seen.to_string().contains(text)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_before_it_heard_that_a_message_is_posted_takes_the_one_that_is_there() {
    let lobby = async {
        let g = kill_after("Live quiz:", true).await;
        g.wait_until_quiz_is("running").await;
        g.advance(TimeDelta::seconds(5)).await;
        g.wait_until_posted(1).await;
        assert_eq!(count_messages(&g, "Live quiz:"), 1);
        g.finish().await;
    };
    let podium = async {
        let g = kill_after("### The podium", false).await;
        g.wait_until_quiz_is("finished").await;
        assert_eq!(count_messages(&g, "### The podium"), 1);
        g.finish().await;
    };
    tokio::join!(lobby, podium);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_right_in_a_review_still_gives_its_points_in_a_live_quiz() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    let deck = ben
        .slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    press(&ben, &deck, "B").await;
    // As if it had been a card of the deck.
    g.plant_rows(
        "update rounds set source = 'review'; update answers set source = 'review';
         update quizzes set source = 'review', state = 'finished'",
    )
    .await;
    let lobby = g.open_lobby("topics:late-binding-closures count:1").await;
    press(&ben, &lobby, "Join").await;
    let question = g.start_quiz(&lobby).await;
    press(&ben, &question, "B").await;
    g.end_window(&question).await;
    assert_eq!(
        g.read_number("select points::bigint from answers where source = 'live'")
            .await,
        20
    );
    g.finish().await;
}
