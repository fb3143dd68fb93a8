//! Marks as SVG 1.1: text stays text, lengths in points, no identifiers, so that several pictures fit into one page.

use super::font::FAMILIES;
use super::mark::{Anchor, Mark, Pen, Piece, Point, Rect, Text};
use std::fmt::Write;

const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// What stands before the root of the document.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The document.
pub(super) fn write(marks: &[Mark], width: f64, height: f64, title: Option<&str>) -> String {
    let mut out = String::from(DECLARATION);
    let mm = |points: f64| number(points / POINTS_PER_MM);
    put(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {} {}\" font-family=\"{FAMILIES}\" font-stretch=\"condensed\">\n",
            mm(width),
            mm(height),
            number(width),
            number(height)
        ),
    );
    if let Some(title) = title {
        put(
            &mut out,
            format_args!("<title>{}</title>\n", escaped(title)),
        );
    }
    out.push_str("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    for mark in marks {
        match mark {
            Mark::Path {
                outline,
                fill,
                pen,
                crisp,
            } => {
                put(&mut out, format_args!("<path d=\"{}\"", data(outline)));
                match fill {
                    Some((colour, opacity)) => {
                        put(&mut out, format_args!(" fill=\"{}\"", colour.css()));
                        attribute(&mut out, "fill-opacity", *opacity, 1.0);
                    }
                    None => out.push_str(" fill=\"none\""),
                }
                if let Some(pen) = pen {
                    stroke(&mut out, pen);
                }
                if *crisp {
                    out.push_str(" shape-rendering=\"crispEdges\"");
                }
                out.push_str("/>\n");
            }
            Mark::Text(text) => write_text(&mut out, text),
            Mark::Clip(rect) => clip(&mut out, rect),
            Mark::Unclip => out.push_str("</svg>\n"),
            Mark::Frame(0) => out.push_str("<g data-frame=\"0\">\n"),
            Mark::Frame(number) => put(
                &mut out,
                format_args!("<g data-frame=\"{number}\" display=\"none\">\n"),
            ),
            Mark::EndFrame => out.push_str("</g>\n"),
        }
    }
    out.push_str("</svg>\n");
    out
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments)
        .expect("a String takes all that is written to it");
}

/// A number with at most two decimals: 1/7200 inch.
fn number(x: f64) -> String {
    let text = format!("{x:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" | "" => "0".into(),
        short => short.into(),
    }
}

fn attribute(out: &mut String, name: &str, value: f64, default: f64) {
    if value != default {
        put(out, format_args!(" {name}=\"{}\"", number(value)));
    }
}

fn stroke(out: &mut String, pen: &Pen) {
    put(
        out,
        format_args!(
            " stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"",
            pen.colour.css(),
            number(pen.width)
        ),
    );
    attribute(out, "stroke-opacity", pen.opacity, 1.0);
    if !pen.dash.is_empty() {
        let dashes: Vec<String> = pen.dash.iter().map(|d| number(*d)).collect();
        put(
            out,
            format_args!(" stroke-dasharray=\"{}\"", dashes.join(" ")),
        );
    }
}

fn data(outline: &[Piece]) -> String {
    let at = |p: &Point| format!("{} {}", number(p.0), number(p.1));
    let pieces: Vec<String> = outline
        .iter()
        .map(|piece| match piece {
            Piece::Move(p) => format!("M{}", at(p)),
            Piece::Line(p) => format!("L{}", at(p)),
            Piece::Cubic(a, b, p) => format!("C{} {} {}", at(a), at(b), at(p)),
            Piece::Close => "Z".into(),
        })
        .collect();
    pieces.concat()
}

fn write_text(out: &mut String, text: &Text) {
    let (x, y) = (number(text.at.0), number(text.at.1));
    put(
        out,
        format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{}\"",
            number(text.size),
            text.colour.css()
        ),
    );
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if text.bold {
        out.push_str(" font-weight=\"bold\"");
    }
    if text.turn != 0.0 {
        put(
            out,
            format_args!(" transform=\"rotate({} {x} {y})\"", number(text.turn)),
        );
    }
    put(out, format_args!(">{}</text>\n", escaped(&text.content)));
}

/// A nested picture cuts off what lies outside and needs no identifier.
fn clip(out: &mut String, rect: &Rect) {
    let (x, y) = (number(rect.left), number(rect.top));
    let (w, h) = (number(rect.width), number(rect.height));
    put(
        out,
        format_args!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" viewBox=\"{x} {y} {w} {h}\" overflow=\"hidden\">\n"
        ),
    );
}

/// Text for XML; characters that XML 1.0 does not know are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
