//! One row per question, one column per part; lists have one item per line of their cell, with further lines of
//! an item indented by two spaces.

use std::io::Write;

use super::markdown::{kind_word, level_word};
use crate::bank::columns::{COLUMNS, FOLLOW_UPS, OPTIONS};
use crate::rules::question::{PythonVersion, Question};

/// Writes the questions with a header.
pub fn write_csv(questions: &[Question], out: &mut dyn Write) -> csv::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(COLUMNS)?;
    for question in questions {
        rows.write_record(question_row(question))?;
    }
    rows.flush()?;
    Ok(())
}

/// The cells in the order of the columns.
fn question_row(question: &Question) -> Vec<String> {
    let python = question
        .python
        .map(|PythonVersion(major, minor)| format!("{major}.{minor}"));
    let right = question
        .options
        .iter()
        .zip('A'..)
        .filter(|(option, _)| option.right)
        .map(|(_, letter)| letter);
    let mut cells = vec![
        question.slug.clone(),
        question.topic.clone(),
        level_word(question.level).to_owned(),
        kind_word(question.kind).to_owned(),
        python.unwrap_or_default(),
        question.tags.join("\n"),
        question.references.join("\n"),
        question.title.clone(),
        question.prompt.clone(),
        right.collect(),
    ];
    for at in 0..OPTIONS {
        let option = question.options.get(at);
        cells.push(option.map(|option| option.text.clone()).unwrap_or_default());
        cells.push(option.map(|option| option.rationale.clone()).unwrap_or_default());
    }
    cells.extend([question.explanation.clone(), question.in_practice.clone()]);
    let lists = [
        &question.common_mistakes,
        &question.strong_signals,
        &question.red_flags,
        &question.rubric,
    ];
    cells.extend(lists.map(|items| join_items(items)));
    cells.push(question.model_answer.clone());
    for at in 0..FOLLOW_UPS {
        let follow_up = question.follow_ups.get(at);
        cells.push(
            follow_up
                .map(|follow_up| follow_up.title.clone())
                .unwrap_or_default(),
        );
        cells.push(
            follow_up
                .map(|follow_up| follow_up.answer.clone())
                .unwrap_or_default(),
        );
    }
    cells
}

/// One item per line; further lines of an item are indented.
fn join_items(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| item.replace('\n', "\n  ")).collect();
    items.join("\n")
}
