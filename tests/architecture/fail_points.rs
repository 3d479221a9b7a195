//! Fail points stand in one list, and each in one place of the code: a test that ends the process at a name ends it at
//! one moment.

use std::collections::BTreeMap;

use greenroom::internals::FAIL_POINTS;

use super::source::read_folder;

const CALL: &str = "fail_point(\"";

#[test]
fn every_fail_point_is_listed_and_stands_in_one_place() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in read_folder("src")
        .iter()
        .filter(|file| file.module != ["fail_points"])
    {
        for rest in file.text.split(CALL).skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            places.entry(name.to_owned()).or_default().push(file.path.clone());
        }
    }
    for (name, sentence) in FAIL_POINTS {
        let found = places.remove(*name).unwrap_or_default();
        assert_eq!(found.len(), 1, "{name} stands in {found:?}, not in one place");
        assert!(sentence.ends_with('.'), "{name}: {sentence} is no sentence");
    }
    assert!(places.is_empty(), "not listed in src/fail_points.rs: {places:?}");
}
