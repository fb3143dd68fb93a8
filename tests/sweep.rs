//! Sweeps: grids, the order of rows, what is left after a stop, and slopes that are known exactly.
//!
//! Longer than other files, because the tables of grids, good and bad, stand in full.

#[path = "common/amount.rs"]
mod amount;

use mollify::engine::moments::NonFinitePolicy;
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{Engine, Interrupt};
use mollify::estimate::Settings;
use mollify::estimate::alpha::Rule;
use mollify::noise::environment::Draw;
use mollify::sweep::{
    Axis, Breakdowns, Ended, Folder, Grid, Mode, Quantity, Rate, Row, Spacing, Summary, Sweep,
    Values,
};
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::fs;
use std::path::{Path, PathBuf};

fn settings() -> Settings {
    Settings::new(50, 1.0).with_seed(7).with_rule(Rule::Shared)
}

fn engine() -> ReferenceEngine {
    ReferenceEngine::new("asked for", Interrupt::default())
}

fn task(name: &str) -> Task {
    Task::find(name).expect("it is built in")
}

fn axes(task: &Task, over: &[(&str, &str)]) -> mollify::Result<Vec<Axis>> {
    over.iter()
        .map(|(name, grid)| Axis::parse(task, name, grid))
        .collect()
}

fn sweep_with(
    task: Task,
    settings: Settings,
    over: &[(&str, &str)],
    repeats: u64,
) -> mollify::Result<Sweep> {
    let axes = axes(&task, over)?;
    Sweep::new(task, None, settings, axes, repeats)
}

fn sweep(name: &str, over: &[(&str, &str)], repeats: u64) -> Sweep {
    sweep_with(task(name), settings(), over, repeats).expect("a valid sweep")
}

fn rows(sweep: &Sweep) -> Vec<Row> {
    let mut rows = Vec::new();
    let ended = sweep.run(&mut engine(), &mut rows, &Interrupt::default(), &mut |_| {
        Ok(())
    });
    assert_eq!(ended.expect("it runs"), Ended::Complete);
    rows
}

fn rate(sweep: &Sweep, rows: &[Row], quantity: Quantity) -> Rate {
    let summary = Summary::of(sweep, rows);
    let found = summary.rates.into_iter().find(|r| r.quantity == quantity);
    found.expect("it has a slope")
}

