//! A set on paper: what stands there, and that nothing on it is more than text.

use std::fs;

use super::example;
use crate::bank::Bank;
use crate::bank::sheet::{Sheet, html, markdown};

/// A bank of one question, and a set that asks it.
fn bank(question: &str, name: &str) -> Bank {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("functions")).unwrap();
    fs::write(folder.path().join("functions/multipliers.md"), question).unwrap();
    let sets = format!(
        "[[set]]\nname = {name:?}\nslug = \"loops\"\ndescription = \"About loops.\"\nminutes = 8\n\
         [[set.part]]\ncount = 1\n"
    );
    fs::write(folder.path().join("sets.toml"), sets).unwrap();
    Bank::load(folder.path()).unwrap()
}

#[test]
fn a_sheet_has_the_question_its_answer_what_to_listen_for_and_a_scale() {
    let bank = bank(&example(), "Loops");
    let sheet = Sheet::new(&bank, &bank.sets()[0], 1).unwrap();
    insta::assert_snapshot!(markdown::write_markdown(&sheet), @r"
    # Loops

    About loops.

    *1 question · 8 minutes · sheet 1*

    - Candidate:
    - Interviewer:
    - Date:

    ### How to use this sheet

    1. Ask every candidate these questions, in this order and in these words, with the same follow-ups. The next candidate gets a fresh copy of this same sheet.
    2. Let people think. If somebody is stuck, give one hint, the same to everybody, and note that you gave it.
    3. Write down what was said and done, not what you think of it.
    4. Score each answer before you ask the next question: on every line the step that comes closest. Between two, take the lower.
    5. Nobody has to know the words of a model answer. What counts is what they mean.
    6. Fill in the last page alone, before you talk to the other interviewers.

    ### The questions

    - **1.** Multipliers from a comprehension

    ## 1. Multipliers from a comprehension

    *Medium · When a closure looks its variables up · show the program, not the options*

    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```

    ### What a good answer says

    **Right**

    - `[20, 20, 20]`\
      All three lambdas look up the same `k` when they are called, and by then it is 2.

    Why, not only what.

    **What is behind other answers**

    - `[0, 10, 20]`\
      Each lambda would need its own copy of `k`; a closure keeps the variable, not the value it had.
    - `[0, 0, 0]`\
      The loop does not reset `k`; after the last step it is 2.

    ### What to listen for

    **Strong signals**

    - One sign per item.
    - At least two.

    **Red flags**

    - One sign per item.
    - At least two.

    ### Follow-up: How would you give each lambda its own value?

    A model answer. Code that is run and compared stands in two blocks, program and output:

    ```python run
    table = [lambda n, k=k: n * k for k in range(3)]
    print([f(10) for f in table])
    ```

    ```text output
    [0, 10, 20]
    ```

    ### Score

    |  | 1 | 2 | 3 | 4 |
    |---|---|---|---|---|
    | **Answer** | ☐ Wrong, and stays wrong after the hint.<br>Such as: One mistake per item. | ☐ Right after the hint, or right without a reason.<br>Such as: At least two. | ☐ Right without help, with the reason. | ☐ Right at once. Says which rule is behind it, and where else it applies. |
    | **Depth** | ☐ Red flags dominate.<br>Such as: One sign per item. | ☐ A red flag beside what is right, or no strong signal.<br>Such as: At least two. | ☐ A strong signal, no red flag.<br>Such as: One sign per item. | ☐ Several strong signals, unasked.<br>Such as: At least two. |
    | **Follow-ups** | ☐ Gets nowhere, or contradicts the first answer. | ☐ Part of the model answer, or all of it with help. | ☐ The substance of the model answer. | ☐ And a cost, a limit or an alternative. |

    **Notes: what was said and done**

    >

    ## Summary

    One score for each question, from 1 to 4: the middle of its lines. A half is fine.

    | Question | Score |
    |---|---|
    | 1. Multipliers from a comprehension |  |

    ### Recommendation

    - [ ] No
    - [ ] Rather not
    - [ ] Rather yes
    - [ ] Yes

    **The evidence that decided it**

    >

    **What is still open, for whoever talks to them next**

    >

    ---

    Loops · sheet 1 · holds the answers: not for the candidate
    ");
}

#[test]
fn the_same_seed_gives_the_same_sheet_and_another_gives_another() {
    let bank = Bank::builtin();
    let set = bank.set("warm-up").unwrap();
    let sheet = |seed| html::write_html(&Sheet::new(&bank, set, seed).unwrap());
    assert_eq!(sheet(1), sheet(1));
    assert_ne!(sheet(1), sheet(2));
}

#[test]
fn a_printed_sheet_needs_nothing_from_elsewhere() {
    let bank = Bank::builtin();
    for set in bank.sets() {
        let sheet = Sheet::new(&bank, set, 7).unwrap();
        let page = html::write_html(&sheet);
        for tag in [
            "<script", "<img", "<link", "<iframe", "<a ", "src=", "href=", "url(", "@import",
        ] {
            assert!(!page.contains(tag), "{tag} in the sheet of {}", set.name);
        }
        for question in bank.fill(&set.parts, 7).questions {
            let title = &bank.questions()[question].title;
            assert!(
                markdown::write_markdown(&sheet).contains(title.as_str()),
                "{title}"
            );
        }
        assert_eq!(page.matches("class=\"question\"").count(), sheet.questions.len());
    }
}

#[test]
fn marks_of_other_languages_are_text() {
    // A pipe ends a cell of a table, a quote or an angle bracket the style sheet.
    let mistakes = "- Confusing `a | b` with `a or b`.\n- Comparing with `<script>` & \"quotes\".\n";
    let (before, after) = example()
        .split_once("## Common mistakes\n\n")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let rest = &after[after.find("\n## ").unwrap()..];
    let bank = bank(
        &format!("{before}## Common mistakes\n\n{mistakes}{rest}"),
        "A \\ \"}</style><b>",
    );
    let sheet = Sheet::new(&bank, &bank.sets()[0], 1).unwrap();
    let page = html::write_html(&sheet);
    assert!(
        page.contains("<title>A \\ \"}&lt;/style&gt;&lt;b&gt;: interview sheet</title>"),
        "{page}"
    );
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(
        page.contains("content: \"A \\5c  \\22 \\7d \\3c \\2f style\\3e \\3c b\\3e  \\b7  sheet 1"),
        "{page}"
    );
    assert!(
        page.contains("Comparing with <code>&lt;script&gt;</code> &amp; \"quotes\"."),
        "{page}"
    );
    assert!(page.contains("<h2>1. Multipliers"), "{page}");
    let row = "Such as: Confusing `a \\| b` with `a or b`.";
    assert!(markdown::write_markdown(&sheet).contains(row));
}
