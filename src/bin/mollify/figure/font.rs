//! The font: DejaVu Sans Condensed, compiled in, so that a picture needs nothing installed.
//!
//! It has the Greek letters, superscripts and minus sign that labels need, and is about as wide as the sans-serif fonts a
//! viewer of the SVG falls back to.

use super::mark::{Anchor, Rect, Text};
use std::sync::OnceLock;
use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// The families a viewer of the SVG tries, in this order.
pub(super) const FAMILIES: &str =
    "'DejaVu Sans Condensed', 'DejaVu Sans', Arial, Helvetica, sans-serif";

fn face(bold: bool) -> &'static Face<'static> {
    static REGULAR: OnceLock<Face<'static>> = OnceLock::new();
    static BOLD: OnceLock<Face<'static>> = OnceLock::new();
    let parse = |bytes| Face::parse(bytes, 0).expect("the font is compiled in and whole");
    match bold {
        false => REGULAR.get_or_init(|| parse(dejavu::sans_condensed::regular())),
        true => BOLD.get_or_init(|| parse(dejavu::sans_condensed::bold())),
    }
}

fn glyphs(text: &str, bold: bool) -> impl Iterator<Item = (GlyphId, f64)> {
    let face = face(bold);
    text.chars().map(move |c| {
        let glyph = face.glyph_index(c).unwrap_or_default();
        (glyph, f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)))
    })
}

/// The width of a text in points.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let units = f64::from(face(bold).units_per_em());
    glyphs(text, bold).map(|(_, advance)| advance).sum::<f64>() * size / units
}

/// Distance of the left end of a text from its anchor.
fn shift(text: &Text) -> f64 {
    let width = || width(&text.content, text.size, text.bold);
    match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width() / 2.0,
        Anchor::End => -width(),
    }
}

/// The box around a text that is not turned.
pub(super) fn bounds(text: &Text) -> Rect {
    Rect::new(
        text.at.0 + shift(text),
        text.at.1 - 0.78 * text.size,
        width(&text.content, text.size, text.bold),
        text.size,
    )
}

/// The filled outline of a text, in pixels of `scale` to the point; none if nothing of it is visible.
pub(super) fn path(text: &Text, scale: f64) -> Option<Path> {
    let face = face(text.bold);
    let unit = text.size / f64::from(face.units_per_em());
    let mut outlines = Outlines(PathBuilder::new(), 0.0);
    for (glyph, advance) in glyphs(&text.content, text.bold) {
        // A glyph without outline is a space.
        let _ = face.outline_glyph(glyph, &mut outlines);
        outlines.1 += advance as f32;
    }
    let turn = Transform::from_rotate(text.turn as f32);
    let place = Transform::from_row(unit as f32, 0.0, 0.0, -unit as f32, shift(text) as f32, 0.0)
        .post_concat(turn)
        .post_translate(text.at.0 as f32, text.at.1 as f32)
        .post_scale(scale as f32, scale as f32);
    outlines.0.finish()?.transform(place)
}

/// Glyphs side by side, in font units; the second field is where the next one starts.
struct Outlines(PathBuilder, f32);

impl OutlineBuilder for Outlines {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x + self.1, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x + self.1, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1 + self.1, y1, x + self.1, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0
            .cubic_to(x1 + self.1, y1, x2 + self.1, y2, x + self.1, y);
    }
    fn close(&mut self) {
        self.0.close();
    }
}