#[test]
fn grids_have_the_values_they_say() {
    let r = 31.6227766017;
    for (text, counts, spacing, values) in [
        (
            "1e1..1e3",
            false,
            Spacing::Logarithmic,
            vec![10.0, r, 100.0, 10.0 * r, 1e3],
        ),
        (
            "1e1..1e3",
            true,
            Spacing::Logarithmic,
            vec![10.0, 32.0, 100.0, 316.0, 1e3],
        ),
        (
            "1..1e6/4",
            false,
            Spacing::Logarithmic,
            vec![1.0, 100.0, 1e4, 1e6],
        ),
        (
            "log:2..32/5",
            false,
            Spacing::Logarithmic,
            vec![2.0, 4.0, 8.0, 16.0, 32.0],
        ),
        ("1..2", false, Spacing::Logarithmic, vec![1.0, 2.0]),
        (
            "1..4/31",
            true,
            Spacing::Logarithmic,
            vec![1.0, 2.0, 3.0, 4.0],
        ),
        (
            "lin:-0.1..0.5/7",
            false,
            Spacing::Linear,
            vec![-0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5],
        ),
        (
            "10,1e2, 1_000,10",
            true,
            Spacing::List,
            vec![10.0, 100.0, 1000.0],
        ),
        ("0,-0,-2.5", false, Spacing::List, vec![0.0, -2.5]),
        ("3", true, Spacing::List, vec![3.0]),
    ] {
        let grid = Grid::parse("x", text, counts).expect(text);
        assert_eq!(grid, Grid { spacing, values }, "{text}");
    }
    let decades = Grid::parse("x", "1e1..1e6", false).expect("a grid");
    assert_eq!(decades.values.len(), 11);
    let linear = Grid::parse("x", "lin:0..1", false).expect("a grid");
    assert_eq!(
        linear.values,
        [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    );
    // The widest range that f64 holds overflows nowhere.
    let widest = Grid::parse("x", "1e-300..1e300/3", false).expect("a grid");
    assert_eq!(widest.values, [1e-300, 1.0, 1e300]);
}

#[test]
fn grids_that_make_no_sense_are_refused() {
    for (text, counts, words) in [
        ("", false, "at least one value"),
        ("1,,2", false, "finite numbers"),
        ("1,x", false, "finite numbers"),
        ("1..nan", false, "finite numbers"),
        ("1..inf", false, "finite numbers"),
        ("..", false, "finite numbers"),
        ("1e3..1e1", false, "first bound lies below"),
        ("5..5", false, "first bound lies below"),
        ("lin:1..0", false, "first bound lies below"),
        ("0..1", false, "above 0"),
        ("-1..1", false, "above 0"),
        ("lin:1", false, "two bounds"),
        ("cubic:1..2", false, "lin:A..B"),
        ("1..2/1", false, "number of points"),
        ("1..2/0", false, "number of points"),
        ("1..2/many", false, "number of points"),
        ("1..2/99999999999999", false, "number of points"),
        ("1.5", true, "whole numbers"),
        ("0", true, "whole numbers"),
        ("0.1..10", true, "whole numbers"),
        ("1..1e10", true, "whole numbers"),
    ] {
        let error = Grid::parse("x", text, counts).expect_err(text);
        let message = error.to_string();
        assert!(message.contains(words), "{text}: {message}");
        assert!(message.starts_with("axis x is"), "{text}: {message}");
    }
}

#[test]
fn the_last_axis_varies_fastest_and_repeats_take_the_next_seeds() {
    let over = [
        ("samples", "20,30"),
        ("rule", "first,fixed=0.25,first"),
        ("left_slope", "-1,0,1"),
    ];
    let sweep = sweep("relu", &over, 2);
    assert_eq!((sweep.points(), sweep.rows()), (12, 24));
    assert_eq!(sweep.words(0), "samples=20 rule=first left_slope=-1");
    assert_eq!(sweep.words(1), "samples=20 rule=first left_slope=0");
    assert_eq!(sweep.words(4), "samples=20 rule=fixed=0.25 left_slope=0");
    assert_eq!(sweep.words(11), "samples=30 rule=fixed=0.25 left_slope=1");
    let point = sweep.point(10).expect("it is valid");
    assert_eq!(point.task.parameters(), [0.0, 1.0]);
    assert_eq!(point.settings.samples, 30);
    assert_eq!(point.settings.rule, Rule::Fixed(0.25));
    let rows = rows(&sweep);
    let seeds: Vec<u64> = rows.iter().take(4).map(|row| row.seed).collect();
    assert_eq!(seeds, [7, 8, 7, 8]);
    assert_eq!(rows[20].get(Quantity::Rollouts), 30.0);
    assert_eq!(rows[20].get(Quantity::Alpha), 0.25);
    assert_eq!(sweep.axes()[2].unit(), "1");
    assert_eq!(
        sweep.axes()[1].values(),
        &Values::Rules(vec![Rule::First, Rule::Fixed(0.25)])
    );
    let logarithmic: Vec<bool> = sweep.axes().iter().map(Axis::is_logarithmic).collect();
    assert_eq!(logarithmic, [true, false, false]);
}

/// A row is what `mollify gradient` would find.
#[test]
fn a_row_is_the_estimate_at_its_grid_point() {
    let sweep = sweep("quadratic", &[("horizon", "3,6"), ("sigma", "0.1,0.3")], 2);
    let row = &rows(&sweep)[5];
    let variant = task("quadratic")
        .with_horizon(6)
        .and_then(|t| t.with_sigma(0.1))
        .expect("a variant");
    let settings = settings().with_seed(8);
    let (theta, wanted) = (variant.start(), mollify::engine::Wanted::Both);
    let mixed = mollify::estimate::estimate(&mut engine(), &variant, &theta, &settings, 0, wanted)
        .expect("an estimate");
    let form = variant
        .model()
        .closed_form(variant.parameters(), &theta, 0.1, 0.0)
        .expect("it has one");
    let error = |g: &[f64]| {
        let squares = g.iter().zip(&form.gradient).map(|(g, e)| (g - e).powi(2));
        squares.sum::<f64>().sqrt()
    };
    let near = |q: Quantity, x: f64| {
        // The same numbers, but for the order of sums.
        assert!(
            (row.get(q) - x).abs() <= 1e-12 * x.abs(),
            "{q:?}: {} {x}",
            row.get(q)
        );
    };
    near(Quantity::ValueMean, mixed.value_mean);
    near(Quantity::ZerothOrderVariance, mixed.zeroth_order.variance);
    let norm = mixed.gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    near(Quantity::GradientNorm, norm);
    near(
        Quantity::ErrorZeroth,
        error(mixed.zeroth_order.gradient.as_slice()),
    );
    near(Quantity::ErrorMixed, error(mixed.gradient.as_slice()));
    near(Quantity::ConfidenceRadius, mixed.choice.confidence_radius);
    assert_eq!(row.alpha_reason, "covariance-aware");
}

#[test]
fn sweeps_that_make_no_sense_are_refused() {
    let error = |name: &str, over: &[(&str, &str)], repeats: u64| {
        let found = sweep_with(task(name), settings(), over, repeats);
        found.expect_err("it makes no sense").to_string()
    };
    let huge = error(
        "relu",
        &[("gamma", "1..2/1000000"), ("sigma", "1..2/1000000")],
        u64::MAX,
    );
    assert!(huge.contains("18446744073709551615000000000000"), "{huge}");
    let none = error("relu", &[("gamma", "1")], 0);
    assert!(none.contains("repeats is 0"), "{none}");
    let none = error("relu", &[], 1);
    assert!(none.contains("at least once"), "{none}");
    let twice = error("relu", &[("gamma", "1"), ("gamma", "2")], 1);
    assert!(twice.contains("axis gamma is given twice"), "{twice}");
    let unknown = error("pushing", &[("stifness", "1,2")], 1);
    assert!(unknown.contains("did you mean 'stiffness'"), "{unknown}");
    let invalid = error("pushing", &[("horizon", "3"), ("mass", "1,0")], 1);
    assert!(
        invalid.starts_with("at horizon=3 mass=0: parameter 'mass' is 0"),
        "{invalid}"
    );
    let invalid = error("relu", &[("gamma", "1,-1")], 1);
    assert!(invalid.starts_with("at gamma=-1: gamma is -1"), "{invalid}");
    let rule = error("relu", &[("rule", "ivw,best")], 1);
    assert!(rule.starts_with("axis rule is 'best'"), "{rule}");
    let theta = Sweep::new(
        task("relu"),
        Some(vec![0.0; 2]),
        settings(),
        axes(&task("relu"), &[("horizon", "2,3")]).expect("axes"),
        1,
    );
    let theta = theta.expect_err("theta fits one horizon only").to_string();
    assert!(theta.starts_with("at horizon=3: theta"), "{theta}");
    let last = settings().with_seed(u64::MAX);
    assert!(sweep_with(task("relu"), last, &[("gamma", "1")], 1).is_ok());
    assert!(sweep_with(task("relu"), last, &[("gamma", "1")], 2).is_err());
}

/// A fresh folder, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sweep-{name}"));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn rows(&self) -> Vec<u8> {
        fs::read(self.0.join("rows.csv")).expect("it is there")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Up to `count` rows into the folder; returns how many were there.
fn write(path: &Path, sweep: &Sweep, mode: Mode, count: usize) -> mollify::Result<usize> {
    let mut engine = engine();
    let (mut folder, mut rows) = Folder::open(path, sweep, engine.report(), mode)?;
    let (there, interrupt) = (rows.len(), Interrupt::default());
    let mut left = count;
    let mut keep = |row: &Row| {
        folder.add(sweep, row)?;
        left -= 1;
        if left == 0 {
            interrupt.set();
        }
        Ok(())
    };
    let ended = sweep.run(&mut engine, &mut rows, &interrupt, &mut keep)?;
    if ended == Ended::Complete {
        let picture = [b"<svg/>".to_vec(), b"a picture".to_vec()];
        folder.finish(sweep, &Summary::of(sweep, &rows), Some(picture))?;
    }
    Ok(there)
}

#[test]
fn a_file_cut_anywhere_is_resumed_to_the_same_bytes() {
    let sweep = sweep("relu", &[("samples", "2,20"), ("rule", "aobg,first")], 2);
    let whole = Scratch::new("whole");
    assert_eq!(
        write(&whole.0, &sweep, Mode::New, usize::MAX).expect("it runs"),
        0
    );
    let bytes = whole.rows();
    let description = fs::read(whole.0.join("sweep.json")).expect("it is there");
    let cut = Scratch::new("cut");
    fs::create_dir_all(&cut.0).expect("it can be made");
    // Around the end of every line, and here and there within the lines.
    let near_line_end = |at: usize| {
        let around = at.saturating_sub(1)..(at + 2).min(bytes.len());
        bytes[around].contains(&b'\n')
    };
    let cuts = (0..=bytes.len()).filter(|at| near_line_end(*at) || at % 97 == 0);
    for length in cuts {
        fs::write(cut.0.join("sweep.json"), &description).expect("it can be written");
        fs::write(cut.0.join("rows.csv"), &bytes[..length]).expect("it can be written");
        let there = write(&cut.0, &sweep, Mode::Resume, usize::MAX).expect("it is resumed");
        let lines = bytes[..length].iter().filter(|b| **b == b'\n').count();
        assert_eq!(there, lines.saturating_sub(1), "cut at {length}");
        assert!(cut.rows() == bytes, "cut at {length}");
    }
    for name in Folder::files() {
        let read = |scratch: &Scratch| fs::read(scratch.0.join(name)).expect("it is there");
        assert_eq!(read(&cut), read(&whole), "{name}");
    }
    let left = fs::read_dir(&cut.0).expect("it is there").count();
    assert_eq!(left, 6, "no temporary file stays");
}

#[test]
fn rows_that_another_sweep_wrote_are_not_taken() {
    let first = sweep("relu", &[("samples", "20,30,40")], 2);
    let scratch = Scratch::new("changed");
    write(&scratch.0, &first, Mode::New, 3).expect("it runs");
    let before = scratch.rows();
    let refused = |other: &Sweep, mode: Mode| {
        let error = write(&scratch.0, other, mode, 1).expect_err("it is refused");
        assert_eq!(scratch.rows(), before, "{error}");
        error.to_string()
    };
    let message = refused(&first, Mode::New);
    assert!(message.starts_with("there is a sweep in"), "{message}");
    let over = [("samples", "20,31,40")];
    for (other, words) in [
        (
            sweep("relu", &over, 2),
            "axes[samples].values[1] was 30.0 there and is 31.0 now",
        ),
        (
            sweep("relu", &[("samples", "20,30")], 2),
            "values was a list of 3",
        ),
        (
            sweep("relu", &[("gamma", "1")], 2),
            "axes[samples].name was \"samples\"",
        ),
        (
            sweep("relu", &[("samples", "20,30,40")], 3),
            "repeats was 2 there and is 3 now",
        ),
        (
            sweep("sine", &[("samples", "20,30,40")], 2),
            "task was \"relu\" there and is \"sine\" now",
        ),
    ] {
        let message = refused(&other, Mode::Resume);
        assert!(message.contains(words), "{message}");
    }
    let seed = settings().with_seed(8);
    let other = sweep_with(task("relu"), seed, &[("samples", "20,30,40")], 2).expect("valid");
    let message = refused(&other, Mode::Resume);
    assert!(
        message.contains("settings.seed was 7 there and is 8 now"),
        "{message}"
    );

    write(&scratch.0, &other, Mode::Force, usize::MAX).expect("it begins again");
    assert_eq!(scratch.rows().iter().filter(|b| **b == b'\n').count(), 7);
    assert_ne!(scratch.rows()[..before.len()], before);
}

#[test]
fn a_damaged_line_is_named() {
    let sweep = sweep("relu", &[("samples", "20,30")], 2);
    let scratch = Scratch::new("damaged");
    write(&scratch.0, &sweep, Mode::New, usize::MAX).expect("it runs");
    let text = String::from_utf8(scratch.rows()).expect("it is text");
    let lines: Vec<&str> = text.lines().collect();
    let swapped = [lines[0], lines[2], lines[1], ""].join("\n");
    for (damaged, words) in [
        (text.replacen("20,7", "20,9", 1), "line 2 is not"),
        (text.replacen("30,8,0.", "30,8,00.", 1), "line 5 is not"),
        (text.replacen("seed", "Seed", 1), "line 1 is not"),
        (swapped, "line 2 is not"),
        (format!("{text}{}\n", lines[1]), "no more rows"),
        (text.replacen('0', "\0", 1), "line 2 is not"),
    ] {
        fs::write(scratch.0.join("rows.csv"), &damaged).expect("it can be written");
        let error = write(&scratch.0, &sweep, Mode::Resume, 1).expect_err("it is damaged");
        assert!(error.to_string().contains(words), "{words}: {error}");
        assert_eq!(scratch.rows(), damaged.as_bytes(), "it is left as it was");
    }
}

/// A row that was changed anywhere is never taken for one of the sweep, and no damage of either file is a panic.
/// `MOLLIFY_FUZZ_CASES=1e6 cargo test --release --test sweep changed` tries more damage.
#[test]
fn what_was_changed_is_not_believed() {
    let sweep = sweep("relu", &[("samples", "20,30")], 2);
    let scratch = Scratch::new(&format!("flipped-{}", std::process::id()));
    write(&scratch.0, &sweep, Mode::New, usize::MAX).expect("it runs");
    let rows = rows(&sweep);
    let mut dice = StdRng::seed_from_u64(12);
    let cases = amount::from_environment("MOLLIFY_FUZZ_CASES", 800);
    for (name, cases) in [("rows.csv", cases - cases / 4), ("sweep.json", cases / 4)] {
        let path = scratch.0.join(name);
        let whole = fs::read(&path).expect("it is there");
        for case in 0..cases {
            let mut bytes = whole.clone();
            let at = dice.random_range(0..bytes.len());
            match dice.random_range(0..4) {
                0 => bytes[at] ^= 1 << dice.random_range(0..8),
                1 => bytes[at] = b"0123456789-.,e\n\"{}"[dice.random_range(0..18)],
                2 => bytes.truncate(at),
                _ => bytes.insert(at, b"0123456789-.,e\n\"{}"[dice.random_range(0..18)]),
            }
            fs::write(&path, &bytes).expect("it can be written");
            let engine = engine();
            let found = Folder::open(&scratch.0, &sweep, engine.report(), Mode::Resume);
            if let Ok((_, found)) = found {
                // By their words: where nothing is known is NaN.
                let (found, expected) = (format!("{found:?}"), &rows[..found.len()]);
                assert_eq!(found, format!("{expected:?}"), "{name}, case {case}");
            }
        }
        fs::write(&path, &whole).expect("it can be written");
    }
}

/// Under one seed w is proportional to sigma, so the first order of a quadratic, H (theta + w), has an error exactly
/// proportional to sigma and a variance proportional to its square.
#[test]
fn slopes_of_exact_powers_are_exact() {
    let sweep = sweep(
        "quadratic",
        &[("horizon", "2,5"), ("sigma", "0.01..1/7")],
        3,
    );
    let rows = rows(&sweep);
    let summary = Summary::of(&sweep, &rows);
    for (quantity, slope) in [
        (Quantity::ErrorFirst, 1.0),
        (Quantity::FirstOrderVariance, 2.0),
    ] {
        let rates = summary.rates.iter();
        let rates: Vec<_> = rates
            .filter(|r| r.axis == 1 && r.quantity == quantity)
            .collect();
        assert_eq!(rates.len(), 2, "one for each horizon");
        for rate in rates {
            // Differences of numbers of size 5 and sigma down to 0.01 keep 13 digits.
            assert!((rate.slope - slope).abs() < 1e-9, "{rate:?}");
            assert!(rate.std_error < 1e-9, "{rate:?}");
            assert_eq!(rate.points, 7);
        }
    }
    // Two horizons are too few for a slope.
    assert!(summary.rates.iter().all(|rate| rate.axis == 1));
}

/// The mean of N samples errs by 1/√N: from 10 to 10^4 samples within 4 standard errors, for all three estimates.
#[test]
fn errors_fall_with_the_root_of_the_samples() {
    for name in ["quadratic", "relu"] {
        let sweep = sweep(name, &[("samples", "30..30000/7")], 16);
        let rows = rows(&sweep);
        for quantity in [
            Quantity::ErrorFirst,
            Quantity::ErrorZeroth,
            Quantity::ErrorMixed,
            Quantity::ValueStdError,
        ] {
            let rate = rate(&sweep, &rows, quantity);
            assert!(
                (rate.slope + 0.5).abs() < 4.0 * rate.std_error,
                "{name}: {rate:?}"
            );
            // A larger one would say nothing.
            assert!(rate.std_error < 0.07, "{name}: {rate:?}");
        }
    }
}

/// The standard error is the scatter of the slope over independent sweeps, though all points of one sweep share seeds.
#[test]
fn the_standard_error_of_a_slope_is_its_scatter() {
    const SWEEPS: u64 = 40;
    let rates: Vec<Rate> = (0..SWEEPS)
        .map(|i| {
            let settings = settings().with_seed(1000 * i);
            let over = [("samples", "10..1000/5")];
            let sweep = sweep_with(task("quadratic"), settings, &over, 8).expect("valid");
            rate(&sweep, &rows(&sweep), Quantity::ErrorZeroth)
        })
        .collect();
    let n = SWEEPS as f64;
    let mean = rates.iter().map(|r| r.slope).sum::<f64>() / n;
    let variance = rates.iter().map(|r| (r.slope - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let claimed = rates.iter().map(|r| r.std_error.powi(2)).sum::<f64>() / n;
    let ratio = (claimed / variance).sqrt();
    println!("claimed {:.4}, seen {:.4}", claimed.sqrt(), variance.sqrt());
    // The scatter of 40 slopes is known to 1/√78 = 11 %; three times that, and the bias of a jackknife of 8.
    assert!((0.65..1.5).contains(&ratio), "{ratio}");
}

/// A stiff contact makes derivatives wild and leaves costs as they are.
#[test]
fn stiffness_raises_the_variance_of_the_first_order_only() {
    let variant = task("pushing").with_horizon(100).expect("a variant");
    let settings = settings().with_samples(100);
    let sweep = sweep_with(variant, settings, &[("stiffness", "10..1000/4")], 3).expect("valid");
    let rows = rows(&sweep);
    let first = rate(&sweep, &rows, Quantity::FirstOrderVariance);
    let zeroth = rate(&sweep, &rows, Quantity::ZerothOrderVariance);
    assert!(first.slope > 1.0, "{first:?}");
    assert!(zeroth.slope.abs() < 0.1, "{zeroth:?}");
    assert!(
        rows[0].get(Quantity::ErrorFirst).is_nan(),
        "there is no closed form"
    );
}

#[test]
fn one_repeat_has_no_deviation_and_a_standard_error_from_the_scatter() {
    let sweep = sweep("relu", &[("samples", "100,1000,10000,100000")], 1);
    let rows = rows(&sweep);
    let summary = Summary::of(&sweep, &rows);
    assert!(summary.points[0].deviation(Quantity::Bias).is_nan());
    assert_eq!(
        summary.points[2].mean(Quantity::Bias),
        rows[2].get(Quantity::Bias)
    );
    let rate = rate(&sweep, &rows, Quantity::ErrorZeroth);
    assert!(rate.std_error > 0.0 && rate.std_error < 1.0, "{rate:?}");
}

/// At rest without noise; with it the bodies meet in half of the samples, and the numbers overflow.
#[test]
fn a_row_without_finite_samples_is_no_end_of_the_sweep() {
    let overflowing = |nonfinite| {
        let mut variant = task("pushing").with_horizon(3).expect("a variant");
        for (name, value) in [("mass", 1e-38), ("time_step", 1e20), ("stiffness", 3e38)] {
            variant = variant.with_parameter(name, value).expect("a variant");
        }
        let settings = settings().with_nonfinite(nonfinite);
        sweep_with(variant, settings, &[("sigma", "1e-15,1e-3")], 1).expect("valid")
    };
    for policy in [NonFinitePolicy::Error, NonFinitePolicy::Drop] {
        let sweep = overflowing(policy);
        let scratch = Scratch::new("non-finite");
        write(&scratch.0, &sweep, Mode::New, usize::MAX).expect("it runs");
        let bytes = scratch.rows();
        let there = write(&scratch.0, &sweep, Mode::Resume, usize::MAX).expect("it is read again");
        assert_eq!(there, 2);
        assert_eq!(scratch.rows(), bytes);
        let rows = rows(&sweep);
        let row = &rows[1];
        assert_eq!(row.get(Quantity::Nonfinite), 50.0);
        assert!(row.get(Quantity::ValueMean).is_nan());
        assert_eq!(row.alpha_reason, "non-finite-nominal");
        let broken = Breakdowns::of(&sweep, &rows).expect("there are some");
        assert_eq!(broken.reason, "the noise-free rollout is not finite");
        let alone = Breakdowns::of(&sweep, &rows[1..]).expect("one");
        assert_eq!((alone.rows, alone.first), (1, 1));
        assert_eq!(
            alone.words(&sweep, 2),
            "1 of 2 rows broke down, first at sigma=0.001 (the noise-free rollout is not finite)"
        );
    }
}

/// With a threshold N(0, s²) the noise of the jump is N(0, σ² + s²): F = Φ(theta/√(σ² + s²)).
#[test]
fn the_spread_of_a_parameter_is_an_axis() {
    let normal = Draw::Normal {
        mean: 0.0,
        sigma: 7.0,
    };
    let jump = task("heaviside")
        .with_randomized("threshold", normal)
        .expect("a threshold is any number");
    let mut many = settings();
    many.samples = 20_000;
    let axis = Axis::parse(&jump, "randomize:threshold", "0,0.1,0.3").expect("a parameter");
    assert_eq!(axis.spread_of(), Some("threshold"));
    let theta = 0.1;
    let sweep = Sweep::new(jump, Some(vec![theta]), many, vec![axis], 1).expect("a sweep");
    let mut engine = engine();
    for (number, spread) in [0.0, 0.1, 0.3].into_iter().enumerate() {
        let point = sweep.point(number).expect("a point");
        assert_eq!(point.task.environment().is_random(), spread > 0.0);
        let row = sweep.measure(&mut engine, number).expect("a row");
        let sigma = point.task.sigma().hypot(spread);
        let exact = 0.5 * libm::erfc(-theta / sigma / 2.0_f64.sqrt());
        let found = row.get(Quantity::ValueMean);
        let std_error = row.get(Quantity::ValueStdError);
        assert!(
            (found - exact).abs() < 4.0 * std_error,
            "{spread}: {found} ± {std_error}, not {exact}"
        );
        // Neighbouring values of the spread are far apart.
        assert!(std_error < 0.004, "{std_error}");
    }
}

#[test]
fn a_spread_keeps_mean_and_kind_whatever_the_order_of_the_axes() {
    let over = [("randomize:mass", "0.01,0.02"), ("mass", "0.1,0.5")];
    let pushing = sweep("pushing", &over, 1);
    let draws: Vec<Draw> = (0..4)
        .map(|i| {
            let task = pushing.point(i).expect("a point").task;
            let mass = task.model().parameter_index("mass").expect("a mass");
            task.environment().parameters[mass]
        })
        .collect();
    let expected = [(0.1, 0.01), (0.5, 0.01), (0.1, 0.02), (0.5, 0.02)];
    for (draw, (mean, deviation)) in draws.iter().zip(expected) {
        assert!(matches!(draw, Draw::Uniform { .. }), "{draw}");
        assert!((draw.mean() - mean).abs() < 1e-15, "{draw}");
        assert!((draw.variance().sqrt() - deviation).abs() < 1e-15, "{draw}");
    }
    let normal = Draw::Normal {
        mean: 3.0,
        sigma: 1.0,
    };
    assert_eq!(normal.with_deviation(0.0), Draw::Constant(3.0));
    let wider = Draw::Normal {
        mean: 3.0,
        sigma: 2.0,
    };
    assert_eq!(normal.with_deviation(2.0), wider);
}
