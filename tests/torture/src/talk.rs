//! Reads what members are told.

use torture::facts::{Choice, Told};

/// Whether somebody is told that it may not have worked.
pub fn is_apology(reply: &str) -> bool {
    ["Something went wrong on my side", "This took too long"]
        .iter()
        .any(|start| reply.contains(start))
}

/// What a reply says about an answer; `None` where it says something nobody expected.
pub fn read_told(reply: &str) -> Option<Told> {
    if is_apology(reply) {
        return Some(Told::Unsure);
    }
    if reply.starts_with("Time was up") && reply.contains("What counts is what you wrote before.") {
        return Some(Told::TooLateAsBefore);
    }
    let counting = [
        ("You chose ", None),
        ("Your first answer counts: ", None),
        ("Time was up", Some("What counts is your earlier choice, ")),
    ];
    for (start, inner) in counting {
        let Some(rest) = reply.strip_prefix(start) else {
            continue;
        };
        let Some(inner) = inner else {
            return Some(Told::Counts(Choice::Options(read_letters(rest)?)));
        };
        let Some((_, rest)) = rest.split_once(inner) else {
            return Some(Told::TooLate(None));
        };
        return Some(Told::TooLate(Some(Choice::Options(read_letters(rest)?))));
    }
    if reply.starts_with("Your answer is recorded") {
        let words = reply.lines().find_map(|line| line.strip_prefix("> "))?;
        return Some(Told::Counts(Choice::Words(words.trim().to_owned())));
    }
    let closed = ["This question is closed", "You cannot be told"];
    if closed.iter().any(|start| reply.starts_with(start)) {
        return Some(Told::Closed);
    }
    let refused = ["I do not know this question", "This question has no such option"];
    refused
        .iter()
        .any(|start| reply.starts_with(start))
        .then_some(Told::Refused)
}

/// The options of `**A**, **C**`, as far as it goes.
fn read_letters(text: &str) -> Option<i16> {
    let mut bits = 0;
    let mut rest = text;
    loop {
        let letter = rest.strip_prefix("**")?.chars().next()?;
        let bit = u32::from(letter)
            .checked_sub(u32::from('A'))
            .filter(|bit| *bit < 5)?;
        bits |= 1 << bit;
        rest = rest
            .strip_prefix("**")?
            .strip_prefix(letter)?
            .strip_prefix("**")?;
        match rest.strip_prefix(", ").filter(|more| more.starts_with("**")) {
            Some(more) => rest = more,
            None => return Some(bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_read_as_they_are_written() {
        let told = |reply: &str| read_told(reply);
        let options = |bits| Choice::Options(bits);
        assert_eq!(
            told("You chose **B**  a list.\nYou can change it until 9:05."),
            Some(Told::Counts(options(2)))
        );
        assert_eq!(
            told("You chose **A**, **C**. It counts."),
            Some(Told::Counts(options(5)))
        );
        assert_eq!(
            told("Your first answer counts: **D**  `x`."),
            Some(Told::Counts(options(8)))
        );
        let late = "Time was up a moment ago, so this click no longer counts.";
        assert_eq!(
            told(&format!("{late} What counts is your earlier choice, **A**  one.")),
            Some(Told::TooLate(Some(options(1))))
        );
        assert_eq!(
            told(
                "Time was up before this arrived. What counts is what you wrote before. Here are your words"
            ),
            Some(Told::TooLateAsBefore)
        );
        assert_eq!(
            told(&format!("{late} You had not answered this one.")),
            Some(Told::TooLate(None))
        );
        assert_eq!(
            told("This took too long, so I cannot say whether it worked. Please try again."),
            Some(Told::Unsure)
        );
        assert_eq!(told("What is this?"), None);
    }
}
