//! Reads the sets of a file one by one and records what is wrong with each.

use std::ops::{Range, RangeInclusive};

use super::Written;
use crate::bank::filter::area_names;
use crate::bank::front_matter::{KINDS, LEVELS};
use crate::bank::problem::nearest_word;
use crate::bank::syllabus::Syllabus;
use crate::bank::table::Table;
use crate::rules::quiz_score;
use crate::rules::sets::{self, MOST_QUESTIONS, Part, Set};

const SET_KEYS: [&str; 6] = ["name", "slug", "description", "minutes", "seconds", "part"];
const PART_KEYS: [&str; 5] = ["topics", "level", "kind", "count", "questions"];
/// Characters of a description, which stands in a list with others.
const DESCRIPTION: usize = 200;
/// Characters of a set's short name.
const SLUG: usize = 40;
/// Minutes an interview can take.
const MINUTES: RangeInclusive<u16> = 1..=240;
/// Seconds a question can be open in a live quiz.
const SECONDS: RangeInclusive<u16> = *quiz_score::SECONDS.start() as u16..=*quiz_score::SECONDS.end() as u16;

pub struct Reader<'r, 'f, 's, 'y> {
    pub table: Table<'r, 'f, 's>,
    pub syllabus: &'y Syllabus,
}

impl Reader<'_, '_, '_, '_> {
    pub fn set(&mut self) -> Option<Written> {
        self.table.refuse_unknown_keys(&SET_KEYS);
        let name = self.name();
        let slug = self.slug();
        let description = self.text("description", DESCRIPTION);
        let minutes = self.optional("minutes", MINUTES);
        let seconds = self.optional("seconds", SECONDS);
        let (parts, places): (Vec<Part>, Vec<_>) = self.parts().into_iter().unzip();
        let count = sets::count_questions(&parts);
        if count > usize::from(MOST_QUESTIONS) {
            let message = format!("this set asks {count} questions; {MOST_QUESTIONS} are the most");
            self.table.found.error(self.table.place_of("name"), message);
        }
        let set = Set {
            name: name?,
            slug: slug?,
            description: description?,
            minutes,
            seconds,
            parts,
        };
        Some(Written { set, places })
    }

    fn name(&mut self) -> Option<String> {
        let (text, place) = self.table.required("name")?;
        match sets::parse_name(text) {
            Ok(name) => Some(name),
            Err(mistake) => {
                self.table.found.error(place, mistake.to_string());
                None
            }
        }
    }

    fn slug(&mut self) -> Option<String> {
        let (text, place) = self.table.required("slug")?;
        let words = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() > SLUG || !text.split('-').all(words) {
            let message = format!("`{text}` is not a short name");
            let problem = self.table.found.error(place, message);
            problem.help(format!(
                "lower-case words joined by hyphens, at most {SLUG} characters"
            ));
            return None;
        }
        Some(text.to_owned())
    }

    fn text(&mut self, key: &str, limit: usize) -> Option<String> {
        let (text, place) = self.table.required(key)?;
        let length = text.chars().count();
        if !(1..=limit).contains(&length) || text.contains('\n') {
            let message = format!("`{key}` is one line of 1 to {limit} characters, this has {length}");
            self.table.found.error(place, message);
        }
        Some(text.to_owned())
    }

    fn optional(&mut self, key: &str, limits: RangeInclusive<u16>) -> Option<u16> {
        self.table
            .has(key)
            .then(|| self.table.number(key, limits))
            .flatten()
    }

    fn parts(&mut self) -> Vec<(Part, Range<usize>)> {
        let mut parts = Vec::new();
        for (table, place) in self.table.tables("part") {
            let mut reader = Reader {
                table: Table::new(table, place.clone(), self.table.found),
                syllabus: self.syllabus,
            };
            if let Some(part) = reader.part() {
                parts.push((part, place));
            }
        }
        parts
    }

    fn part(&mut self) -> Option<Part> {
        self.table.refuse_unknown_keys(&PART_KEYS);
        if self.table.has("questions") {
            if let Some(other) = PART_KEYS[..4].iter().find(|key| self.table.has(key)) {
                let message = format!("`{other}` has no meaning where `questions` names them");
                let place = self.table.place_of(other);
                self.table
                    .found
                    .error(place, message)
                    .help("write one or the other");
            }
            let questions = self.table.strings("questions");
            self.refuse_repeats(&questions);
            return Some(Part::These(questions.into_iter().map(|(slug, _)| slug).collect()));
        }
        let topics = self.topics();
        let level = self
            .table
            .has("level")
            .then(|| self.table.one_of("level", &LEVELS));
        let kinds = match self.table.has("kind") {
            true => self.table.some_of("kind", &KINDS),
            false => Vec::new(),
        };
        Some(Part::Some {
            count: self.table.number("count", 1..=MOST_QUESTIONS)?,
            topics,
            level: level.flatten(),
            kinds,
        })
    }

    fn topics(&mut self) -> Vec<String> {
        if !self.table.has("topics") {
            return Vec::new();
        }
        let topics = self.table.strings("topics");
        self.refuse_repeats(&topics);
        let areas = area_names(self.syllabus);
        for (name, place) in &topics {
            if self.syllabus.topic(name).is_some() || areas.contains(&name.as_str()) {
                continue;
            }
            let message = format!("the syllabus has no topic or area `{name}`");
            let known = areas
                .iter()
                .copied()
                .chain(self.syllabus.topics().map(|(name, _)| name));
            let problem = self.table.found.error(place.clone(), message);
            match nearest_word(name, known) {
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help("questions/syllabus.toml lists them"),
            };
        }
        topics.into_iter().map(|(name, _)| name).collect()
    }

    fn refuse_repeats(&mut self, texts: &[(String, Range<usize>)]) {
        for (at, (text, place)) in texts.iter().enumerate() {
            if texts[..at].iter().any(|(other, _)| other == text) {
                self.table
                    .found
                    .error(place.clone(), format!("`{text}` stands here twice"));
            }
        }
    }

    /// Two sets of one name cannot be told apart, whatever the letters' case.
    pub fn refuse_doubles(&mut self, before: &[Written]) {
        for key in ["name", "slug"] {
            if !self.table.has(key) {
                continue;
            }
            let Some((text, place)) = self.table.required(key) else {
                continue;
            };
            let taken = |set: &Set| {
                [&set.name, &set.slug]
                    .iter()
                    .any(|other| other.to_lowercase() == text.to_lowercase())
            };
            if before.iter().any(|written| taken(&written.set)) {
                let problem = self
                    .table
                    .found
                    .error(place, format!("another set is called `{text}`"));
                problem.help("choose another name");
            }
        }
    }
}
