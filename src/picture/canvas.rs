//! A sheet to draw on, with the few shapes and the colours the cards are made of.
//!
//! Knows nothing of what the cards show. Positions are pixels from the upper left corner.

use skrifa::MetadataProvider as _;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use crate::picture::fonts::face_of;
use crate::picture::text::Line;

/// Width of every card. A phone shows it about 350 wide, a desktop about 550.
pub const WIDTH: f32 = 1000.0;
/// Space between a card's edge and what it shows.
pub const MARGIN: f32 = 40.0;

/// The smallest text on a card: 12 pixels on a phone.
pub const SMALL: f32 = 34.0;
/// Ordinary text.
pub const TEXT: f32 = 38.0;
/// Titles.
pub const TITLE: f32 = 48.0;

/// A colour, `0xRRGGBB`.
pub type Colour = u32;

/// Behind everything. Dark, so that it does not glare in a dark theme, and opaque, so that it reads in a light one.
pub const GROUND: Colour = 0x1f_22_33;
/// Behind a group, and empty cells.
pub const PANEL: Colour = 0x2d_31_47;
/// What an empty bar shows of its full length.
pub const TRACK: Colour = 0x3c_41_5c;
/// Text.
pub const INK: Colour = 0xf5_f6_fb;
/// Text that matters less; 8 : 1 against the ground.
pub const FAINT: Colour = 0xb9_bf_d6;
/// What is the reader's own.
pub const OWN: Colour = 0x43_4a_86;
/// Bars and lines.
pub const BLUE: Colour = 0x8f_9d_ff;
/// Right, and upwards.
pub const GREEN: Colour = 0x5d_dc_a4;
/// Downwards.
pub const RED: Colour = 0xff_93_8a;
/// Flames.
pub const FLAME: Colour = 0xff_a9_4d;
/// First, second and third.
pub const MEDALS: [Colour; 3] = [0xff_d1_66, 0xd3_d9_e8, 0xe3_a5_7c];

/// Where a text stands in relation to the point it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// A sheet of [`WIDTH`] pixels and some height.
pub struct Canvas {
    pixels: Pixmap,
}

