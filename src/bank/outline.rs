//! The Markdown of a question file as blocks with their places in the file.
//!
//! It knows Markdown and what Discord shows of it, but nothing of questions.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::problem::Findings;

/// The blocks of a document, in order.
#[derive(Debug, Default)]
pub struct Outline {
    /// Blocks that stand in no other block.
    pub blocks: Vec<Block>,
    /// Every fenced block, however deep.
    pub codes: Vec<Code>,
    /// Every code span.
    pub spans: Vec<(Range<usize>, String)>,
    /// A fence was not closed, so what follows it was taken for code.
    pub unclosed: bool,
    /// Line breaks inside paragraphs: where the next word begins, and what stands between.
    breaks: BTreeMap<usize, (usize, &'static str)>,
}

/// A block that stands in no other block.
#[derive(Debug)]
pub struct Block {
    /// Its place in the file.
    pub span: Range<usize>,
    /// What it is.
    pub kind: BlockKind,
}

/// What a block is.
#[derive(Debug)]
pub enum BlockKind {
    /// A heading of level 1 to 6 with its text.
    Heading(u8, String),
    /// A list with its items.
    List(Vec<Item>),
    /// Anything else: paragraphs, code, quotes.
    Other,
}

/// An item of a list.
#[derive(Debug)]
pub struct Item {
    /// Its place, bullet included.
    pub span: Range<usize>,
    /// The task box: whether it is ticked.
    pub task: Option<bool>,
    /// Where its text begins.
    pub text: usize,
}

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its place, fences included.
    pub span: Range<usize>,
    /// What stands behind the opening fence.
    pub info: String,
    /// What stands between the fences.
    pub text: String,
}

/// Reads the Markdown from byte `start` of the file on, and records what Discord would not show.
pub fn read_outline(start: usize, found: &mut Findings<'_>) -> Outline {
    let body = &found.source()[start..];
    let options = Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES;
    let mut reader = Reader {
        outline: Outline::default(),
        depth: 0,
        pending: None,
        found,
    };
    for (event, span) in Parser::new_ext(body, options).into_offset_iter() {
        reader.event(event, span.start + start..span.end + start);
    }
    reader.outline
}

impl Outline {
    /// The Markdown between two places as Discord should get it: lines of a paragraph joined (Discord breaks where the
    /// source breaks), and `indent` columns of indentation taken off every further line.
    pub fn text(&self, source: &str, span: Range<usize>, indent: usize) -> String {
        let mut text = String::with_capacity(span.len());
        let mut at = span.start;
        while at < span.end {
            if let Some(&(end, with)) = self.breaks.get(&at) {
                text.push_str(with);
                at = end;
                continue;
            }
            let Some(next) = source[at..span.end].chars().next() else {
                break;
            };
            text.push(next);
            at += next.len_utf8();
            if next == '\n' {
                let line = &source[at..span.end];
                at += line.bytes().take(indent).take_while(|&byte| byte == b' ').count();
            }
        }
        text.trim_matches('\n').trim_end().to_owned()
    }
}

