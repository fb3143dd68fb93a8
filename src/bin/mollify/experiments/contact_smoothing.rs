//! Three ways to linearize a step through smoothed contact, and what each costs in samples.

use super::lab::Lab;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Scale, Series};
use mollify::Task;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::engine::map::Map;
use mollify::engine::maps;
use mollify::error::Result;
use mollify::estimate::linearize::{Estimate, Linearization, Point, Settings, WANTED, linearize};
use mollify::system::quasidynamic::QuasiDynamics;

const PAPER: &str = "arXiv 2206.10787 linearizes smoothed contact by the barrier and by sampling, by means of derivatives (first order) and by least \
squares (zeroth order), and finds the three alike in plans, with 100 samples. It draws samples one by one; that pairs of noise \
(w, -w) help most, and the mix of both orders, are ours.";

/// σ of the noise on commands, m; the published trajectories start with .2 and end near .02.
const SIGMAS: [f64; 4] = [0.2, 0.05, 0.02, 0.005];
/// Steps of an estimate of B.
const COUNTS: [u64; 5] = [30, 100, 300, 1000, 3000];

/// The ways that are compared, in pairs or not, and what they give.
struct Way {
    name: &'static str,
    pairs: bool,
    of: fn(&Linearization) -> &Estimate,
}

const WAYS: [Way; 5] = [
    Way {
        name: "first order",
        pairs: false,
        of: |l| &l.first_order,
    },
    Way {
        name: "first order, pairs",
        pairs: true,
        of: |l| &l.first_order,
    },
    Way {
        name: "least squares",
        pairs: false,
        of: |l| &l.zeroth_order,
    },
    Way {
        name: "least squares, pairs",
        pairs: true,
        of: |l| &l.zeroth_order,
    },
    Way {
        name: "mixed, pairs",
        pairs: true,
        of: |l| &l.mixed.estimate,
    },
];
/// Places in [`WAYS`].
const FIRST: usize = 0;
const FIRST_PAIRS: usize = 1;
const SQUARES_PAIRS: usize = 3;
const MIXED: usize = 4;

/// A disc 1 cm off the lower face, .2 m beside its middle, commanded 2 cm along and 3 cm towards it.
fn push() -> Point {
    Point {
        state: vec![0.0, 0.0, 0.0, 0.2, -0.61],
        control: vec![0.22, -0.58],
    }
}

/// What draws: the exact step of pushing on engine `cpu`.
struct Drawer<'a> {
    steps: &'a QuasiDynamics,
    map: Box<dyn Map>,
    seed: u64,
}

impl Drawer<'_> {
    fn draws(
        &mut self,
        sigma: f64,
        samples: u64,
        pairs: bool,
        count: usize,
    ) -> Result<Vec<Linearization>> {
        let settings = Settings {
            pairs,
            seed: self.seed,
            ..Settings::new(samples, sigma)
        };
        // Noise at another number of a point is other noise.
        linearize(&mut *self.map, self.steps, &vec![push(); count], &settings)
    }
}

fn square_distance(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| (a - b).powi(2)).sum()
}

/// rms errors of B, one for each way and count; and of the first way, how far stated errors are from those.
struct Errors {
    sigma: f64,
    /// By way, then by count.
    rms: Vec<Vec<f64>>,
    /// rms of the stated standard errors of all entries, the same.
    stated: Vec<Vec<f64>>,
    alpha: f64,
}

fn errors(drawer: &mut Drawer<'_>, sigma: f64, draws: usize, truth_samples: u64) -> Result<Errors> {
    // Pairs at another seed: none of the draws that are judged by it.
    drawer.seed += 1;
    let truth = drawer.draws(sigma, truth_samples, true, 1)?.remove(0);
    drawer.seed -= 1;
    let truth = truth.mixed.estimate.b;
    let mut found = Errors {
        sigma,
        rms: vec![Vec::new(); WAYS.len()],
        stated: vec![Vec::new(); WAYS.len()],
        alpha: 0.0,
    };
    for samples in COUNTS {
        let both = [false, true].map(|pairs| drawer.draws(sigma, samples, pairs, draws));
        let [single, paired] = both;
        let (single, paired) = (single?, paired?);
        for (way, (rms, stated)) in WAYS.iter().zip(found.rms.iter_mut().zip(&mut found.stated)) {
            let all = if way.pairs { &paired } else { &single };
            let mean = |of: &dyn Fn(&Estimate) -> f64| {
                let sum: f64 = all.iter().map(|l| of((way.of)(l))).sum();
                (sum / all.len() as f64).sqrt()
            };
            rms.push(mean(&|e| square_distance(&e.b, &truth)));
            stated.push(mean(&|e| {
                e.std_error.b.iter().flatten().map(|x| x * x).sum()
            }));
        }
        if samples == 1000 {
            let alphas = paired.iter().map(|l| l.mixed.choice.alpha);
            found.alpha = alphas.sum::<f64>() / paired.len() as f64;
        }
    }
    Ok(found)
}

