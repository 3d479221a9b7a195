//! The buttons that turn the page of a list.

use crate::reply::Button;

/// Back, where one is, and on; `page` counts from 0, and `to` gives the `custom_id` of another. `place` makes the ids
/// of those that cannot be pressed their own: Discord wants one of them, too.
#[must_use]
pub fn page_buttons(page: usize, pages: usize, place: &str, to: impl Fn(usize) -> String) -> Vec<Button> {
    let turn = |label: &str, other: Option<usize>, end: &str| {
        let id = other.map_or_else(|| format!("{place}-{end}"), &to);
        Button::new(label, id).enabled(other.is_some())
    };
    let here = format!("Page {} of {pages}", page + 1);
    vec![
        turn("Previous", page.checked_sub(1), "first"),
        Button::new(here, format!("{place}-page")).enabled(false),
        turn("Next", Some(page + 1).filter(|next| *next < pages), "last"),
    ]
}
