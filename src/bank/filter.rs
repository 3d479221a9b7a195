//! Topics as people name them: one at a time or in a list, a whole area at once, found again by what was typed.

use super::problem::nearest_word;
use super::syllabus::Syllabus;

/// Reads `closures, oop, Unit testing` into names of topics and areas.
///
/// # Errors
/// A sentence for each entry that is neither, with the nearest one that is.
pub fn parse_filter(syllabus: &Syllabus, typed: &str) -> Result<Vec<String>, Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut mistakes = Vec::new();
    for entry in typed.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        match find_name(syllabus, entry) {
            Some(name) if names.contains(&name) => {}
            Some(name) => names.push(name),
            None => mistakes.push(unknown_topic(syllabus, entry)),
        }
    }
    if mistakes.is_empty() {
        Ok(names)
    } else {
        Err(mistakes)
    }
}

fn unknown_topic(syllabus: &Syllabus, entry: &str) -> String {
    let shown: String = entry.chars().take(40).collect();
    match nearest_word(
        &slug_of(entry),
        area_names(syllabus)
            .into_iter()
            .chain(syllabus.topics().map(|(name, _)| name)),
    ) {
        Some(near) => format!("There is no topic “{shown}”. Did you mean {near}?"),
        None => format!("There is no topic “{shown}”. Start typing to see the list."),
    }
}

fn find_name(syllabus: &Syllabus, entry: &str) -> Option<String> {
    let name = slug_of(entry);
    if syllabus.topic(&name).is_some() || area_names(syllabus).contains(&name.as_str()) {
        return Some(name);
    }
    let by_title = syllabus
        .topics()
        .find(|(_, topic)| topic.title.eq_ignore_ascii_case(entry));
    by_title.map(|(name, _)| name.to_owned())
}

fn slug_of(entry: &str) -> String {
    entry
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
}

/// The names of all areas, in order.
pub fn area_names(syllabus: &Syllabus) -> Vec<&str> {
    let mut areas: Vec<&str> = syllabus.topics().map(|(_, topic)| topic.area.as_str()).collect();
    areas.sort_unstable();
    areas.dedup();
    areas
}

/// The topics these names stand for: a topic itself, an area all of its topics. No names, no topics.
pub fn expand_topics(syllabus: &Syllabus, names: &[String]) -> Vec<String> {
    let wanted = syllabus
        .topics()
        .filter(|(topic, row)| names.iter().any(|name| name == topic || *name == row.area));
    wanted.map(|(topic, _)| topic.to_owned()).collect()
}

/// What a topic or area is called in a text. Names no longer in the syllabus stay as they are.
pub fn topic_title(syllabus: &Syllabus, name: &str) -> String {
    match syllabus.topic(name) {
        Some(topic) => topic.title.clone(),
        None => area_title(name),
    }
}

/// An area's name as a title: `data-structures` is "Data structures".
pub fn area_title(area: &str) -> String {
    match area {
        "oop" => "Object orientation".to_owned(),
        "stdlib" => "Standard library".to_owned(),
        "errors-testing" => "Errors and testing".to_owned(),
        "internals-memory" => "Internals and memory".to_owned(),
        "iterators-generators" => "Iterators and generators".to_owned(),
        _ => {
            let text = area.replace('-', " ");
            let mut letters = text.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        }
    }
}

/// Up to 25 completions of what is typed, title and value. In a list the last entry is completed, the others stay.
pub fn complete_topics(syllabus: &Syllabus, typed: &str, list: bool) -> Vec<(String, String)> {
    let (before, last) = match typed.rsplit_once(',') {
        Some((before, last)) if list => (format!("{}, ", before.trim_end()), last.trim()),
        _ => (String::new(), typed.trim()),
    };
    let wanted = last.to_lowercase();
    let areas = area_names(syllabus)
        .into_iter()
        .map(|area| (format!("All of {}", area_title(area)), area));
    let topics = syllabus.topics().map(|(name, topic)| (topic.title.clone(), name));
    let mut found: Vec<(bool, String, String)> = areas
        .chain(topics)
        .filter(|(title, name)| name.contains(&slug_of(&wanted)) || title.to_lowercase().contains(&wanted))
        .map(|(title, name)| {
            (
                !name.starts_with(&slug_of(&wanted)),
                format!("{before}{title}"),
                format!("{before}{name}"),
            )
        })
        .filter(|(_, _, value)| value.chars().count() <= 100)
        .collect();
    // What begins with the typed letters first; otherwise areas before topics, as they come.
    found.sort_by_key(|(elsewhere, _, _)| *elsewhere);
    found
        .into_iter()
        .take(25)
        .map(|(_, title, value)| (title, value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_takes_names_titles_and_areas_and_forgets_repeats() {
        let syllabus = Syllabus::builtin();
        let title = &syllabus.topic("walrus-operator").unwrap().title;
        let typed = format!("OOP, {title}, data structures, oop");
        assert_eq!(
            parse_filter(&syllabus, &typed).unwrap(),
            ["oop", "walrus-operator", "data-structures"]
        );
    }

    #[test]
    fn an_unknown_topic_is_told_its_nearest() {
        let mistakes = parse_filter(&Syllabus::builtin(), "walrus-operater").unwrap_err();
        assert_eq!(
            mistakes,
            ["There is no topic “walrus-operater”. Did you mean walrus-operator?"]
        );
    }

    #[test]
    fn an_area_stands_for_all_of_its_topics() {
        let topics = expand_topics(&Syllabus::builtin(), &["typing".to_owned()]);
        assert_eq!(topics.len(), 7);
    }

    #[test]
    fn the_last_entry_of_a_list_is_completed() {
        let found = complete_topics(&Syllabus::builtin(), "oop, walr", true);
        assert_eq!(found[0].1, "oop, walrus-operator");
    }
}
