//! The bundled fonts, and which of them has what.
//!
//! Fonts of the machine are never looked at: a picture is the same wherever the program runs.

use std::sync::LazyLock;

use harfrust::ShaperData;
use skrifa::MetadataProvider as _;
use skrifa::charmap::Charmap;

/// How heavy a text is. Only Latin, Greek and Cyrillic come in two weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For running text and names.
    Regular,
    /// For titles and numbers.
    Bold,
}

/// A font, read once.
pub struct Face {
    /// For outlines, widths and shaping.
    pub font: skrifa::FontRef<'static>,
    /// What the shaper keeps of it.
    pub shaper: ShaperData,
    charmap: Charmap<'static>,
    /// Font units of one em.
    pub units_per_em: f32,
}

/// Number of a face in [`face_of`].
pub type FaceId = usize;

const REGULAR: FaceId = 0;
const BOLD: FaceId = 1;
const EMOJI: FaceId = 9;

static FACES: LazyLock<Vec<Face>> = LazyLock::new(|| {
    let files: [&'static [u8]; 12] = [
        include_bytes!("fonts/NotoSans-Regular.ttf"),
        include_bytes!("fonts/NotoSans-Bold.ttf"),
        include_bytes!("fonts/NotoSansHebrew-Regular.ttf"),
        include_bytes!("fonts/NotoSansArabic-Regular.ttf"),
        include_bytes!("fonts/NotoSansDevanagari-Regular.ttf"),
        include_bytes!("fonts/NotoSansThai-Regular.ttf"),
        include_bytes!("fonts/NotoSansArmenian-Regular.ttf"),
        include_bytes!("fonts/NotoSansGeorgian-Regular.ttf"),
        include_bytes!("fonts/DroidSansFallback.ttf"),
        include_bytes!("fonts/NotoEmoji-Regular.ttf"),
        include_bytes!("fonts/NotoSansSymbols-Regular.ttf"),
        include_bytes!("fonts/NotoSansSymbols2-Regular.ttf"),
    ];
    files.into_iter().map(Face::read).collect()
});

impl Face {
    fn read(file: &'static [u8]) -> Self {
        let font = skrifa::FontRef::new(file).expect("a bundled font can be read");
        let units_per_em = font
            .metrics(
                skrifa::instance::Size::unscaled(),
                skrifa::instance::LocationRef::default(),
            )
            .units_per_em;
        Self {
            shaper: ShaperData::new(&font),
            charmap: font.charmap(),
            units_per_em: f32::from(units_per_em),
            font,
        }
    }

    fn has(&self, c: char) -> bool {
        // Glyph 0 is the box that stands for everything a font lacks.
        self.charmap.map(c).is_some_and(|glyph| glyph.to_u32() != 0)
    }
}

/// A face by its number.
#[must_use]
pub fn face_of(id: FaceId) -> &'static Face {
    &FACES[id]
}

/// The first face that has all of a grapheme.
#[must_use]
pub fn face_for(grapheme: &str, weight: Weight) -> Option<FaceId> {
    let has_all = |id: &FaceId| grapheme.chars().all(|c| is_unseen(c) || face_of(*id).has(c));
    let latin = match weight {
        Weight::Regular => REGULAR,
        Weight::Bold => BOLD,
    };
    // U+FE0F asks for the emoji where a character is both a letter or sign and an emoji.
    let emoji = grapheme.contains('\u{fe0f}').then_some(EMOJI);
    let rest = (BOLD + 1)..FACES.len();
    emoji.into_iter().chain([latin]).chain(rest).find(has_all)
}

/// Characters that only change how their neighbours look: joiners, variation selectors, and the tags of flags.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}
