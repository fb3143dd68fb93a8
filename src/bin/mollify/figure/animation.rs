//! A figure that moves, as one HTML file: the SVG with all its frames, a play button, a slider and the time.
//!
//! The file is XML as well, holds its script, and asks for nothing from anywhere.

use super::Figure;
use super::svg::{DECLARATION, escaped};

/// A figure whose panels have [`Panel::frames`](super::Panel::frames), and when each frame is seen.
///
/// ```
/// use mollify::figure::{Animation, Figure, Panel, Shape};
///
/// let ball = |x: f64| vec![Shape::circle(x, 0.0, 0.1)];
/// let figure = Figure::of(Panel::new().frames((0..3).map(|i| ball(f64::from(i)))));
/// let animation = Animation::new(figure, &[0.0, 0.5, 1.0], "s", "a ball");
/// assert_eq!(animation.to_html().matches("<g data-frame=").count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Animation {
    figure: Figure,
    times: Vec<f64>,
    unit: String,
    title: String,
}

/// Speeds to choose from, and their names.
const SPEEDS: [(f64, &str); 9] = [
    (4.0, "4 times as fast"),
    (2.0, "2 times as fast"),
    (1.0, "real time"),
    (0.5, "2 times slower"),
    (0.25, "4 times slower"),
    (0.1, "10 times slower"),
    (0.05, "20 times slower"),
    (0.01, "100 times slower"),
    (0.001, "1000 times slower"),
];

/// What takes less time than this many seconds is slowed down at first.
const SHORTEST: f64 = 1.0;

impl Animation {
    /// Frame i of every panel is seen from `times[i]` on; `times` never decrease. A `unit` other than "s" is played at one
    /// a second.
    pub fn new(figure: Figure, times: &[f64], unit: &str, title: &str) -> Self {
        Self {
            figure,
            times: match times {
                [] => vec![0.0],
                times => times.into(),
            },
            unit: unit.into(),
            title: title.into(),
        }
    }

    /// The file.
    pub fn to_html(&self) -> String {
        let svg = self.figure.to_svg();
        let svg = svg.strip_prefix(DECLARATION).unwrap_or(&svg);
        let svg = svg.replacen("<svg ", "<svg class=\"figure\" ", 1);
        let times: Vec<String> = self.times.iter().map(|t| format!("{t:.6}")).collect();
        // The template's own places first, so that no text of the caller is taken for one.
        let mut html = String::new();
        let mut rest = include_str!("animation.html");
        while let Some((before, place, after)) = next_place(rest) {
            html.push_str(before);
            match place {
                "title" => html.push_str(&escaped(&self.title)),
                "figure" => html.push_str(&svg),
                "last" => html.push_str(&(self.times.len() - 1).to_string()),
                "speeds" => html.push_str(&self.speeds()),
                "times" => html.push_str(&format!("[{}]", times.join(", "))),
                "unit" => html.push_str(&format!("\"{}\"", self.plain_unit())),
                _ => html.push_str(&self.digits().to_string()),
            }
            rest = after;
        }
        html + rest
    }

    fn duration(&self) -> f64 {
        let (first, last) = (self.times.first(), self.times.last());
        last.unwrap_or(&0.0) - first.unwrap_or(&0.0)
    }

    /// Real time where that can be followed, else the slower speed that takes at least two seconds.
    fn first_speed(&self) -> f64 {
        let duration = self.duration();
        if duration >= SHORTEST {
            return 1.0;
        }
        let slow = SPEEDS.iter().map(|(speed, _)| *speed).filter(|s| *s < 1.0);
        let enough = |speed: &f64| duration >= 2.0 * SHORTEST * speed;
        slow.filter(enough).fold(0.001, f64::max)
    }

    fn speeds(&self) -> String {
        let first = self.first_speed();
        let option = |(speed, name): &(f64, &str)| {
            let name = match self.unit.as_str() {
                "s" => (*name).to_string(),
                unit => format!("{speed} {} a second", escaped(unit)),
            };
            let selected = match *speed == first {
                true => " selected=\"selected\"",
                false => "",
            };
            format!("<option value=\"{speed}\"{selected}>{name}</option>\n")
        };
        SPEEDS.iter().map(option).collect()
    }

    /// Letters only: it stands inside the script.
    fn plain_unit(&self) -> String {
        let letter = |c: &char| c.is_alphanumeric() || " /".contains(*c);
        self.unit.chars().filter(letter).collect()
    }

    /// Decimals that tell neighbouring frames apart.
    fn digits(&self) -> usize {
        let step = self.duration() / self.times.len() as f64;
        if step > 0.0 {
            (1.0 - libm::log10(step)).clamp(1.0, 6.0) as usize
        } else {
            3
        }
    }
}

/// What stands before the first place of a template, the name of the place, and the rest.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    const PLACES: [&str; 7] = [
        "{title}", "{figure}", "{last}", "{speeds}", "{times}", "{unit}", "{digits}",
    ];
    let found = PLACES
        .iter()
        .filter_map(|place| Some((text.find(place)?, place)));
    let (at, place) = found.min()?;
    let name = &place[1..place.len() - 1];
    Some((&text[..at], name, &text[at + place.len()..]))
}
