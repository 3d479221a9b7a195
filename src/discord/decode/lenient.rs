//! Reading JSON that may be odd: what is not as it should be is absent, and costs nothing beside it.

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;

/// A text without the one character that PostgreSQL cannot keep, and nobody can type.
pub(super) fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// An id, which Discord writes as text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Id(pub(super) i64);

/// A set of flags, which Discord writes as a number or, where it may be large, as text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits(pub(super) u128);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Bits(id) = Bits::deserialize(deserializer)?;
        i64::try_from(id).map(Self).map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Bits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;
        impl Visitor<'_> for NumberOrText {
            type Value = Bits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or one in text")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Bits, E> {
                Ok(Bits(number.into()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bits, E> {
                text.parse().map(Bits).map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

/// A value that is absent where it is not what it should be.
pub(super) fn read_leniently<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// The elements of a list that are what they should be; none where there is no list.
pub(super) fn read_each<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw: Option<Vec<&RawValue>> = read_leniently(deserializer)?;
    let elements = raw.unwrap_or_default();
    Ok(elements
        .iter()
        .filter_map(|raw| serde_json::from_str(raw.get()).ok())
        .collect())
}

/// The options of a command that are what they should be. Each level of them is read from its own text, so the limit
/// `serde_json` sets to recursion does not hold here; what is nested deeper than Discord nests would end the process.
pub(super) fn read_shallow<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    /// A group, a subcommand and an option are an object in a list each; the rest is for what may come.
    const DEEPEST: usize = 16;
    let raw: Option<Vec<&RawValue>> = read_leniently(deserializer)?;
    let elements = raw.unwrap_or_default().into_iter().map(RawValue::get);
    let shallow = elements.filter(|text| measure_depth(text) <= DEEPEST);
    Ok(shallow
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect())
}

/// How many lists and objects stand inside each other at most, in valid JSON.
fn measure_depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
