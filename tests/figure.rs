//! Figures: what their files hold, and what they make of data that are no data.
//!
//! `MOLLIFY_KEEP_FIGURES=1` keeps the pictures of the gallery under the target folder, to be looked at.

use mollify::Error;
use mollify::figure::data::Table;
use mollify::figure::{
    Colour, ColourMap, Dash, Figure, Heat, Legend, Marker, Panel, Scale, Series, Shape,
};
use std::fs;
use std::path::{Path, PathBuf};

/// A picture read back.
struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Picture {
    fn of(png: &[u8]) -> Self {
        let decoder = png::Decoder::new(std::io::Cursor::new(png));
        let mut reader = decoder.read_info().expect("a PNG file");
        let mut rgb = vec![0; reader.output_buffer_size().expect("it fits memory")];
        let info = reader.next_frame(&mut rgb).expect("a whole picture");
        assert_eq!(info.color_type, png::ColorType::Rgb);
        let (width, height) = (info.width, info.height);
        Self { width, height, rgb }
    }

    fn pixels(&self) -> impl Iterator<Item = [u8; 3]> {
        self.rgb.chunks_exact(3).map(|p| [p[0], p[1], p[2]])
    }

    fn count(&self, colour: Colour) -> usize {
        let wanted = [colour.red, colour.green, colour.blue];
        self.pixels().filter(|p| *p == wanted).count()
    }

    /// Whether nothing touches the border: no text is cut off.
    fn has_clean_border(&self) -> bool {
        let (w, h) = (self.width as usize, self.height as usize);
        self.pixels().enumerate().all(|(i, p)| {
            let (x, y) = (i % w, i / w);
            let border = x == 0 || y == 0 || x == w - 1 || y == h - 1;
            !border || p == [255; 3]
        })
    }
}

/// All tags of a document are closed in order and no bare special character is left; enough to catch what a writer of
/// SVG can get wrong.
#[track_caller]
fn is_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for part in body.expect("an XML declaration").split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("every < has its >");
        for entity in text.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;", "quot;"];
            assert!(known.iter().any(|k| entity.starts_with(k)), "&{entity}");
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a name"));
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(
        !xml.contains("NaN") && !xml.contains("inf"),
        "a number is missing"
    );
}

fn grid(count: usize, low: f64, high: f64) -> Vec<f64> {
    let step = (high - low) / (count - 1) as f64;
    (0..count).map(|i| low + step * i as f64).collect()
}

fn map(x: &[f64], f: impl Fn(f64) -> f64) -> Vec<f64> {
    x.iter().map(|x| f(*x)).collect()
}

fn curves() -> Panel {
    let x = grid(81, -0.4, 0.4);
    let smooth = map(&x, |x| 1.0 / (1.0 + (-20.0 * x).exp()));
    let error = map(&x, |x| 0.02 + 0.05 * (-40.0 * x * x).exp());
    Panel::new()
        .title("objective")
        .x_label("position theta (m)")
        .y_label("cost (1)")
        .series(Series::step(&x, &map(&x, |x| f64::from(u8::from(x >= 0.0)))).label("f, no noise"))
        .series(
            Series::line(&x, &smooth)
                .std_error(&error)
                .label("F ± 1 s.e."),
        )
        .vertical(0.1, "start")
        .horizontal(0.5, "half")
}

fn decades() -> Panel {
    let n: Vec<f64> = (0..9).map(|k| 10f64.powi(k)).collect();
    let error = map(&n, |n| 3.0 / n.sqrt());
    Panel::new()
        .title("convergence")
        .x_label("samples N")
        .y_label("standard error (1/m)")
        .x_scale(Scale::Log)
        .y_scale(Scale::Log)
        .series(
            Series::points(&n, &error)
                .between(&map(&error, |e| 0.6 * e), &map(&error, |e| 1.7 * e))
                .label("zeroth order"),
        )
        .series(
            Series::line(&n, &map(&error, |e| 0.05 * e))
                .marker(Marker::Square)
                .label("first order"),
        )
        .series(
            Series::line(&n, &map(&n, |n| 9.0 / n.sqrt()))
                .label("N^(-1/2)")
                .colour(Colour::GREY)
                .dash(Dash::Dashed),
        )
        .annotate(1e4, 0.03, "published N")
}

fn bars() -> Panel {
    Panel::new()
        .title("rollouts per second")
        .y_label("rollouts (1/s)")
        .categories(["heaviside", "ball-wall", "pivot", "pushing"])
        .series(
            Series::bars(&[5e6, 3.1e6, 4.2e6, 0.9e6])
                .std_error(&[2e5; 4])
                .label("cpu"),
        )
        .series(
            Series::bars(&[7e6, 6.1e6, 6.2e6, 3.9e6])
                .std_error(&[2e5; 4])
                .label("gpu"),
        )
}

