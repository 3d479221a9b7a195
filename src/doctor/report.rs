//! The table: a line for each thing that was tried, written as soon as it is known.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::ProgressBar;

/// Columns of a line: the thing, its state, and the text, which is wrapped.
const THING: usize = 13;
const STATE: usize = 10;
const TEXT: usize = 92;

/// How it stands with a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing to do.
    Right,
    /// The first `greenroom run`, or a later step of the set-up, does it.
    NotYet,
    /// A person has to mend it.
    Wrong,
    /// Something it needs is wrong or not there yet.
    NotTried,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::NotYet => "not yet",
            Self::Wrong => "WRONG",
            Self::NotTried => "not tried",
        }
    }
}

/// What is said about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    thing: &'static str,
    state: State,
    says: String,
    remedy: Option<String>,
}

impl Line {
    /// Nothing to do about it.
    pub fn right(thing: &'static str, says: impl Into<String>) -> Self {
        Self::new(thing, State::Right, says, None)
    }

    /// It comes by itself, or with a step that is still to be taken.
    pub fn not_yet(thing: &'static str, says: impl Into<String>) -> Self {
        Self::new(thing, State::NotYet, says, None)
    }

    /// A person has to mend it, as `remedy` says.
    pub fn wrong(thing: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(thing, State::Wrong, says, Some(remedy.into()))
    }

    /// The same where what is wrong already says what to do.
    pub fn wrong_as_said(thing: &'static str, says: impl Into<String>) -> Self {
        Self::new(thing, State::Wrong, says, None)
    }

    /// It could not be looked at without `needs`.
    pub fn not_tried(thing: &'static str, needs: &str) -> Self {
        Self::new(thing, State::NotTried, format!("needs {needs}"), None)
    }

    fn new(thing: &'static str, state: State, says: impl Into<String>, remedy: Option<String>) -> Self {
        Self {
            thing,
            state,
            says: says.into(),
            remedy,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says = wrap(&self.says);
        let remedy = self.remedy.iter().flat_map(|remedy| wrap(&format!("→ {remedy}")));
        let mut head = (self.thing, self.state.as_str());
        for text in says.into_iter().chain(remedy) {
            let (thing, state) = std::mem::take(&mut head);
            let line = format!("{thing:THING$} {state:STATE$} {text}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Lines of at most [`TEXT`] letters, broken between words; a longer word, such as an address, stays whole.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + length <= TEXT => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes lines as they come; on a terminal it shows meanwhile what is being tried.
pub struct Sheet<W> {
    out: W,
    spinner: ProgressBar,
    wrong: usize,
}

impl<W: Write> Sheet<W> {
    /// An empty table.
    pub fn new(out: W) -> Self {
        // It draws on stderr and hides itself where that is no terminal.
        let spinner = ProgressBar::new_spinner();
        spinner.enable_steady_tick(Duration::from_millis(120));
        Self {
            out,
            spinner,
            wrong: 0,
        }
    }

    /// Shows what is tried now.
    pub fn begin(&self, thing: &str) {
        self.spinner.set_message(format!("{thing} …"));
    }

    /// Adds a line.
    pub fn add(&mut self, line: &Line) -> io::Result<()> {
        self.wrong += usize::from(line.state == State::Wrong);
        let out = &mut self.out;
        self.spinner.suspend(|| write!(out, "{line}"))
    }

    /// Adds several lines.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn add_all(&mut self, lines: &[Line]) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.add(line))
    }

    /// Writes how it stands with all; true if nothing is wrong.
    pub fn finish(mut self) -> io::Result<bool> {
        self.spinner.finish_and_clear();
        match self.wrong {
            0 => writeln!(self.out, "\nNothing is wrong.")?,
            1 => writeln!(self.out, "\nOne thing is wrong; its line says what to do.")?,
            many => writeln!(self.out, "\n{many} things are wrong; their lines say what to do.")?,
        }
        self.out.flush()?;
        Ok(self.wrong == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_wrapped_under_itself() {
        let line = Line::wrong("database", "word ".repeat(20), "Do this.");
        insta::assert_snapshot!(line.to_string(), @"
        database      WRONG      word word word word word word word word word word word word word word word word word word
                                 word word
                                 → Do this.
        ");
    }
}
