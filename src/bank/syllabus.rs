//! The topics a question may be about, read from `questions/syllabus.toml`.
//!
//! It does not know which topics have questions; that is what `bank check` counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::problem::{Findings, Problem, nearest_word};
use crate::rules::question::Level;

const BUILTIN: &str = include_str!("../../questions/syllabus.toml");

/// All topics by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syllabus {
    topics: BTreeMap<String, Topic>,
}

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// The area it belongs to, which is also the folder of its questions.
    pub area: String,
    /// What it is called in a list.
    pub title: String,
    /// How hard its questions mostly are.
    pub level: Level,
    /// When in a career it comes up.
    pub stage: Stage,
    /// Topics to know first.
    pub needs: Vec<String>,
}

/// When in a career a topic comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// First months.
    Basic,
    /// Some years of practice.
    Intermediate,
    /// How the language works inside.
    Advanced,
    /// Making it fast.
    Performance,
    /// Responsible for a whole system.
    Experienced,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    level: Level,
    stage: Stage,
    #[serde(default)]
    needs: Vec<Spanned<String>>,
}

type Areas = BTreeMap<String, BTreeMap<Spanned<String>, Row>>;

impl Syllabus {
    /// The syllabus compiled into the program.
    pub fn builtin() -> Self {
        Self::parse("questions/syllabus.toml", BUILTIN).expect("a test parses it")
    }

    /// Reads a syllabus.
    ///
    /// # Errors
    /// Everything that is wrong with it, where TOML lets us go on at all.
    pub fn parse(path: &str, source: &str) -> Result<Self, Vec<Problem>> {
        let mut found = Findings::new(path, source);
        let areas: Areas = match toml::from_str(source) {
            Ok(areas) => areas,
            Err(error) => {
                found.error(error.span().unwrap_or(0..0), error.message());
                return Err(found.problems);
            }
        };
        let names: Vec<&str> = areas
            .values()
            .flat_map(|rows| rows.keys().map(|name| name.get_ref().as_str()))
            .collect();
        for (name, row) in areas.values().flatten() {
            check_needs(name.get_ref(), row, &names, &mut found);
        }
        check_unique(&areas, &mut found);
        if found.has_errors() {
            return Err(found.problems);
        }
        let syllabus = Self::from_areas(areas);
        match syllabus.cycle() {
            None => Ok(syllabus),
            Some(topic) => {
                let at = source.find(&topic).unwrap_or(0);
                found.error(at..at + topic.len(), format!("`{topic}` needs itself in the end"));
                Err(found.problems)
            }
        }
    }

    /// The topic of that name.
    pub fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.get(name)
    }

    /// All topics by name.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &Topic)> {
        self.topics.iter().map(|(name, topic)| (name.as_str(), topic))
    }

    /// The topic whose name is closest to `given`.
    pub fn nearest(&self, given: &str) -> Option<&str> {
        nearest_word(given, self.topics.keys().map(String::as_str))
    }

    fn from_areas(areas: Areas) -> Self {
        let mut topics = BTreeMap::new();
        for (area, rows) in areas {
            for (name, row) in rows {
                let needs = row.needs.into_iter().map(Spanned::into_inner).collect();
                let Row {
                    title, level, stage, ..
                } = row;
                topics.insert(
                    name.into_inner(),
                    Topic {
                        area: area.clone(),
                        title,
                        level,
                        stage,
                        needs,
                    },
                );
            }
        }
        Self { topics }
    }

    /// A topic that needs itself over any number of steps.
    ///
    /// Topics whose needs are all settled are taken away until nothing changes; what stays is on a cycle or behind one.
    fn cycle(&self) -> Option<String> {
        let mut open: BTreeMap<&str, &Topic> = self.topics().collect();
        loop {
            let settled: Vec<&str> = open
                .iter()
                .filter(|(_, topic)| topic.needs.iter().all(|need| !open.contains_key(need.as_str())))
                .map(|(name, _)| *name)
                .collect();
            if settled.is_empty() {
                return open.keys().next().map(|name| (*name).to_owned());
            }
            open.retain(|name, _| !settled.contains(name));
        }
    }
}

fn check_needs(name: &str, row: &Row, names: &[&str], found: &mut Findings<'_>) {
    for need in &row.needs {
        if names.contains(&need.get_ref().as_str()) {
            continue;
        }
        let problem = found.error(
            need.span(),
            format!("`{name}` needs the unknown topic `{}`", need.get_ref()),
        );
        if let Some(close) = nearest_word(need.get_ref(), names.iter().copied()) {
            problem.help(format!("did you mean `{close}`?"));
        }
    }
}

fn check_unique(areas: &Areas, found: &mut Findings<'_>) {
    let mut seen = BTreeMap::new();
    for (area, rows) in areas {
        for name in rows.keys() {
            if let Some(other) = seen.insert(name.get_ref(), area) {
                found.error(
                    name.span(),
                    format!("the topic `{}` stands in `{other}` already", name.get_ref()),
                );
            }
        }
    }
}
