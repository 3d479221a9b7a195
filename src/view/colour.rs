//! Colours of the left edge of messages, as `0xRRGGBB`.

use crate::rules::question::Level;

/// What is about nobody's success in particular.
pub const ACCENT: u32 = 0x58_65_f2;
/// Podiums.
pub const GOLD: u32 = 0xe0_b0_3c;

/// The colour of a level: green, amber, red.
pub fn level_colour(level: Level) -> u32 {
    match level {
        Level::Easy => 0x57_a7_73,
        Level::Medium => 0xe0_a5_26,
        Level::Hard => 0xd9_53_4f,
    }
}
