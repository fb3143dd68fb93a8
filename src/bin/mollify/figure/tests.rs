//! Figures: what their files hold, and what they make of data that are no data.
//!
//! `MOLLIFY_KEEP_FIGURES=1` keeps the pictures of the gallery under the target folder, to be looked at.
//!
//! Longer than other files, because the gallery is in it: one panel of every kind.

use crate::figure::data::Table;
use crate::figure::{
    Colour, ColourMap, Dash, Figure, Heat, Legend, Marker, Panel, Scale, Series, Shape,
};
use crate::files::Folder;
use std::fs;
use std::io::Read;

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
        .shape(
            Shape::path(&[(-0.2, 0.0), (2.5, 0.0)])
                .width(0.8)
                .dash(Dash::Dotted),
        )
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
        .series(Series::points(&x, &gaps).std_error(&[0.5; 7]).error_bars());
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
        ("bare", Figure::of(drawing().bare())),
        (
            "narrow",
            Figure::new().row([strips(), decades(), curves(), bars()]),
        ),
    ]
}

#[test]
fn sizes_are_those_asked_for() {
    let figure = Figure::of(curves()).width_mm(85.0).dpi(300.0);
    let picture = Picture::of(&figure.to_png());
    // 85 mm at 300 pixels to the inch.
    assert_eq!(picture.width, 1004);
    assert!(figure.to_svg().contains("width=\"85mm\""));
    // 45 mm of axes, and three lines of text of 3 mm with ticks and gaps.
    let height = f64::from(picture.height) / 300.0 * 25.4;
    assert!((60.0..65.0).contains(&height), "{height} mm");
    let wild = Figure::of(Panel::new())
        .width_mm(f64::NAN)
        .panel_height_mm(1e9)
        .dpi(1e9);
    assert!(Picture::of(&wild.to_png()).height <= 12_000);
}

#[test]
fn labels_are_text_and_series_have_their_colours() {
    let svg = Figure::of(curves()).description("a & b < c").to_svg();
    for text in [
        "position theta (m)",
        "cost (1)",
        "f, no noise",
        "F ± 1 s.e.",
        "start",
        "half",
        "−0.4",
        "<title>a &amp; b &lt; c</title>",
    ] {
        assert!(
            svg.contains(&format!(">{text}</text>")) || svg.contains(text),
            "{text}"
        );
    }
    let picture = Picture::of(&Figure::of(curves()).to_png());
    for colour in [Colour::BLUE, Colour::VERMILLION] {
        assert!(picture.count(colour) > 200, "{colour:?}");
    }
    assert_eq!(picture.count(Colour::GREEN), 0);
}

#[test]
fn equal_descriptions_give_equal_bytes() {
    for ((name, a), (_, b)) in gallery().into_iter().zip(gallery()) {
        assert_eq!(a.to_svg(), b.to_svg(), "{name}");
        assert_eq!(a.dpi(100.0).to_png(), b.dpi(100.0).to_png(), "{name}");
    }
}

#[test]
fn what_a_log_axis_cannot_show_is_left_out_and_said() {
    let panel = |y: &[f64]| {
        let x = grid(y.len(), 1.0, 2.0);
        Panel::new()
            .y_scale(Scale::Log)
            .series(Series::points(&x, y))
    };
    let some = panel(&[1.0, 0.0, -3.0, 10.0, f64::NAN]);
    assert_eq!(some.left_out(), 2);
    assert!(Figure::of(some).to_svg().contains("2 values ≤ 0 left out"));
    let all = panel(&[0.0, -1.0]);
    assert!(Figure::of(all).to_svg().contains("2 values ≤ 0 left out"));
    let none = panel(&[1.0, 10.0]);
    assert!(!Figure::of(none).to_svg().contains("left out"));
    // A band that reaches below 0 goes to the end of the axis.
    let band = Panel::new()
        .y_scale(Scale::Log)
        .series(Series::line(&[1.0, 2.0], &[1.0, 2.0]).std_error(&[3.0, 3.0]));
    assert_eq!(band.left_out(), 0);
    is_well_formed(&Figure::of(band).to_svg());
}

#[test]
fn strange_data_make_a_picture_all_the_same() {
    let (nan, inf, max) = (f64::NAN, f64::INFINITY, f64::MAX);
    let data: [&[f64]; 9] = [
        &[],
        &[1.0],
        &[nan],
        &[inf, -inf],
        &[max, -max],
        &[0.0, 0.0],
        &[1e-320, 1e300],
        &[1.0, nan, 2.0, nan, 3.0],
        &[-1.0, -2.0],
    ];
    for y in data {
        let x = grid(y.len().max(2), 0.0, 1.0);
        for scale in [Scale::Linear, Scale::Log] {
            let panel = Panel::new()
                .x_scale(scale)
                .y_scale(scale)
                .equal_aspect()
                .series(Series::line(&x, y).std_error(y).label("line"))
                .series(Series::step(y, &x))
                .series(Series::points(y, y).std_error(y))
                .series(Series::band(&x, y, y))
                .series(Series::bars(y).std_error(y))
                .series(Series::strip(&[y.to_vec(), Vec::new()]))
                .shape(Shape::circle(y.first().copied().unwrap_or(nan), 0.5, nan))
                .shape(Shape::path(&[(nan, 0.0), (0.5, 0.5), (1.0, inf)]))
                .horizontal(y.first().copied().unwrap_or(nan), "h")
                .vertical(inf, "v")
                .annotate(nan, 1.0, "nowhere");
            let heat = Panel::new()
                .heat(Heat::new(y, y, y, "z"))
                .x_range(nan, inf)
                .y_range(3.0, 3.0);
            let figure = Figure::new()
                .dpi(40.0)
                .row([panel.clone(), heat])
                .row([panel.categories(["a"]).legend(Legend::Above)]);
            is_well_formed(&figure.to_svg());
            Picture::of(&figure.to_png());
        }
    }
    is_well_formed(&Figure::new().to_svg());
    Picture::of(&Figure::new().row([]).common_legend().to_png());
}