/// Errors of B against the number of samples, by all ways and four scales of noise.
pub fn contact_smoothing(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new("Three ways to linearize smoothed contact", PAPER);
    let draws = lab.amount(300) as usize;
    let truth = lab.amount(2_000_000);
    page.what = format!(
        "A push of `planar-pushing`, .2 m beside the middle of a face and 1 cm off it. B of the exact step under Gaussian noise on the command, \
         estimated in five ways by 30 to 3000 steps: rms error (Frobenius norm; B has the norm 1.2) of {draws} independent estimates \
         against one of {truth} steps. The barrier has no such error; beside it stands how far its B is from that of the noise, with the \
         smoothing length that the noise is nearest to."
    );
    lab.runs_on("cpu");
    let exact = Task::find("planar-pushing")?.with_parameter("smoothing", 0.0)?;
    let steps = exact
        .model()
        .quasi_dynamics()
        .expect("pushing is quasi-dynamic");
    let function = steps.function(WANTED);
    let mut drawer = Drawer {
        steps,
        map: maps::open(
            Kind::Cpu,
            &function,
            exact.parameters(),
            steps.sizes,
            &AdapterChoice::Any,
        )?,
        seed: lab.seed,
    };
    let mut all = Vec::new();
    for sigma in SIGMAS {
        lab.say(&format!("sigma {sigma}"));
        lab.interrupt().check()?;
        all.push(errors(&mut drawer, sigma, draws, truth)?);
    }
    table(&mut page, &all);
    claims(&mut page, &all);
    barrier(&mut page, &exact, &mut drawer, truth)?;
    picture(&mut page, &all);
    page.notes.push(
        "The exact step is nearly odd around a kink, so that pairs leave little of it to the least squares; the first order sees a \
         derivative that is one of a few constant matrices, and pairs help it less."
            .into(),
    );
    Ok(page)
}

fn table(page: &mut Page, all: &[Errors]) {
    let mut rows = Vec::new();
    for errors in all {
        for (at, samples) in COUNTS.iter().enumerate() {
            if ![100, 1000].contains(samples) {
                continue;
            }
            let mut row = vec![errors.sigma.to_string(), samples.to_string()];
            row.extend(errors.rms.iter().map(|rms| format!("{:.4}", rms[at])));
            row.push(match samples {
                1000 => format!("{:.2}", errors.alpha),
                _ => String::new(),
            });
            rows.push(row);
        }
    }
    let header = ["sigma, m", "steps"].into_iter();
    let header: Vec<&str> = header
        .chain(WAYS.iter().map(|way| way.name))
        .chain(["alpha"])
        .collect();
    page.table("rms error of B", &header, rows);
}

/// The least and the largest of numbers.
fn ends(values: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    [
        values.clone().fold(f64::INFINITY, f64::min),
        values.fold(f64::NEG_INFINITY, f64::max),
    ]
}

