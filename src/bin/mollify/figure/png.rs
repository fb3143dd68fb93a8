//! Marks as PNG: the same picture in pixels, with its resolution in the file.

use super::colour::Colour;
use super::font;
use super::mark::{Mark, Pen, Piece, Rect};
use tiny_skia::{
    FillRule, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash,
    Transform,
};

/// No side is longer, whatever the resolution asked for.
const LARGEST_SIDE: f64 = 12_000.0;

/// The file; `dpi` pixels to the inch.
pub(super) fn write(marks: &[Mark], width: f64, height: f64, dpi: f64) -> Vec<u8> {
    let scale = (dpi / 72.0).min(LARGEST_SIDE / width.max(height));
    let pixels = |points: f64| (points * scale).round().max(1.0) as u32;
    let mut canvas = Canvas {
        pixmap: Pixmap::new(pixels(width), pixels(height)).expect("sides are from 1 to 12000"),
        clip: None,
        scale,
    };
    canvas.pixmap.fill(tiny_skia::Color::WHITE);
    let mut frame = 0;
    for mark in marks {
        match mark {
            Mark::Frame(number) => frame = *number,
            Mark::EndFrame => frame = 0,
            // A still shows the first frame.
            _ if frame == 0 => canvas.draw(mark),
            _ => {}
        }
    }
    encode(&canvas.pixmap, scale)
}

struct Canvas {
    pixmap: Pixmap,
    clip: Option<Mask>,
    scale: f64,
}

impl Canvas {
    fn draw(&mut self, mark: &Mark) {
        match mark {
            Mark::Path {
                outline,
                fill,
                pen,
                crisp,
            } => {
                let Some(path) = path(outline, self.scale) else {
                    return;
                };
                if let Some((colour, opacity)) = fill {
                    self.fill(&path, *colour, *opacity, *crisp);
                }
                if let Some(pen) = pen {
                    self.stroke(&path, pen);
                }
            }
            Mark::Text(text) => {
                if let Some(path) = font::path(text, self.scale) {
                    self.fill(&path, text.colour, 1.0, false);
                }
            }
            Mark::Clip(rect) => self.clip = self.mask(rect),
            Mark::Unclip => self.clip = None,
            Mark::Frame(_) | Mark::EndFrame => {}
        }
    }

    fn fill(&mut self, path: &Path, colour: Colour, opacity: f64, crisp: bool) {
        let mut paint = paint(colour, opacity);
        paint.anti_alias = !crisp;
        let (rule, place) = (FillRule::Winding, Transform::identity());
        self.pixmap
            .fill_path(path, &paint, rule, place, self.clip.as_ref());
    }

    fn stroke(&mut self, path: &Path, pen: &Pen) {
        let dashes = pen.dash.iter().map(|d| (d * self.scale) as f32).collect();
        let stroke = Stroke {
            width: (pen.width * self.scale) as f32,
            line_cap: LineCap::Butt,
            line_join: LineJoin::Round,
            dash: StrokeDash::new(dashes, 0.0),
            ..Stroke::default()
        };
        let paint = paint(pen.colour, pen.opacity);
        let place = Transform::identity();
        self.pixmap
            .stroke_path(path, &paint, &stroke, place, self.clip.as_ref());
    }

    fn mask(&self, rect: &Rect) -> Option<Mask> {
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
        let path = path(&rect.outline(), self.scale)?;
        mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        Some(mask)
    }
}

fn paint(colour: Colour, opacity: f64) -> Paint<'static> {
    let mut paint = Paint::default();
    let alpha = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
    paint.set_color_rgba8(colour.red, colour.green, colour.blue, alpha);
    paint
}

fn path(outline: &[Piece], scale: f64) -> Option<Path> {
    let at = |(x, y): (f64, f64)| ((x * scale) as f32, (y * scale) as f32);
    let mut builder = PathBuilder::new();
    for piece in outline {
        match piece {
            Piece::Move(p) => {
                let (x, y) = at(*p);
                builder.move_to(x, y);
            }
            Piece::Line(p) => {
                let (x, y) = at(*p);
                builder.line_to(x, y);
            }
            Piece::Cubic(a, b, p) => {
                let ((ax, ay), (bx, by), (x, y)) = (at(*a), at(*b), at(*p));
                builder.cubic_to(ax, ay, bx, by, x, y);
            }
            Piece::Close => builder.close(),
        }
    }
    builder.finish()
}

/// RGB without transparency: the paper is white.
fn encode(pixmap: &Pixmap, scale: f64) -> Vec<u8> {
    let rgb: Vec<u8> = pixmap
        .data()
        .chunks_exact(4)
        .flat_map(|rgba| [rgba[0], rgba[1], rgba[2]])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (scale * 72.0 / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&rgb))
        .expect("writing to memory, as many bytes as the header says");
    bytes
}
