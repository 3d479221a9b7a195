//! From the text of one file to a question, or to everything that is wrong with it.
//!
//! It looks at one file only: what concerns several is in [`super::check`].

use std::ops::Range;
use std::path::Path;

use super::front_matter::FrontMatter;
use super::options::{self, Offered, too_long};
use super::outline::{self, Block, BlockKind, Code, Outline};
use super::problem::{Findings, Problem};
use super::sections::{self, Sections};
use super::syllabus::Syllabus;
use super::{blocks, front_matter, limits};
use crate::rules::question::{Kind, Question};

/// What could be read of a file.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The question, if nothing is wrong with it.
    pub question: Option<Question>,
    /// What could be understood of it, right or not; `None` when topic, level or kind are not known.
    pub draft: Option<Question>,
    /// The options with their places.
    pub options: Vec<Offered>,
    /// Addresses with their places.
    pub references: Vec<(String, Range<usize>)>,
    /// Every fenced block.
    pub codes: Vec<Code>,
    /// Which of them is the program of an `output` question.
    pub program: Option<usize>,
    /// Where the title stands.
    pub title: Range<usize>,
    /// Errors and warnings, in no order.
    pub problems: Vec<Problem>,
}

/// Reads the file at `path` with the text `source`. Lines end in `\n`.
pub fn parse_question(path: &str, source: &str, syllabus: &Syllabus) -> Parsed {
    let mut found = Findings::new(path, source);
    let slug = read_slug(path, &mut found);
    let area = Path::new(path)
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let matter = match source.len() > limits::QUESTION {
        true => None,
        false => front_matter::read_front_matter(area, syllabus, &mut found),
    };
    let Some(matter) = matter else {
        note_unread(source, &mut found);
        return Parsed {
            problems: found.problems,
            ..Parsed::default()
        };
    };
    let outline = outline::read_outline(matter.end, &mut found);
    let head = Head::read(&outline, matter.kind, &matter.span, &mut found);
    let parts = sections::split_sections(&outline.blocks[head.blocks..], 2);
    let sections = sections::read_sections(&parts, matter.kind, &head.title_span, &outline, &mut found);
    let program = if outline.unclosed {
        None
    } else {
        blocks::check_blocks(&outline.codes, &mut found);
        blocks::check_prompt(matter.kind, &head.prompt_span, &outline.codes, &mut found)
    };
    let draft = assemble_question(slug, &matter, &head, sections);
    let question = draft.clone().filter(|_| !found.has_errors());
    Parsed {
        question,
        draft,
        options: head.options,
        references: matter.references,
        codes: outline.codes,
        program,
        title: head.title_span,
        problems: found.problems,
    }
}

/// Says why a file was not read, unless that has been said.
fn note_unread(source: &str, found: &mut Findings<'_>) {
    if source.len() > limits::QUESTION {
        let (length, fit) = (source.len() >> 10, limits::QUESTION >> 10);
        found
            .error(0..0, format!("the file has {length} KB; {fit} fit"))
            .help("a question is short; is this one?");
    } else if !found.has_errors() {
        found
            .error(0..0, "the file is empty")
            .help("questions/README.md shows what belongs in it");
    }
}

fn read_slug(path: &str, found: &mut Findings<'_>) -> String {
    let slug = Path::new(path)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
        .to_owned();
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !slug.split('-').all(is_word) {
        let problem = found.error(
            0..0,
            format!("the file name `{slug}` is not lower-case words joined by hyphens"),
        );
        problem.help("rename the file; its name is the question's id");
    }
    too_long(
        "the file name",
        slug.chars().count(),
        limits::SLUG,
        &(0..0),
        found,
    );
    slug
}

/// What stands above the first section: title, prompt, options.
struct Head {
    title: String,
    title_span: Range<usize>,
    prompt: String,
    prompt_span: Range<usize>,
    options: Vec<Offered>,
    /// How many blocks it takes.
    blocks: usize,
}

