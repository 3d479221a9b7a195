//! The characters of a GIFT file: which belong together, which are marks, where each stands.

use std::ops::Range;
use std::rc::Rc;

/// A question with the lines that concern it.
#[derive(Debug)]
pub struct Block {
    /// Its text without comments.
    pub text: Text,
    /// Its place in the file.
    pub span: Range<usize>,
    /// The category it stands in, and where that was named.
    pub category: Option<(Rc<str>, Range<usize>)>,
    /// `[id:…]` of a comment.
    pub id: Option<String>,
    /// `[tag:…]` of comments.
    pub tags: Vec<String>,
}

/// A text in which marks and what is only written like them are told apart.
#[derive(Clone, Debug, Default)]
pub struct Text(Vec<Letter>);

#[derive(Clone, Copy, Debug)]
struct Letter {
    c: char,
    escaped: bool,
    at: usize,
}

/// What means something to GIFT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `::`
    Title,
    /// `####`
    GeneralFeedback,
    /// `#`
    Feedback,
    /// `->`
    Arrow,
    /// `=` or `~`
    Answer,
}

/// So much of the end of a category is read. A topic is named in its last words, and no path to one is half as long.
const LONGEST_CATEGORY: usize = 300;

/// Splits a file at empty lines; comments and categories are taken out.
pub fn split_blocks(source: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut category = None;
    let mut open: Option<Block> = None;
    let (mut id, mut tags) = (None, Vec::new());
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim();
        if words.is_empty() {
            blocks.extend(open.take());
        } else if words.starts_with("//") {
            id = read_bracketed(words, "[id:").into_iter().next().or(id);
            tags.extend(read_bracketed(words, "[tag:"));
        } else if let Some(path) = words.strip_prefix("$CATEGORY:").filter(|_| open.is_none()) {
            let path = path.trim();
            let beyond = path.chars().count().saturating_sub(LONGEST_CATEGORY);
            let path: String = path.chars().skip(beyond).collect();
            category = Some((path.into(), start..start + line.trim_end().len()));
        } else {
            let block = open.get_or_insert_with(|| Block {
                text: Text::default(),
                span: start..start,
                category: category.clone(),
                id: id.take(),
                tags: std::mem::take(&mut tags),
            });
            block.text.add_line(line, start);
            block.span.end = start + line.trim_end().len();
        }
    }
    blocks.extend(open);
    blocks
}

/// What stands between `open` and the next `]` that is not escaped.
fn read_bracketed(line: &str, open: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in line.split(open).skip(1) {
        let mut text = String::new();
        let mut chars = part.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => text.extend(chars.next()),
                ']' => break,
                _ => text.push(c),
            }
        }
        found.push(text.trim().to_owned());
    }
    found
}

impl Text {
    fn add_line(&mut self, line: &str, start: usize) {
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let letter = match (c, next) {
                ('\\', Some('n')) => Letter {
                    c: '\n',
                    escaped: true,
                    at: start + at,
                },
                ('\\', Some(next @ ('\\' | '~' | '=' | '#' | '{' | '}' | ':'))) => Letter {
                    c: next,
                    escaped: true,
                    at: start + at,
                },
                _ => Letter {
                    c,
                    escaped: false,
                    at: start + at,
                },
            };
            if letter.escaped {
                chars.next();
            }
            self.0.push(letter);
        }
    }

    /// How many characters it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The characters from one position to another.
    pub fn slice(&self, from: usize, to: usize) -> Self {
        Self(self.0[from.min(to)..to].to_vec())
    }

    /// The text without unescaped white space around it.
    pub fn trimmed(&self) -> Self {
        let is_space = |letter: &Letter| !letter.escaped && letter.c.is_whitespace();
        let from = self.0.iter().take_while(|letter| is_space(letter)).count();
        let tail = self.0[from..]
            .iter()
            .rev()
            .take_while(|letter| is_space(letter))
            .count();
        self.slice(from, self.len() - tail)
    }

    /// What is written, without the escapes.
    pub fn plain(&self) -> String {
        self.0.iter().map(|letter| letter.c).collect()
    }

    /// Where the character at that position stands in the file.
    pub fn place(&self, position: usize) -> Range<usize> {
        let letter = self.0.get(position).or(self.0.last());
        letter.map_or(0..0, |letter| {
            letter.at..letter.at + if letter.escaped { 1 } else { letter.c.len_utf8() }
        })
    }

    /// The position of the first such mark from a position on.
    pub fn find(&self, mark: Mark, from: usize) -> Option<usize> {
        (from..self.len()).find(|at| self.is_mark(mark, *at))
    }

    /// Takes `::title::` off the beginning.
    pub fn title(&self) -> (Option<Self>, Self) {
        let text = self.trimmed();
        let end = text
            .is_mark(Mark::Title, 0)
            .then(|| text.find(Mark::Title, 2))
            .flatten();
        match end {
            Some(end) => (Some(text.slice(2, end)), text.slice(end + 2, text.len())),
            None => (None, text),
        }
    }

    /// What stands before the first such mark, and behind it.
    pub fn split_at_mark(&self, mark: Mark) -> (Self, Option<Self>) {
        match self.find(mark, 0) {
            Some(at) => (
                self.slice(0, at),
                Some(self.slice(at + mark.written().len(), self.len())),
            ),
            None => (self.clone(), None),
        }
    }

    fn is_mark(&self, mark: Mark, at: usize) -> bool {
        let is = |at: usize, c: char| {
            self.0
                .get(at)
                .is_some_and(|letter| !letter.escaped && letter.c == c)
        };
        match mark {
            Mark::Answer => is(at, '=') || is(at, '~'),
            _ => mark
                .written()
                .chars()
                .enumerate()
                .all(|(offset, c)| is(at + offset, c)),
        }
    }
}

impl Mark {
    fn written(self) -> &'static str {
        match self {
            Self::Open => "{",
            Self::Close => "}",
            Self::Title => "::",
            Self::GeneralFeedback => "####",
            Self::Feedback => "#",
            Self::Arrow => "->",
            Self::Answer => "=",
        }
    }
}
