//! Reads the sections one by one and records what is wrong with each.

use std::ops::{Range, RangeInclusive};

use super::{
    EXPLANATION, FLAGS, FOLLOW_UP, IN_PRACTICE, INTERVIEWERS, MISTAKES, MODEL_ANSWER, RUBRIC, STRONG,
};
use super::{Section, follow_up_title, split_sections};
use crate::bank::limits;
use crate::bank::options::too_long;
use crate::bank::outline::{Block, BlockKind, Outline};
use crate::bank::problem::{Findings, nearest_word};
use crate::rules::question::FollowUp;

pub struct Reader<'r, 'o, 'f, 's> {
    pub sections: &'r [Section<'o>],
    pub missing_at: &'r Range<usize>,
    pub outline: &'r Outline,
    pub found: &'f mut Findings<'s>,
}

impl<'r, 'o> Reader<'r, 'o, '_, '_> {
    pub fn refuse_unknown(&mut self, open: bool) {
        let known = [EXPLANATION, IN_PRACTICE, MISTAKES, INTERVIEWERS];
        let only_open = [RUBRIC, MODEL_ANSWER];
        for section in self.sections {
            let title = section.title;
            if known.contains(&title)
                || follow_up_title(title).is_some()
                || (open && only_open.contains(&title))
            {
                continue;
            }
            if only_open.contains(&title) {
                let problem = self.found.error(
                    section.heading.clone(),
                    format!("`{title}` belongs to open questions"),
                );
                problem.help("remove it, or make the kind `open`");
                continue;
            }
            let problem = self
                .found
                .error(section.heading.clone(), format!("unknown section `{title}`"));
            match nearest_word(title, known.into_iter().chain(only_open).chain([FOLLOW_UP])) {
                Some(FOLLOW_UP) => problem.help("write `## Follow-up: ` and the question"),
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help("questions/README.md lists the sections"),
            };
        }
    }

    pub fn refuse_duplicates(&mut self) {
        for (at, section) in self.sections.iter().enumerate() {
            if self.sections[..at]
                .iter()
                .any(|earlier| earlier.title == section.title)
            {
                self.found.error(
                    section.heading.clone(),
                    format!("the section `{}` stands here twice", section.title),
                );
            }
        }
    }

    fn find(&mut self, title: &str) -> Option<&'r Section<'o>> {
        let section = self.sections.iter().find(|section| section.title == title);
        // Behind an unclosed fence everything seems missing.
        if section.is_none() && !self.outline.unclosed {
            self.found.error(
                self.missing_at.clone(),
                format!("the section `{title}` is missing"),
            );
        }
        section
    }

    pub fn prose(&mut self, title: &str, limit: usize) -> String {
        let Some(section) = self.find(title) else {
            return String::new();
        };
        self.prose_of(section, limit)
    }

    fn prose_of(&mut self, section: &Section<'_>, limit: usize) -> String {
        let Some(last) = section.blocks.last() else {
            self.found.error(
                section.heading.clone(),
                format!("the section `{}` is empty", section.title),
            );
            return String::new();
        };
        for block in section.blocks {
            if let BlockKind::Heading(_, title) = &block.kind {
                self.found
                    .error(
                        block.span.clone(),
                        format!("the heading `{title}` is not expected here"),
                    )
                    .help("use bold text");
            }
        }
        let start = section.blocks[0].span.start;
        let text = self.outline.text(self.found.source(), start..last.span.end, 0);
        too_long(
            &format!("the section `{}`", section.title),
            text.chars().count(),
            limit,
            &section.heading,
            self.found,
        );
        text
    }

    pub fn items(&mut self, title: &str, count: RangeInclusive<usize>) -> Vec<String> {
        let Some(section) = self.find(title) else {
            return Vec::new();
        };
        self.items_of(section, count)
    }

    fn items_of(&mut self, section: &Section<'_>, count: RangeInclusive<usize>) -> Vec<String> {
        let title = section.title;
        let [
            Block {
                kind: BlockKind::List(items),
                ..
            },
        ] = section.blocks
        else {
            let span = section
                .blocks
                .first()
                .map_or(&section.heading, |block| &block.span)
                .clone();
            let problem = self
                .found
                .error(span, format!("the section `{title}` is a list and nothing else"));
            problem.help(format!(
                "{} to {} items, each beginning with `- `",
                count.start(),
                count.end()
            ));
            return Vec::new();
        };
        if !count.contains(&items.len()) {
            let message = format!(
                "`{title}` has {} of {} to {} items",
                items.len(),
                count.start(),
                count.end()
            );
            self.found.error(section.heading.clone(), message);
        }
        let mut texts = Vec::new();
        for item in items {
            let text = self.outline.text(
                self.found.source(),
                item.text..item.span.end,
                item.text - item.span.start,
            );
            let line = item.span.start..item.span.end;
            if text.is_empty() {
                self.found.error(line.clone(), "this item is empty");
            }
            too_long("the item", text.chars().count(), limits::ITEM, &line, self.found);
            texts.push(text);
        }
        texts
    }

    pub fn interviewers(&mut self) -> (Vec<String>, Vec<String>) {
        let Some(section) = self.find(INTERVIEWERS) else {
            return Default::default();
        };
        let parts = split_sections(section.blocks, 3);
        if let Some(first) = section
            .blocks
            .first()
            .filter(|block| !matches!(block.kind, BlockKind::Heading(3, _)))
        {
            let problem = self.found.error(
                first.span.clone(),
                format!("`{INTERVIEWERS}` has two parts and nothing else"),
            );
            problem.help(format!("`### {STRONG}` and `### {FLAGS}`, each with a list"));
        }
        for part in parts.iter().filter(|part| ![STRONG, FLAGS].contains(&part.title)) {
            let problem = self
                .found
                .error(part.heading.clone(), format!("unknown part `{}`", part.title));
            problem.help(format!("the parts are `### {STRONG}` and `### {FLAGS}`"));
        }
        let mut part = |title: &str| {
            let mut named = parts.iter().filter(|part| part.title == title);
            let first = named.next();
            if let Some(second) = named.next() {
                self.found.error(
                    second.heading.clone(),
                    format!("the part `{title}` stands here twice"),
                );
            }
            match first {
                Some(part) => self.items_of(part, limits::ITEM_COUNT),
                None => {
                    self.found.error(
                        section.heading.clone(),
                        format!("the part `### {title}` is missing"),
                    );
                    Vec::new()
                }
            }
        };
        (part(STRONG), part(FLAGS))
    }

    pub fn follow_ups(&mut self) -> Vec<FollowUp> {
        let mut follow_ups = Vec::new();
        for section in self.sections {
            let Some(title) = follow_up_title(section.title) else {
                continue;
            };
            if title.is_empty() {
                self.found
                    .error(section.heading.clone(), "this follow-up has no question")
                    .help("write it behind the colon");
            }
            too_long(
                "the follow-up's title",
                title.chars().count(),
                limits::TITLE,
                &section.heading,
                self.found,
            );
            let answer = self.prose_of(section, limits::FOLLOW_UP);
            follow_ups.push(FollowUp {
                title: title.to_owned(),
                answer,
            });
        }
        if !limits::FOLLOW_UP_COUNT.contains(&follow_ups.len()) && !self.outline.unclosed {
            let message = format!("{} follow-ups; there are one to three", follow_ups.len());
            self.found
                .error(self.missing_at.clone(), message)
                .help("write `## Follow-up: ` and the question");
        }
        follow_ups
    }
}