impl Head {
    fn read(outline: &Outline, kind: Option<Kind>, top: &Range<usize>, found: &mut Findings<'_>) -> Self {
        let (title, title_span) = read_title(outline, top, found);
        let first = outline
            .blocks
            .iter()
            .position(|block| matches!(block.kind, BlockKind::Heading(2.., _)));
        let blocks = first.unwrap_or(outline.blocks.len());
        let body: Vec<&Block> = outline.blocks[..blocks]
            .iter()
            .filter(|block| !matches!(block.kind, BlockKind::Heading(..)))
            .collect();
        let list_at = body.iter().position(|block| is_option_list(block));
        let (asked, rest) = body.split_at(list_at.unwrap_or(body.len()));
        let prompt_span = match asked {
            [] => title_span.clone(),
            [first, ..] => first.span.start..asked[asked.len() - 1].span.end,
        };
        let prompt = if asked.is_empty() {
            String::new()
        } else {
            outline.text(found.source(), prompt_span.clone(), 0)
        };
        if asked.is_empty() && !outline.unclosed {
            found
                .error(title_span.clone(), "nothing is asked below the title")
                .help("write the question between title and options");
        }
        // With a fence open, the rest of the file would count.
        let length = if outline.unclosed {
            0
        } else {
            prompt.chars().count()
        };
        too_long(
            "the prompt",
            length,
            limits::PROMPT,
            &blocks::first_line(found.source(), &prompt_span),
            found,
        );
        let options = read_options(rest, kind, &title_span, outline, found);
        Self {
            title,
            title_span,
            prompt,
            prompt_span,
            options,
            blocks,
        }
    }
}

fn is_option_list(block: &Block) -> bool {
    matches!(&block.kind, BlockKind::List(items) if items.iter().any(|item| item.task.is_some()))
}

fn read_title(outline: &Outline, top: &Range<usize>, found: &mut Findings<'_>) -> (String, Range<usize>) {
    let mut titles = outline.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Heading(1, title) => {
            Some((title.clone(), blocks::first_line(found.source(), &block.span)))
        }
        BlockKind::Heading(..) | BlockKind::List(_) | BlockKind::Other => None,
    });
    let (first, second) = (titles.next(), titles.next());
    let starts_with_it = matches!(
        outline.blocks.first(),
        Some(Block {
            kind: BlockKind::Heading(1, _),
            ..
        })
    );
    if let Some((_, span)) = second {
        found
            .error(span, "a second title")
            .help("a question has one line that begins with `# `");
    }
    let Some((title, span)) = first else {
        if !outline.unclosed {
            found
                .error(top.clone(), "the title is missing")
                .help("write `# ` and one line below the front matter");
        }
        return (String::new(), top.clone());
    };
    if title.is_empty() {
        found.error(span.clone(), "the title is empty");
    } else if !starts_with_it {
        found.error(
            span.clone(),
            "something stands between the front matter and the title",
        );
    }
    too_long("the title", title.chars().count(), limits::TITLE, &span, found);
    (title, span)
}

/// Reads the options from the blocks between prompt and sections.
fn read_options(
    rest: &[&Block],
    kind: Option<Kind>,
    title: &Range<usize>,
    outline: &Outline,
    found: &mut Findings<'_>,
) -> Vec<Offered> {
    let Some((
        Block {
            span,
            kind: BlockKind::List(items),
        },
        after,
    )) = rest.split_first()
    else {
        if matches!(kind, Some(Kind::Single | Kind::Multiple | Kind::Output)) && !outline.unclosed {
            found
                .error(title.clone(), "the options are missing")
                .help("write them as `- [ ] …`, the right one as `- [x] …`");
        }
        return Vec::new();
    };
    let list = blocks::first_line(found.source(), span);
    if let Some(block) = after.first() {
        let place = blocks::first_line(found.source(), &block.span);
        let problem = found.error(
            place,
            "something stands between the options and the first section",
        );
        problem.help("options are one list; a rationale is indented by two spaces; the prompt stands above");
    }
    let options = options::read_options(items, outline, found);
    match kind {
        Some(Kind::Open) => {
            found
                .error(list, "an open question has no options")
                .help("remove them, or choose another kind");
        }
        Some(kind) => options::check_options(kind, &list, &options, found),
        None => {}
    }
    options
}

/// Puts the parts together; `None` when a part of the front matter is missing.
fn assemble_question(
    slug: String,
    matter: &FrontMatter,
    head: &Head,
    sections: Sections,
) -> Option<Question> {
    Some(Question {
        slug,
        topic: matter.topic.clone()?,
        level: matter.level?,
        kind: matter.kind?,
        tags: matter.tags.clone(),
        python: matter.python,
        references: matter
            .references
            .iter()
            .map(|(address, _)| address.clone())
            .collect(),
        title: head.title.clone(),
        prompt: head.prompt.clone(),
        options: head
            .options
            .iter()
            .map(|offered| offered.option.clone())
            .collect(),
        explanation: sections.explanation,
        in_practice: sections.in_practice,
        common_mistakes: sections.common_mistakes,
        strong_signals: sections.strong_signals,
        red_flags: sections.red_flags,
        follow_ups: sections.follow_ups,
        rubric: sections.rubric,
        model_answer: sections.model_answer,
    })
}
