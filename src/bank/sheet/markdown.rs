//! The sheet as Markdown: to read on a screen, to edit, to fill in with a keyboard.

use super::{Anchor, Block, Criterion, Sheet};
use crate::bank::export::markdown::item;
use crate::bank::markdown::{escaped, with_hard_breaks};
use std::fmt::Write as _;

/// The whole sheet.
#[must_use]
pub fn write(sheet: &Sheet) -> String {
    let mut out = String::new();
    for block in sheet.blocks() {
        write_apart(block, &mut out);
    }
    let _ = writeln!(out, "\n---\n\n{}", escaped(&sheet.footer));
    out
}

/// The block after an empty line.
fn write_apart(block: &Block, out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    write_block(block, out);
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading(level, text) => {
            let _ = writeln!(out, "{} {text}", "#".repeat(usize::from(*level)));
        }
        Block::Facts(text) => {
            let _ = writeln!(out, "*{}*", escaped(text));
        }
        Block::Text(text) | Block::Aside(text) => {
            let _ = writeln!(out, "{}", with_hard_breaks(text));
        }
        Block::Items(title, items) => list(*title, items, out),
        Block::Columns(columns) => {
            for (at, (title, items)) in columns.iter().enumerate() {
                out.push_str(if at > 0 { "\n" } else { "" });
                list(Some(title), items, out);
            }
        }
        Block::Steps(steps) => {
            for (step, number) in steps.iter().zip(1..) {
                let _ = writeln!(out, "{number}. {step}");
            }
        }
        Block::Fields(names) => {
            for name in *names {
                let _ = writeln!(out, "- {name}:");
            }
        }
        Block::Scale(criteria) => {
            header("", &["1", "2", "3", "4"], out);
            for Criterion { name, anchors } in criteria {
                row(&format!("**{name}**"), anchors.iter().map(anchor), out);
            }
        }
        Block::Rubric(anchors, criteria) => {
            let numbered: Vec<String> = (1..)
                .zip(anchors)
                .map(|(step, says)| format!("{step}: {says}"))
                .collect();
            header("", &numbered, out);
            for criterion in criteria {
                row(&cell(criterion), ["☐"; 4].map(str::to_owned), out);
            }
        }
        Block::Notes(title, _) => {
            let _ = writeln!(out, "**{title}**\n\n>");
        }
        Block::Summary(titles) => {
            header("Question", &["Score"], out);
            for (title, number) in titles.iter().zip(1..) {
                row(&format!("{number}. {}", cell(title)), [String::new()], out);
            }
        }
        Block::Group(blocks) => blocks.iter().for_each(|block| write_apart(block, out)),
        Block::Choice(names) => {
            for name in *names {
                let _ = writeln!(out, "- [ ] {name}");
            }
        }
    }
}

fn list(title: Option<&str>, items: &[String], out: &mut String) {
    if let Some(title) = title {
        let _ = writeln!(out, "**{title}**\n");
    }
    for text in items {
        item("- ", &with_hard_breaks(text), out);
    }
}

fn anchor(anchor: &Anchor) -> String {
    let example = anchor
        .example
        .iter()
        .map(|example| format!("<br>Such as: {}", cell(example)));
    format!("☐ {}{}", anchor.says, example.collect::<String>())
}

fn header(first: &str, names: &[impl AsRef<str>], out: &mut String) {
    row(first, names.iter().map(|name| name.as_ref().to_owned()), out);
    let _ = writeln!(out, "|---|{}", "---|".repeat(names.len()));
}

fn row(first: &str, cells: impl IntoIterator<Item = String>, out: &mut String) {
    let cells: Vec<String> = cells.into_iter().collect();
    let _ = writeln!(out, "| {first} | {} |", cells.join(" | "));
}

/// Markdown that stays in its cell: a table knows bars and line ends before it knows code.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
