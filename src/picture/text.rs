//! From any text to glyphs in their places: nothing is drawn as a box, nothing is wider than it may be.
//!
//! Names come from people and may hold anything. What no bundled font has is written in Latin letters or left out, each
//! grapheme on its own. One line at a time; there is no wrapping. Fonts are chosen here, grapheme by grapheme, rather
//! than left to a text engine's fallback, which mixes them by counting glyphs and fails where an emoji is made of
//! several.

use deunicode::deunicode_char;
use harfrust::{Direction, ShapeOptions, UnicodeBuffer};
use unicode_bidi::BidiInfo;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::picture::fonts::{FaceId, Weight, face_for, face_of};

/// Diacritics above one letter. More are somebody's joke and would grow into the next line.
const MARKS: usize = 2;
/// Graphemes looked at. No line shows more, and what people send may be long.
const LONGEST: usize = 200;

/// A line of text, ready to be drawn.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its glyphs from left to right.
    pub glyphs: Vec<Placed>,
    /// How wide it is, in pixels.
    pub width: f32,
}

/// A glyph in its place, in pixels; `y` grows upwards from the baseline.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub face: FaceId,
    pub glyph: u32,
    pub size: f32,
    pub x: f32,
    pub y: f32,
}

/// A piece of text one font has all of.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    face: FaceId,
}

/// A whole text on one line, however wide.
#[must_use]
pub fn line_of(text: &str, size: f32, weight: Weight) -> Line {
    shape_line(&split_pieces(text, weight), size)
}

/// A text no wider than `width` pixels, with an ellipsis where something had to go.
#[must_use]
pub fn fit_line(text: &str, size: f32, weight: Weight, width: f32) -> Line {
    let pieces = split_pieces(text, weight);
    let whole = shape_line(&pieces, size);
    if whole.width <= width {
        return whole;
    }
    let cut = |kept: usize| {
        let mut shorter = pieces[..kept].to_vec();
        while shorter.last().is_some_and(|piece| piece.text == " ") {
            shorter.pop();
        }
        let face = face_for("…", weight).unwrap_or_default();
        shorter.push(Piece {
            text: "…".to_owned(),
            face,
        });
        shape_line(&shorter, size)
    };
    // The most that fits. Shaping is not quite monotonous, as letters join; so what is found is measured again.
    let (mut fits, mut too_many) = (0, pieces.len());
    while fits + 1 < too_many {
        let middle = usize::midpoint(fits, too_many);
        match cut(middle).width <= width {
            true => fits = middle,
            false => too_many = middle,
        }
    }
    (0..=fits)
        .rev()
        .map(cut)
        .find(|line| line.width <= width)
        .unwrap_or_default()
}

/// A text in the larger size if it fits, else in the smaller one, with an ellipsis if need be.
#[must_use]
pub fn fitted_in(text: &str, sizes: (f32, f32), weight: Weight, width: f32) -> Line {
    let large = line_of(text, sizes.0, weight);
    match large.width <= width {
        true => large,
        false => fit_line(text, sizes.1, weight, width),
    }
}

/// A name as it will be readable: `fallback` where nothing of it can be shown.
#[must_use]
pub fn name_or<'a>(name: &'a str, fallback: &'a str) -> &'a str {
    match split_pieces(name, Weight::Regular).is_empty() {
        true => fallback,
        false => name,
    }
}

/// The graphemes of a text, each with a font that has it. No spaces at either end, and never two in a row.
fn split_pieces(text: &str, weight: Weight) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for grapheme in text.graphemes(true).take(LONGEST) {
        let grapheme = readable_grapheme(grapheme);
        let second_space = grapheme == " " && pieces.last().is_none_or(|piece| piece.text == " ");
        if grapheme.is_empty() || second_space {
            continue;
        }
        if let Some(face) = face_for(&grapheme, weight) {
            pieces.push(Piece { text: grapheme, face });
            continue;
        }
        // Only letters and digits: what ornaments are called helps nobody.
        let letters = grapheme.chars().filter(|c| c.is_alphanumeric());
        let latin: String = letters.filter_map(deunicode_char).collect();
        for c in latin.chars().filter(|c| !c.is_control()) {
            let text = c.to_string();
            if let Some(face) = face_for(&text, weight) {
                pieces.push(Piece { text, face });
            }
        }
    }
    while pieces.last().is_some_and(|piece| piece.text == " ") {
        pieces.pop();
    }
    pieces
}

/// A grapheme without what cannot be seen and with at most [`MARKS`] diacritics. All kinds of space are one space.
fn readable_grapheme(grapheme: &str) -> String {
    let mut marks = 0;
    let mut kept = String::with_capacity(grapheme.len());
    for c in grapheme.chars() {
        match c {
            _ if c.is_whitespace() => return " ".to_owned(),
            _ if c.is_control() || is_blank(c) => {}
            '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20e2}'
            | '\u{20e4}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{6d6}'..='\u{6ed}'
            | '\u{591}'..='\u{5c7}' => {
                marks += 1;
                if marks <= MARKS && !kept.is_empty() {
                    kept.push(c);
                }
            }
            _ => kept.push(c),
        }
    }
    // Joiners and selectors have nothing to act on when they stand alone.
    match kept
        .chars()
        .all(|c| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'))
    {
        true => String::new(),
        false => kept,
    }
}

/// Letters and format characters that show nothing, or turn the direction of what follows.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{fe10}'..='\u{fe19}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e001f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Puts pieces beside each other in the order they are read on screen.
fn shape_line(pieces: &[Piece], size: f32) -> Line {
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let mut faces = Vec::with_capacity(text.len());
    for piece in pieces {
        faces.extend(std::iter::repeat_n(piece.face, piece.text.len()));
    }
    let mut line = Line::default();
    let bidi = BidiInfo::new(&text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let leftwards = levels[run.start].is_rtl();
            let mut stretches: Vec<_> = faces[run.clone()].chunk_by(|a, b| a == b).collect();
            let mut at = if leftwards { run.end } else { run.start };
            if leftwards {
                stretches.reverse();
            }
            for stretch in stretches {
                let range = match leftwards {
                    true => at - stretch.len()..at,
                    false => at..at + stretch.len(),
                };
                at = if leftwards { range.start } else { range.end };
                line.push(&text[range], stretch[0], leftwards, size);
            }
        }
    }
    line
}

impl Line {
    /// Adds a stretch of one font and direction.
    fn push(&mut self, text: &str, id: FaceId, leftwards: bool, size: f32) {
        let face = face_of(id);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(if leftwards {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        });
        buffer.guess_segment_properties();
        let shaped = face
            .shaper
            .shaper(&face.font)
            .build()
            .shape(buffer, ShapeOptions::new());
        let scale = size / face.units_per_em;
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            #[expect(clippy::cast_precision_loss, reason = "font units are far below 2^24")]
            let [x, y, advance] =
                [position.x_offset, position.y_offset, position.x_advance].map(|n| n as f32 * scale);
            self.glyphs.push(Placed {
                face: id,
                glyph: info.glyph_id,
                size,
                x: self.width + x,
                y,
            });
            self.width += advance;
        }
    }
}