#[test]
fn the_legend_covers_no_data() {
    // A curve in every corner but one: the legend is there. With curves everywhere it is above the axes.
    let legend_y = |panel: Panel| -> (f64, f64) {
        let svg = Figure::of(panel).to_svg();
        let number = |line: &str, key: &str| -> f64 {
            let (_, rest) = line.split_once(key).expect("an attribute");
            rest.split('"')
                .next()
                .expect("its value")
                .parse()
                .expect("a number")
        };
        let text = svg
            .lines()
            .find(|l| l.contains(">name<"))
            .expect("the legend");
        let clip = svg
            .lines()
            .find(|l| l.starts_with("<svg x="))
            .expect("the axes");
        (number(text, " y=\""), number(clip, " y=\""))
    };
    let x = grid(200, 0.0, 1.0);
    let low = Panel::new().series(Series::line(&x, &map(&x, |x| x * x)).label("name"));
    let (text, axes) = legend_y(low);
    assert!(text > axes, "inside");
    let full = Panel::new().series(Series::line(&x, &map(&x, |x| (300.0 * x).sin())).label("name"));
    let (text, axes) = legend_y(full);
    assert!(text < axes, "above");
}

#[test]
fn files_are_written() {
    let path = std::env::temp_dir().join(format!("mollify-figure-files-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    let figure = Figure::of(curves()).dpi(60.0);
    let folder = Folder::prepare(&path, &[], false).expect("the folder is made");
    figure.save(&folder, "picture");
    assert_eq!(
        folder.finish().expect("all is written"),
        ["picture.svg", "picture.png"]
    );
    let svg = fs::read_to_string(path.join("picture.svg")).expect("the SVG is there");
    assert_eq!(svg, figure.to_svg());
    let png = fs::read(path.join("picture.png")).expect("the PNG is there");
    assert_eq!(png, figure.to_png());
    let _ = fs::remove_dir_all(&path);
}

#[test]
fn tables_read_back_exactly() {
    let values = [0.1, -1.0 / 3.0, 1e-300, f64::NAN, f64::NEG_INFINITY];
    let table = Table::new().column("a, b", &values).column("short", &[2.5]);
    let csv = table.to_csv();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(
        reader
            .headers()
            .expect("a header")
            .iter()
            .collect::<Vec<_>>(),
        ["a, b", "short"]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), values.len());
    for (row, value) in rows.iter().zip(values) {
        let read: f64 = row[0].parse().expect("a number");
        assert!(
            read == value || read.is_nan() && value.is_nan(),
            "{read} for {value}"
        );
    }
    assert_eq!(&rows[1][1], "");

    let npz = table.to_npz();
    assert_eq!(npz, table.to_npz());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(npz)).expect("an archive");
    for (name, values) in &table.columns {
        let mut file = archive.by_name(&format!("{name}.npy")).expect("the column");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it is stored whole");
        let array = crate::arrays::npy::read(&bytes).expect("NPY").values;
        assert!(
            array
                .iter()
                .zip(values)
                .all(|(a, b)| a.to_bits() == b.to_bits())
        );
        assert_eq!(array.len(), values.len());
    }
    assert_eq!(Table::new().to_csv(), "");
    assert_eq!(table.get("short"), Some(&[2.5][..]));
}

#[test]
fn every_picture_of_the_gallery_is_whole() {
    let folder = std::env::temp_dir().join(format!("mollify-figures-{}", std::process::id()));
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
            let folder = Folder::prepare(&folder, &[], true).expect("the folder is made");
            figure.save(&folder, name);
        }
    }
}

#[test]
fn cells_of_a_heat_map_on_log_axes_are_of_equal_size() {
    let panel = Panel::new()
        .x_scale(Scale::Log)
        .y_scale(Scale::Log)
        .heat(Heat::new(
            &[1.0, 10.0, 100.0],
            &[0.01, 0.1],
            &[0.0, 0.5, 1.0, 0.0, 0.5, 1.0],
            "z",
        ))
        .legend(Legend::None);
    let picture = Picture::of(&Figure::of(panel).to_png());
    // The ends of viridis are in the bar as well, in one row of pixels each; its middle likewise.
    let ends = [(0x44, 0x01, 0x54), (0x21, 0x91, 0x8C), (0xFD, 0xE7, 0x25)];
    let counts = ends.map(|(red, green, blue)| picture.count(Colour { red, green, blue }));
    let (least, most) = (counts.iter().min(), counts.iter().max());
    let (least, most) = (*least.expect("three"), *most.expect("three"));
    assert!(least > 10_000 && most < least + least / 10, "{counts:?}");
}