fn claims(page: &mut Page, all: &[Errors]) {
    let from_100 = |errors: &Errors, a: usize, b: usize| -> Vec<f64> {
        let ratios = errors.rms[a].iter().zip(&errors.rms[b]);
        ratios.skip(1).map(|(a, b)| a / b).collect()
    };
    let ratios = |a, b| {
        all.iter()
            .flat_map(move |e| from_100(e, a, b))
            .collect::<Vec<f64>>()
    };
    let gain = ratios(FIRST, SQUARES_PAIRS);
    let [least, largest] = ends(gain.iter().copied());
    page.claim(
        "at equal steps, least squares on pairs have a smaller error than means of derivatives as published, at every scale from 100 steps on",
        least > 1.0,
        format!("by a factor of {least:.2} to {largest:.2}"),
    );
    let at = |sigma: f64, samples: u64| {
        let errors = all.iter().find(|e| e.sigma == sigma);
        let place = COUNTS.iter().position(|n| *n == samples);
        errors
            .zip(place)
            .map_or(f64::NAN, |(e, i)| e.rms[SQUARES_PAIRS][i] / e.rms[FIRST][i])
    };
    let share = at(0.05, 1000);
    page.claim(
        "at sigma .05 and 1000 steps it is at most .6 of that",
        share <= 0.6,
        format!("{share:.3}"),
    );
    let best = all.iter().flat_map(|e| {
        let both = e.rms[FIRST_PAIRS].iter().zip(&e.rms[SQUARES_PAIRS]);
        let mixed = e.rms[MIXED].iter().zip(both);
        mixed
            .skip(1)
            .map(|(mixed, (first, squares))| mixed / first.min(*squares))
    });
    let [_, worst] = ends(best.collect::<Vec<f64>>().into_iter());
    page.claim(
        "the mix of both on pairs is nowhere worse than the better of them, from 100 steps on",
        worst <= 1.03,
        format!("{worst:.3} of it at most"),
    );
    let rates = all.iter().flat_map(|e| &e.rms).map(|rms| {
        let steps = (COUNTS[4] as f64 / COUNTS[1] as f64).ln();
        (rms[4] / rms[1]).ln() / steps
    });
    let [steepest, flattest] = ends(rates.collect::<Vec<f64>>().into_iter());
    page.claim(
        "every error falls as the root of the number of steps",
        steepest > -0.6 && flattest < -0.4,
        format!("powers {steepest:.3} to {flattest:.3} from 100 to 3000 steps"),
    );
    let stated = all.iter().flat_map(|e| {
        let all = e.rms.iter().zip(&e.stated);
        all.flat_map(|(rms, stated)| rms.iter().zip(stated).skip(1).map(|(a, b)| a / b))
    });
    let [low, high] = ends(stated.collect::<Vec<f64>>().into_iter());
    page.claim(
        "the standard errors that are stated are the errors that are made, within 15 %, from 100 steps on",
        low > 0.85 && high < 1.15,
        format!("errors are {low:.3} to {high:.3} of what is stated"),
    );
}

/// What the barrier has in place of an error: another law of smoothing.
fn barrier(page: &mut Page, exact: &Task, drawer: &mut Drawer<'_>, samples: u64) -> Result<()> {
    let (at, mut rows, mut farthest) = (push(), Vec::new(), 0.0_f64);
    for sigma in SIGMAS {
        let truth = drawer
            .draws(sigma, samples, true, 1)?
            .remove(0)
            .mixed
            .estimate
            .b;
        let off = |length: f64| -> Result<f64> {
            let smooth = exact.clone().with_parameter("smoothing", length)?;
            let step = drawer
                .steps
                .linearize(smooth.parameters(), &at.state, &at.control);
            let b: Vec<Vec<f64>> = step
                .next_by_control
                .chunks(2)
                .map(<[f64]>::to_vec)
                .collect();
            Ok(square_distance(&b, &truth).sqrt())
        };
        let mut best = (f64::INFINITY, 0.0);
        for i in -40..=40 {
            let length = sigma * (0.05 * f64::from(i)).exp();
            let found = off(length)?;
            if found < best.0 {
                best = (found, length);
            }
        }
        farthest = farthest.max(best.0);
        rows.push(vec![
            sigma.to_string(),
            format!("{:.4}", best.1),
            format!("{:.4}", best.0),
        ]);
    }
    page.table(
        "The barrier beside Gaussian noise: one solve, no error by chance, another law",
        &["sigma, m", "nearest smoothing length, m", "distance of B"],
        rows,
    );
    page.claim(
        "at its nearest length the barrier is within 10 % of the norm of B of any of these noises",
        farthest < 0.12,
        format!("{farthest:.4} at most, of a norm of 1.2"),
    );
    Ok(())
}

fn picture(page: &mut Page, all: &[Errors]) {
    let counts: Vec<f64> = COUNTS.iter().map(|n| *n as f64).collect();
    let mut data = Table::new().column("steps", &counts);
    let mut panels = Vec::new();
    for errors in all {
        let mut panel = Panel::new()
            .title(format!("sigma {} m", errors.sigma))
            .x_label("steps")
            .y_label("rms error of B")
            .x_scale(Scale::Log)
            .y_scale(Scale::Log);
        for (way, rms) in WAYS.iter().zip(&errors.rms) {
            panel = panel.series(Series::line(&counts, rms).label(way.name));
            let name = way.name.replace(", ", "_").replace(' ', "_");
            data = data.column(format!("{name}_sigma_{}", errors.sigma), rms);
        }
        panels.push(panel);
    }
    let mut figure = Figure::new().lettered().common_legend();
    let mut panels = panels.into_iter();
    while let Some(first) = panels.next() {
        figure = figure.row(std::iter::once(first).chain(panels.next()));
    }
    let caption = "rms error of B against the number of steps, by way and scale of the noise";
    page.picture("contact-smoothing", caption, figure, data);
}
