//! What authors get to read, to the letter.

mod check;
mod parse;
mod sets;
mod sheet;

/// The file that questions/README.md shows to authors.
pub(crate) fn example() -> String {
    let readme = include_str!("../../../questions/README.md");
    let (_, from) = readme
        .split_once("````markdown\n")
        .expect("the README shows an example");
    let (example, _) = from.split_once("````").expect("the example ends");
    example.to_owned()
}
