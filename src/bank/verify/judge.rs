//! Whether a program did what its question says.

use similar::TextDiff;

use super::run::{Ended, How};
use crate::bank::output::Expected;

/// What is wrong with a run, as sentences; `None` when nothing is.
pub fn find_fault(expected: &Expected, others: &[(char, Expected)], ended: &Ended) -> Option<String> {
    if let Some(fault) = find_misbehaviour(expected, ended) {
        return Some(fault);
    }
    let differs = if matches_expected(expected, ended) {
        None
    } else {
        Some(show_difference(expected, ended))
    };
    let also = others.iter().find(|(_, other)| matches_expected(other, ended));
    match (differs, also) {
        (None, None) => None,
        (None, Some((letter, _))) => Some(format!(
            "option {letter} is not the key, but it says what the program prints"
        )),
        (Some(differs), None) => Some(differs),
        (Some(differs), Some((letter, _))) => {
            Some(format!("{differs}\nOption {letter} says what it prints."))
        }
    }
}

/// What is wrong when two runs with different hash seeds end differently.
pub fn find_unsteadiness(first: &Ended, second: &Ended) -> Option<String> {
    if first.stdout == second.stdout && first.how == second.how {
        return None;
    }
    let diff = lines_diff(&first.stdout, &second.stdout, "one run", "another run");
    Some(format!(
        "two runs differ: something depends on hashes, addresses, times or chance\n{diff}"
    ))
}

/// What no program may do, whatever it prints.
fn find_misbehaviour(expected: &Expected, ended: &Ended) -> Option<String> {
    let complaint = if ended.complaint.is_empty() {
        String::new()
    } else {
        format!(": {}", ended.complaint)
    };
    // The last line of a traceback is the class, perhaps with its module, and the message.
    let message = |class: &str| {
        ended
            .complaint
            .split_once(&format!("{class}: "))
            .map_or("", |(_, message)| message)
    };
    match &ended.how {
        How::Hung => return Some("it does not end in time".to_owned()),
        How::Flooded => return Some("it prints without end".to_owned()),
        How::Killed(signal) => return Some(format!("signal {signal} ends it{complaint}")),
        How::Exited(code) if *code != 0 => return Some(format!("it exits with {code}{complaint}")),
        How::Raised(class) if expected.raises.is_none() => {
            return Some(
                format!("it raises {class}: {}", message(class))
                    .trim_end_matches([':', ' '])
                    .to_owned(),
            );
        }
        How::Exited(_) | How::Raised(_) => {}
    }
    if ended.left.is_empty() {
        return None;
    }
    Some(format!("it leaves files behind: {}", ended.left.join(", ")))
}

fn matches_expected(expected: &Expected, ended: &Ended) -> bool {
    let raised = match &ended.how {
        How::Raised(class) => Some(class.as_str()),
        How::Exited(_) | How::Hung | How::Flooded | How::Killed(_) => None,
    };
    let said = expected
        .raises
        .as_deref()
        .map(|class| class.rsplit('.').next().unwrap_or(class));
    raised == said && printed_text(ended) == said_text(expected)
}

fn show_difference(expected: &Expected, ended: &Ended) -> String {
    match (&expected.raises, &ended.how) {
        (Some(class), How::Exited(_)) => format!("it does not raise {class}; it prints\n{}", ended.stdout),
        (Some(class), How::Raised(other)) if class != other => {
            format!("it raises {other}, not {class}: {}", ended.complaint)
        }
        (_, How::Exited(_) | How::Raised(_) | How::Hung | How::Flooded | How::Killed(_)) => {
            let diff = lines_diff(&said_text(expected), printed_text(ended), "said", "printed");
            format!("it prints something else\n{diff}")
        }
    }
}

/// The text with which the last newline, if any, is left out: an option cannot show it.
fn printed_text(ended: &Ended) -> &str {
    ended.stdout.strip_suffix('\n').unwrap_or(&ended.stdout)
}

fn said_text(expected: &Expected) -> String {
    expected.lines.join("\n")
}

fn lines_diff(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    let (old, new) = (
        format!("{}\n", old.trim_end_matches('\n')),
        format!("{}\n", new.trim_end_matches('\n')),
    );
    TextDiff::from_lines(&old, &new)
        .unified_diff()
        .context_radius(1)
        .header(old_name, new_name)
        .to_string()
}