impl Canvas {
    /// An empty sheet of that many pixels' height.
    pub fn new(height: f32) -> anyhow::Result<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "cards are a few hundred pixels high"
        )]
        let [width, height] = [WIDTH, height].map(|length| length.ceil().max(1.0) as u32);
        let mut pixels =
            Pixmap::new(width, height).ok_or_else(|| anyhow::anyhow!("no picture of {width} × {height}"))?;
        pixels.fill(to_color(GROUND));
        Ok(Self { pixels })
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> anyhow::Result<Vec<u8>> {
        Ok(self.pixels.encode_png()?)
    }

    /// A box with rounded corners.
    pub fn block(&mut self, x: f32, y: f32, width: f32, height: f32, radius: f32, fill: Colour) {
        let Some(rect) = Rect::from_xywh(x, y, width, height) else {
            return;
        };
        let r = radius.min(width / 2.0).min(height / 2.0);
        // How far a curve's handles reach to look like a quarter of a circle.
        let k = r * 0.448;
        let (left, top, right, bottom) = (rect.left(), rect.top(), rect.right(), rect.bottom());
        let mut path = PathBuilder::new();
        path.move_to(left + r, top);
        path.line_to(right - r, top);
        path.cubic_to(right - k, top, right, top + k, right, top + r);
        path.line_to(right, bottom - r);
        path.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
        path.line_to(left + r, bottom);
        path.cubic_to(left + k, bottom, left, bottom - k, left, bottom - r);
        path.line_to(left, top + r);
        path.cubic_to(left, top + k, left + k, top, left + r, top);
        path.close();
        self.fill(path.finish(), fill);
    }

    /// A filled shape with straight edges.
    pub fn shape(&mut self, corners: &[(f32, f32)], fill: Colour) {
        self.fill(join_points(corners, true), fill);
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f32, f32)], width: f32, ink: Colour) {
        if let Some(path) = join_points(points, false) {
            let stroke = Stroke {
                width,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            self.pixels
                .stroke_path(&path, &to_paint(ink), &stroke, Transform::identity(), None);
        }
    }

    /// A filled circle.
    pub fn dot(&mut self, x: f32, y: f32, radius: f32, fill: Colour) {
        self.fill(PathBuilder::from_circle(x, y, radius), fill);
    }

    /// A tick, as high as text of that size.
    pub fn tick(&mut self, x: f32, baseline: f32, size: f32, ink: Colour) {
        let points = [(0.05, 0.36), (0.28, 0.08), (0.7, 0.68)];
        let points = points.map(|(right, up)| (x + right * size, baseline - up * size));
        self.line(&points, size * 0.13, ink);
    }

    /// A flame, as high as text of that size.
    pub fn flame(&mut self, x: f32, baseline: f32, size: f32) {
        let at = |right: f32, up: f32| (x + right * size, baseline - up * size);
        let mut path = PathBuilder::new();
        let curve = |path: &mut PathBuilder, a: (f32, f32), b: (f32, f32), to: (f32, f32)| {
            let (a, b, to) = (at(a.0, a.1), at(b.0, b.1), at(to.0, to.1));
            path.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
        };
        let start = at(0.34, 0.86);
        path.move_to(start.0, start.1);
        curve(&mut path, (0.36, 0.66), (0.66, 0.52), (0.66, 0.24));
        curve(&mut path, (0.66, 0.04), (0.52, -0.08), (0.34, -0.08));
        curve(&mut path, (0.15, -0.08), (0.02, 0.05), (0.02, 0.23));
        curve(&mut path, (0.02, 0.36), (0.09, 0.46), (0.14, 0.52));
        curve(&mut path, (0.16, 0.43), (0.2, 0.38), (0.26, 0.36));
        curve(&mut path, (0.2, 0.56), (0.24, 0.74), (0.34, 0.86));
        path.close();
        self.fill(path.finish(), FLAME);
        // Brighter at the foot, so that it is a flame and not a drop.
        let mut hole = PathBuilder::new();
        let start = at(0.36, 0.32);
        hole.move_to(start.0, start.1);
        curve(&mut hole, (0.37, 0.22), (0.48, 0.2), (0.48, 0.09));
        curve(&mut hole, (0.48, 0.02), (0.42, -0.02), (0.35, -0.02));
        curve(&mut hole, (0.27, -0.02), (0.22, 0.03), (0.22, 0.1));
        curve(&mut hole, (0.22, 0.19), (0.32, 0.22), (0.36, 0.32));
        hole.close();
        self.fill(hole.finish(), 0xff_f0_c2);
    }

    /// A line of text whose baseline goes through the point.
    pub fn text(&mut self, line: &Line, x: f32, baseline: f32, align: Align, ink: Colour) {
        let left = match align {
            Align::Left => x,
            Align::Centre => x - line.width / 2.0,
            Align::Right => x - line.width,
        };
        let mut pen = Pen(PathBuilder::new(), 0.0, 0.0);
        for placed in &line.glyphs {
            let face = face_of(placed.face);
            let outline = face.font.outline_glyphs().get(placed.glyph.into());
            let settings = DrawSettings::unhinted(Size::new(placed.size), LocationRef::default());
            (pen.1, pen.2) = (left + placed.x, baseline - placed.y);
            // A glyph without an outline is a space; one that cannot be read is left out like one.
            if let Some(outline) = outline
                && let Err(error) = outline.draw(settings, &mut pen)
            {
                tracing::warn!(%error, glyph = placed.glyph, "a glyph cannot be drawn");
            }
        }
        self.fill(pen.0.finish(), ink);
    }

    fn fill(&mut self, path: Option<Path>, ink: Colour) {
        if let Some(path) = path {
            self.pixels.fill_path(
                &path,
                &to_paint(ink),
                FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
    }
}

fn to_color(rgb: Colour) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

fn to_paint(rgb: Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(to_color(rgb));
    paint.anti_alias = true;
    paint
}

fn join_points(points: &[(f32, f32)], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    path.move_to(first.0, first.1);
    for (x, y) in rest {
        path.line_to(*x, *y);
    }
    if closed {
        path.close();
    }
    path.finish()
}

/// Takes a glyph's outline, whose y grows upwards, to a place on the sheet.
struct Pen(PathBuilder, f32, f32);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(self.1 + x, self.2 - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(self.1 + x, self.2 - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(self.1 + cx, self.2 - cy, self.1 + x, self.2 - y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (left, baseline) = (self.1, self.2);
        self.0.cubic_to(
            left + ax,
            baseline - ay,
            left + bx,
            baseline - by,
            left + x,
            baseline - y,
        );
    }

    fn close(&mut self) {
        self.0.close();
    }
}
