//! A live quiz from the lobby to the podium, and whatever may come in between.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::{Member, Seen};

use crate::harness::{Greenroom, all};

const LIVE: &str = "/quiz live topics:references-and-aliasing, late-binding-closures";

impl Greenroom {
    /// Ann opens a lobby with these options.
    async fn lobby(&self, options: &str) -> Seen {
        let before = self.all_public("#daily").len();
        self.member("Ann")
            .slash(&format!("{LIVE} {options}"))
            .await
            .unwrap();
        let lobby = self.public("#daily", before + 1).await;
        self.until("select count(*) from live_quizzes where message_id is null", 0)
            .await;
        lobby
    }

    /// Ann starts it, and the first question comes.
    async fn first_question(&self, lobby: &Seen) -> Seen {
        let before = self.all_public("#daily").len();
        self.member("Ann").press(lobby, "Start").await.unwrap();
        self.begun().await;
        self.advance(TimeDelta::seconds(5)).await;
        self.question(before + 1).await
    }

    async fn begun(&self) {
        self.until("select count(*) from quizzes where state = 'running'", 1)
            .await;
    }

    /// Waits for the channel's message of that number, and until the bot knows that it is there.
    async fn question(&self, message: usize) -> Seen {
        let question = self.public("#daily", message).await;
        self.until("select count(*) from rounds where state = 'planned'", 0)
            .await;
        question
    }

    /// Lets the window of the open question end, and waits for its reveal.
    async fn live_reveal(&self, question: &Seen) -> Seen {
        self.advance(TimeDelta::seconds(23)).await;
        self.revealed(question).await
    }

    /// The pause after a reveal ends, and the channel has one message more.
    async fn after_the_pause(&self) -> Seen {
        let before = self.all_public("#daily").len();
        self.until(
            "select count(*) from rounds where state = 'revealed' and announced_at is null",
            0,
        )
        .await;
        self.advance(TimeDelta::seconds(8)).await;
        self.question(before + 1).await
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
    let lobby = g.public("#daily", 1).await;
    insta::assert_snapshot!(lobby, @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20, 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    Nobody has joined yet.
    -# It starts <t:1772438460:R>, or when @Ann presses Start.
    [Join:green] [Leave] [Start] [Cancel:red]
    ────────
    ");
    g.until("select count(*) from live_quizzes where message_id is null", 0)
        .await;
    insta::assert_snapshot!(press(&ben, &lobby, "Join").await, @"You are in. The questions come here, in this channel; your first answer to each counts.");
    press(&chloe, &lobby, "Join").await;
    press(&ann, &lobby, "Join").await;
    insta::assert_snapshot!(press(&ann, &lobby, "Leave").await, @"You are out. Join again as long as the lobby is open.");
    insta::assert_snapshot!(press(&ben, &lobby, "Start").await, @"Only the host and managers can do this.");
    g.advance(TimeDelta::seconds(2)).await;
    ann.sees("#daily", |seen| seen.to_string().contains("2 have joined"))
        .await
        .unwrap();

    insta::assert_snapshot!(press(&ann, &lobby, "Start").await, @"Here we go.");
    g.begun().await;
    g.advance(TimeDelta::seconds(5)).await;
    let first = g.question(2).await;
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
    ann.sees("#daily", |seen| seen.to_string().contains("in a moment"))
        .await
        .unwrap();
    insta::assert_snapshot!(ann.see(&lobby).unwrap(), @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20, 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    **2 have joined:** @Ben, @Chloe
    -# It has begun. Whoever answers a question plays from there on.
    [Stop the quiz:red]
    ────────
    ");
    insta::assert_snapshot!(press(&ben, &first, "B").await, @"You chose **B**  Nothing, `b` is a copy. It counts.");
    insta::assert_snapshot!(press(&ben, &first, "A").await, @"Your first answer counts: **B**  Nothing, `b` is a copy.");
    press(&chloe, &first, "A").await;
    // Both have answered, so nobody waits for the rest of the time.
    g.advance(TimeDelta::seconds(3)).await;
    let revealed = g.revealed(&first).await;
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
    [Why] [Follow-ups] [Next]
    ────────
    ");

    let second = g.after_the_pause().await;
    press(&chloe, &second, "A").await;
    // Whoever answers without having joined plays from there on.
    press(&ann, &second, "B").await;
    let revealed = g.live_reveal(&second).await;
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
    [Why] [Follow-ups]
    ────────
    ");
    let podium = g.after_the_pause().await;
    insta::assert_snapshot!(podium, @"
    ────────
    ### The podium
    Names that share an object and When a closure looks its variables up
    ---
    ### **1.** @Ann · **20 points**
    1 of 2 right
    **2.** @Chloe · **10 points**
    -# 1 of 2 right
    **3.** @Ben · **0 points**
    -# 0 of 2 right
    ---
    -# 3 players · 2 questions
    [My result:blue] [Show all questions again]
    ────────
    ");
    g.until("select count(*) from quizzes where state = 'finished'", 1)
        .await;
    insta::assert_snapshot!(press(&ben, &podium, "My result").await, @"
    ### Your result
    Place **3** of 3, with **0 points** and 0 of 2 right.
    1. **Missed** · +0 · 0.0 s · One list, two names
    2. **Not answered** · Multipliers from a comprehension
    ");
    insta::assert_snapshot!(press(&g.member("Dev"), &podium, "My result").await, @"You did not play in this quiz. Show all questions again lets you look at it.");
    let again = g
        .member("Dev")
        .press(&podium, "Show all questions again")
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
    insta::assert_snapshot!(all(&g.all_public("#daily")[..1]), @"
    ────────
    ### Live quiz: Names that share an object and When a closure looks its variables up
    @Ann hosts · 2 questions · 20 s each
    -# A right answer gives 10, 20, 30 points by level. A wrong one costs nothing. Your first answer counts.
    ---
    **3 have joined:** @Ben, @Chloe, @Ann
    -# It is over.
    ────────
    ");
    assert_eq!(g.all_public("#daily").len(), 4);
    g.finish().await;
}
