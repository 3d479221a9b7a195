//! One question on the sheet.

use pulldown_cmark::{Event, Parser};

use super::{Block, criteria};
use crate::bank::filter;
use crate::bank::syllabus::Syllabus;
use crate::rules::question::{AnswerOption, Kind, Level, PythonVersion, Question};
use crate::rules::scoring::option_letter;

/// Lines for notes on a question.
const NOTES: u8 = 4;

/// Everything about one question.
pub fn question_blocks(question: &Question, number: u8, syllabus: &Syllabus) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(2, format!("{number}. {}", question.title)),
        Block::Facts(question_facts(question, syllabus)),
        Block::Text(question.prompt.clone()),
    ];
    match question.kind {
        Kind::Open => {
            blocks.push(Block::Heading(3, "What a good answer says".to_owned()));
            blocks.push(Block::Text(question.model_answer.clone()));
        }
        Kind::Single | Kind::Multiple | Kind::Output => write_closed(question, &mut blocks),
    }
    blocks.push(Block::Heading(3, "What to listen for".to_owned()));
    let mut columns = vec![
        ("Strong signals", question.strong_signals.clone()),
        ("Red flags", question.red_flags.clone()),
    ];
    // Of the other kinds they stand in the scale.
    if question.kind == Kind::Open {
        columns.push(("Common mistakes", question.common_mistakes.clone()));
    }
    blocks.push(Block::Columns(columns));
    for follow_up in &question.follow_ups {
        blocks.push(Block::Heading(3, format!("Follow-up: {}", follow_up.title)));
        blocks.push(Block::Aside(follow_up.answer.clone()));
    }
    let mut score = vec![Block::Heading(3, "Score".to_owned())];
    score.extend(criteria::criteria_blocks(question));
    score.push(Block::Notes("Notes: what was said and done", NOTES));
    blocks.push(Block::Group(score));
    blocks
}

fn question_facts(question: &Question, syllabus: &Syllabus) -> String {
    let level = match question.level {
        Level::Easy => "Easy",
        Level::Medium => "Medium",
        Level::Hard => "Hard",
    };
    let mut facts = vec![level.to_owned(), filter::topic_title(syllabus, &question.topic)];
    if let Some(PythonVersion(major, minor)) =
        question.python.filter(|version| *version > PythonVersion(3, 8))
    {
        facts.push(format!("from Python {major}.{minor} on"));
    }
    facts.push(match question.kind {
        Kind::Single => "read the options out or show them".to_owned(),
        Kind::Multiple => "any number of options may be right; read them out or show them".to_owned(),
        Kind::Output => "show the program, not the options".to_owned(),
        Kind::Open => "no options; let them talk".to_owned(),
    });
    facts.join(" · ")
}

/// The options to read out, the key and what is behind the other answers.
fn write_closed(question: &Question, blocks: &mut Vec<Block>) {
    let lettered: Vec<(char, &AnswerOption)> = question
        .options
        .iter()
        .enumerate()
        .map(|(at, option)| (option_letter(at), option))
        .collect();
    let told = |(letter, option): &(char, &AnswerOption)| format!("**{letter}** {}", option.text);
    if question.kind != Kind::Output {
        blocks.push(Block::Items(None, lettered.iter().map(told).collect()));
    }
    blocks.push(Block::Heading(3, "What a good answer says".to_owned()));
    // The options stand above, unless they are not shown to anybody.
    let explained = |(letter, option): &(char, &AnswerOption)| match question.kind {
        Kind::Output => format!("{}\n{}", option.text, option.rationale),
        Kind::Single | Kind::Multiple | Kind::Open => format!("**{letter}** {}", option.rationale),
    };
    let of = |right: bool| -> Vec<String> {
        let some = lettered.iter().filter(|(_, option)| option.right == right);
        some.map(explained).collect()
    };
    blocks.push(Block::Items(Some("Right"), of(true)));
    blocks.push(Block::Text(first_paragraph(&question.explanation)));
    let wrong = of(false);
    if !wrong.is_empty() {
        blocks.push(Block::Items(Some("What is behind other answers"), wrong));
    }
}

/// The first paragraph, and the program or list that it announces.
fn first_paragraph(explanation: &str) -> String {
    let mut depth = 0;
    let mut ends = Vec::new();
    for (event, place) in Parser::new(explanation).into_offset_iter() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    ends.push(place.end);
                }
            }
            _ => {}
        }
    }
    let upto = |block: usize| explanation[..ends.get(block).copied().unwrap_or(explanation.len())].trim_end();
    let first = upto(0);
    if first.ends_with(':') { upto(1) } else { first }.to_owned()
}