fn strips() -> Panel {
    let seeds = |m: f64| -> Vec<f64> {
        (0..24)
            .map(|i| m + 0.1 * (f64::from(i) * 2.4).sin())
            .collect()
    };
    Panel::new()
        .title("final cost of 24 seeds")
        .y_label("cost (m²)")
        .categories(["aobg", "ivw", "zeroth order", "first order"])
        .series(Series::strip(&[
            seeds(0.2),
            seeds(0.25),
            seeds(0.4),
            seeds(0.9),
        ]))
}

fn drawing() -> Panel {
    let path: Vec<(f64, f64)> = grid(60, 0.0, 1.6)
        .iter()
        .map(|t| (t * 1.4, 0.1 + 2.6 * t - 1.7 * t * t))
        .collect();
    Panel::new()
        .title("a throw over a wall")
        .x_label("x (m)")
        .y_label("y (m)")
        .equal_aspect()
        .shape(
            Shape::rectangle((1.0, 0.0), (1.1, 0.8))
                .fill(Colour::GREY)
                .label("wall"),
        )
        .shape(Shape::path(&[(-0.2, 0.0), (2.5, 0.0)]).width(0.8))
        .shape(Shape::path(&path).stroke(Colour::BLUE).label("throw"))
        .shape(Shape::circle(0.7, 1.0, 0.08).fill(Colour::VERMILLION))
        .shape(
            Shape::turned_rectangle((1.7, 0.3), (0.4, 0.25), 0.5)
                .stroke(Colour::GREEN)
                .fill(Colour::LIGHT_GREY),
        )
        .shape(Shape::arrow((0.0, 0.1), (0.35, 0.75)).stroke(Colour::BLACK))
        .annotate(0.7, 1.0, "ball")
}

fn heat() -> Panel {
    let (x, y) = (grid(41, -2.0, 2.0), grid(31, -1.5, 1.5));
    let z: Vec<f64> = y
        .iter()
        .flat_map(|y| x.iter().map(move |x| (x * 1.5).sin() * y.cos()))
        .collect();
    Panel::new()
        .title("F")
        .x_label("theta 0 (m)")
        .y_label("theta 1 (m)")
        .heat(Heat::new(&x, &y, &z, "F (m²)"))
}

fn gallery() -> Vec<(&'static str, Figure)> {
    let gaps = [f64::NAN, 1.0, -2.0, f64::INFINITY, 3.0, 0.0, 7.0];
    let x = grid(7, 0.0, 6.0);
    let odd = Panel::new()
        .title("data with gaps")
        .y_scale(Scale::Log)
        .series(Series::line(&x, &gaps).label("line"))
        .series(Series::points(&x, &gaps));
    let crowded = (0..7).fold(Panel::new().title("a crowd"), |panel, i| {
        let x = grid(40, 0.0, 1.0);
        let y = map(&x, |x| (9.0 * x + f64::from(i)).sin() * 1e6);
        panel.series(Series::line(&x, &y).label(format!("number {i}")))
    });
    vec![
        ("column", Figure::of(curves())),
        (
            "page",
            Figure::new()
                .lettered()
                .row([curves(), decades()])
                .row([bars(), strips()])
                .row([drawing(), heat()]),
        ),
        (
            "odd",
            Figure::new().row([
                odd,
                crowded,
                Panel::new().title("empty").heat(
                    Heat::new(
                        &[1.0, 2.0],
                        &[0.0, 1.0],
                        &[-1.0, f64::NAN, 0.5, 3.0],
                        "z (1)",
                    )
                    .map(ColourMap::Diverging),
                ),
            ]),
        ),
        (
            "shared",
            Figure::new()
                .shared_x()
                .shared_y()
                .common_legend()
                .row([curves(), curves().title("again")])
                .row([curves().title("and"), curves().title("again")])
                .panel_height_mm(28.0),
        ),
        (
            "narrow",
            Figure::new().row([strips(), decades(), curves(), bars()]),
        ),
    ]
}

#[test]
fn every_picture_of_the_gallery_is_whole() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures");
    for (name, figure) in gallery() {
        let figure = figure.dpi(150.0);
        is_well_formed(&figure.to_svg());
        let png = figure.to_png();
        let picture = Picture::of(&png);
        assert!(picture.has_clean_border(), "{name}: something is cut off");
        // Text and lines are at least one pixel in a hundred.
        let drawn = picture.pixels().filter(|p| *p != [255; 3]).count();
        assert!(drawn * 100 > picture.rgb.len() / 3, "{name} is blank");
        if std::env::var_os("MOLLIFY_KEEP_FIGURES").is_some() {
            figure
                .save(&folder, name)
                .expect("the folder can be written");
        }
    }
}