/// What is open while the events go by.
struct Reader<'a, 's> {
    outline: Outline,
    depth: usize,
    /// A line break whose replaced place ends where the next event begins.
    pending: Option<(usize, &'static str)>,
    found: &'a mut Findings<'s>,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        if let Some((start, with)) = self.pending.take() {
            self.outline
                .breaks
                .insert(start, (span.start.max(start + 1), with));
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, span),
            Event::Code(text) => self.code_span(span, &text),
            Event::SoftBreak => self.pending = Some((span.start, " ")),
            Event::HardBreak => self.pending = Some((span.start, "\n")),
            Event::TaskListMarker(ticked) => self.task(ticked, span),
            Event::Html(_) | Event::InlineHtml(_) => self.not_shown(span, "HTML"),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match &tag {
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => self.fence(info, span.clone()),
            Tag::CodeBlock(CodeBlockKind::Indented) => {
                let problem = self
                    .found
                    .error(span.clone(), "code by indentation is not shown as code");
                problem.help("put it between lines of three backticks, or indent it less");
            }
            Tag::Table(_) => self.not_shown(span.clone(), "a table"),
            Tag::Image { .. } => self.not_shown(span.clone(), "an image"),
            Tag::Link {
                link_type: LinkType::Inline | LinkType::Autolink | LinkType::Email,
                ..
            } => {}
            Tag::Link { .. } => self.not_shown(span.clone(), "a reference link"),
            Tag::Item => self.item(span.clone()),
            _ => {}
        }
        let is_block = !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }
        );
        if self.depth == 0 && is_block {
            let kind = match tag {
                Tag::Heading { level, .. } => BlockKind::Heading(
                    level_number(level),
                    heading_text(&self.found.source()[span.clone()]),
                ),
                Tag::List(_) => BlockKind::List(Vec::new()),
                _ => BlockKind::Other,
            };
            self.outline.blocks.push(Block { span, kind });
        }
        self.depth += 1;
    }

    fn end(&mut self, _tag: TagEnd) {
        self.depth -= 1;
    }

    fn item(&mut self, span: Range<usize>) {
        // Only the items of a list that stands in nothing else: depth 1 is inside that list.
        if self.depth != 1 {
            return;
        }
        let source = &self.found.source()[span.clone()];
        let bullet = source.find(' ').map_or(source.len(), |space| space + 1);
        let text = span.start + bullet;
        if let Some(Block {
            kind: BlockKind::List(items),
            ..
        }) = self.outline.blocks.last_mut()
        {
            items.push(Item {
                span,
                task: None,
                text,
            });
        }
    }

    fn task(&mut self, ticked: bool, span: Range<usize>) {
        if let Some(Block {
            kind: BlockKind::List(items),
            ..
        }) = self.outline.blocks.last_mut()
            && let Some(item) = items.last_mut()
            && item.task.is_none()
        {
            item.task = Some(ticked);
            item.text = (span.end + 1).min(item.span.end);
        }
    }

    fn fence(&mut self, info: &str, span: Range<usize>) {
        let block = &self.found.source()[span.clone()];
        let mark = block.chars().next().unwrap_or('`');
        let width = block.chars().take_while(|&c| c == mark).count();
        let is_fence = |line: &str| line.trim_start().chars().take_while(|&c| c == mark).count() >= width;
        let mut lines = block.lines();
        lines.next();
        let closed = lines
            .next_back()
            .is_some_and(|line| is_fence(line) && line.trim().chars().all(|c| c == mark));
        let first_line = span.start..span.start + block.lines().next().map_or(0, str::len);
        if !closed {
            self.outline.unclosed = true;
            self.found
                .error(first_line, "this fence is not closed")
                .help("end the block with a line of backticks as long as this one");
        } else if lines.any(is_fence) {
            self.outline.unclosed = true;
            self.found
                .error(first_line, "another fence opens inside this block")
                .help("close this one first");
        }
        let code = Code {
            span,
            info: info.trim().to_owned(),
            text: String::new(),
        };
        self.outline.codes.push(code);
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        if let Some(code) = self.outline.codes.last_mut()
            && code.span.contains(&span.start)
        {
            code.text.push_str(text);
            return;
        }
        let written = &self.found.source()[span.clone()];
        if written.starts_with('&') && written != text {
            let problem = self
                .found
                .error(span, format!("Discord shows `{written}` as it stands"));
            problem.help(format!("write `{text}`"));
        }
    }

    fn code_span(&mut self, span: Range<usize>, text: &str) {
        let written = &self.found.source()[span.clone()];
        for (at, _) in written.match_indices('\n') {
            let rest = &written[at..];
            let gap = rest.len() - rest.trim_start().len();
            self.outline
                .breaks
                .insert(span.start + at, (span.start + at + gap, " "));
        }
        self.outline.spans.push((span, text.to_owned()));
    }

    fn not_shown(&mut self, span: Range<usize>, what: &str) {
        let problem = self.found.error(span, format!("Discord does not show {what}"));
        match what {
            "HTML" => problem.help("put it in a code span, or say it in words"),
            "a reference link" => problem.help("write the address beside the text: [text](https://…)"),
            _ => problem.help("say it in words or in a code block"),
        };
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn heading_text(written: &str) -> String {
    written
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches('#')
        .trim()
        .to_owned()
}
