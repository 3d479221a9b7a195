//! `greenroom bank preview`: a question on the terminal as an author reads it, before and after the reveal.

use std::io::{self, Write};

use super::export::markdown::{kind_word, level_word};
use crate::rules::question::{PythonVersion, Question};
use crate::rules::scoring::option_letter;

/// Writes everything members get to see, in the order in which they see it.
pub fn write_preview(question: &Question, out: &mut dyn Write) -> io::Result<()> {
    let Question {
        title,
        topic,
        level,
        kind,
        prompt,
        ..
    } = question;
    writeln!(
        out,
        "{title}\n{topic} · {} · {}",
        level_word(*level),
        kind_word(*kind)
    )?;
    if let Some(PythonVersion(major, minor)) = question.python {
        writeln!(out, "from CPython {major}.{minor} on")?;
    }
    writeln!(out, "\n{prompt}\n")?;
    for (at, option) in question.options.iter().enumerate() {
        writeln!(out, "  {}  {}", option_letter(at), shift_lines(&option.text))?;
    }
    writeln!(out, "\n──── after the reveal ────\n")?;
    for (at, option) in question.options.iter().enumerate() {
        let mark = if option.right { '✓' } else { '·' };
        writeln!(
            out,
            "{}",
            format!("{mark} {}  {}", option_letter(at), shift_lines(&option.rationale)).trim_end()
        )?;
    }
    write_text("", &question.model_answer, out)?;
    write_list("Rubric", &question.rubric, out)?;
    write_text("Explanation", &question.explanation, out)?;
    write_text("In practice", &question.in_practice, out)?;
    write_list("Common mistakes", &question.common_mistakes, out)?;
    write_list("Strong signals", &question.strong_signals, out)?;
    write_list("Red flags", &question.red_flags, out)?;
    for follow_up in &question.follow_ups {
        write_text(&format!("Follow-up: {}", follow_up.title), &follow_up.answer, out)?;
    }
    write_list("References", &question.references, out)
}

fn write_text(heading: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    match (heading, text) {
        (_, "") => Ok(()),
        ("", text) => writeln!(out, "{text}"),
        (heading, text) => writeln!(out, "\n{heading}\n\n{text}"),
    }
}

fn write_list(heading: &str, items: &[String], out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}\n")?;
    for item in items {
        writeln!(out, "  - {}", item.replace('\n', "\n    "))?;
    }
    Ok(())
}

/// Further lines stand below the first, not below the letter.
fn shift_lines(text: &str) -> String {
    text.replace('\n', "\n     ")
}
