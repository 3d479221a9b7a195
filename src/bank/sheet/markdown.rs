//! The sheet as Markdown: to read on a screen, to edit, to fill in with a keyboard.

use std::fmt::Write as _;

use super::{Anchor, Block, Criterion, Sheet};
use crate::bank::export::markdown::write_item;
use crate::bank::markdown::{escape_markdown, with_hard_breaks};

/// The whole sheet.
#[must_use]
pub fn write_markdown(sheet: &Sheet) -> String {
    let mut out = String::new();
    for block in sheet.blocks() {
        write_apart(block, &mut out);
    }
    let _ = writeln!(out, "\n---\n\n{}", escape_markdown(&sheet.footer));
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
            let _ = writeln!(out, "*{}*", escape_markdown(text));
        }
        Block::Text(text) | Block::Aside(text) => {
            let _ = writeln!(out, "{}", with_hard_breaks(text));
        }
        Block::Items(title, items) => write_list(*title, items, out),
        Block::Columns(columns) => {
            for (at, (title, items)) in columns.iter().enumerate() {
                out.push_str(if at > 0 { "\n" } else { "" });
                write_list(Some(title), items, out);
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
            write_header("", &["1", "2", "3", "4"], out);
            for Criterion { name, anchors } in criteria {
                write_row(&format!("**{name}**"), anchors.iter().map(anchor_text), out);
            }
        }
        Block::Rubric(anchors, criteria) => {
            let numbered: Vec<String> = (1..)
                .zip(anchors)
                .map(|(step, says)| format!("{step}: {says}"))
                .collect();
            write_header("", &numbered, out);
            for criterion in criteria {
                write_row(&cell_text(criterion), ["☐"; 4].map(str::to_owned), out);
            }
        }
        Block::Notes(title, _) => {
            let _ = writeln!(out, "**{title}**\n\n>");
        }
        Block::Summary(titles) => {
            write_header("Question", &["Score"], out);
            for (title, number) in titles.iter().zip(1..) {
                write_row(&format!("{number}. {}", cell_text(title)), [String::new()], out);
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

fn write_list(title: Option<&str>, items: &[String], out: &mut String) {
    if let Some(title) = title {
        let _ = writeln!(out, "**{title}**\n");
    }
    for text in items {
        write_item("- ", &with_hard_breaks(text), out);
    }
}

fn anchor_text(anchor: &Anchor) -> String {
    let example = anchor
        .example
        .iter()
        .map(|example| format!("<br>Such as: {}", cell_text(example)));
    format!("☐ {}{}", anchor.says, example.collect::<String>())
}

fn write_header(first: &str, names: &[impl AsRef<str>], out: &mut String) {
    write_row(first, names.iter().map(|name| name.as_ref().to_owned()), out);
    let _ = writeln!(out, "|---|{}", "---|".repeat(names.len()));
}

fn write_row(first: &str, cells: impl IntoIterator<Item = String>, out: &mut String) {
    let cells: Vec<String> = cells.into_iter().collect();
    let _ = writeln!(out, "| {first} | {} |", cells.join(" | "));
}

/// Markdown that stays in its cell: a table knows bars and line ends before it knows code.
fn cell_text(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
