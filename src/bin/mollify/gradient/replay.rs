//! `mollify gradient TASK --replay SAMPLES`: samples in full.
//!
//! A sample is known by its number: its noise depends on nothing but seed, stream, number and coordinate. The rules
//! that draw separate samples for both orders have two samples of each number, and both are shown.

use crate::args::{OutputArgs, count};
use crate::arrays;
use crate::draw;
use crate::drawing::Run;
use crate::failure::Failure;
use crate::files::{self, Folder};
use crate::output::{json, number, table};
use mollify::engine::{Baseline, Engine, Sample, Stream, Wanted};
use mollify::estimate::Settings;
use mollify::system::task::Task;
use mollify::system::variant::Parameters;
use mollify::{Error, Result};
use serde::Serialize;

/// Coordinates that are shown to people; the JSON has all.
const SHOWN: usize = 8;

/// One sample of one stream.
#[derive(Serialize)]
struct Replayed {
    /// "estimate", or "independent" for the zeroth order of `aobg`, `ivw` and `ivw-h`.
    stream: &'static str,
    #[serde(rename = "sample")]
    number: u64,
    /// f(theta, w)
    cost: f64,
    #[serde(flatten)]
    sample: Sample,
}

/// The JSON document.
#[derive(Serialize)]
pub struct Replay {
    task: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    system: Option<String>,
    engine: &'static str,
    adapter: Option<String>,
    seed: u64,
    sigma: f64,
    parameters: Parameters,
    horizon: usize,
    /// The first of them.
    sample: u64,
    value_at_theta: f64,
    replays: Vec<Replayed>,
}

/// More samples in full are surely a mistake.
const MOST: u64 = 10_000;

/// The numbers of samples; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers(Vec<u64>);

/// `17`, `3,17`, `0..99` and what is joined of them by commas; both ends of a range belong to it.
pub fn numbers(text: &str) -> std::result::Result<Numbers, String> {
    // Samples are counted in 32 bits.
    let number = |text: &str| match count(text)? {
        n if n < u64::from(u32::MAX) => Ok(n),
        _ => Err("expected numbers of samples, from 0 to 4294967294".to_string()),
    };
    let mut found = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once("..").unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last || found.len() as u64 + (last - first) >= MOST {
            return Err(format!(
                "expected at most {MOST} samples, such as 17, 3,17 or 0..99"
            ));
        }
        found.extend(first..=last);
    }
    Ok(Numbers(found))
}

/// Runs the samples of these numbers again.
pub fn replay(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
    Numbers(numbers): &Numbers,
) -> Result<Replay> {
    let mut streams = vec![("estimate", Stream::Estimate)];
    if settings.rule.facts().batches == 2 {
        streams.push(("independent", Stream::Independent));
    }
    let mut nominal = settings.batch(iteration, Stream::Estimate, Wanted::ZerothOrder);
    (nominal.samples, nominal.baseline) = (1, Baseline::Nominal);
    let value_at_theta = engine.moments(task, theta, &nominal)?.nominal;
    let mut replays = Vec::new();
    for (stream, number_of_stream) in streams {
        let mut batch = settings.batch(iteration, number_of_stream, Wanted::Both);
        for &number in numbers {
            batch.samples = batch.samples.max(number + 1);
            let samples = engine.samples(task, theta, &batch, number..number + 1)?;
            replays.extend(samples.into_iter().map(|sample| Replayed {
                stream,
                number,
                cost: value_at_theta + sample.deviation,
                sample,
            }));
        }
    }
    let report = engine.report();
    Ok(Replay {
        task: task.name().into(),
        contact: task.model().about().contact.as_deref().map(Into::into),
        system: task.system_file(),
        engine: report.engine,
        adapter: report.adapter.clone(),
        seed: settings.seed,
        sigma: task.sigma(),
        parameters: Parameters::of(task),
        horizon: task.horizon(),
        sample: numbers[0],
        value_at_theta,
        replays,
    })
}

/// What the names of the pictures of the second stream begin with.
const INDEPENDENT: &str = "independent-";

/// The numbers of a sample, step by step.
const ROLLOUT: &str = "rollout.npz";

/// The files that a replay may write.
pub fn files(settings: &Settings) -> Vec<&'static str> {
    let mut files = vec![ROLLOUT, "result.json"];
    files.extend(draw::FILES);
    if settings.rule.facts().batches == 2 {
        files.extend([
            "independent-rollout.npz",
            "independent-trajectory.svg",
            "independent-trajectory.png",
            "independent-animation.html",
        ]);
    }
    files
}

impl Replay {
    /// Prints and, if there is a folder, writes and draws it.
    pub fn deliver(
        &self,
        task: &Task,
        theta: &[f64],
        output: &OutputArgs,
        folder: Option<&Folder>,
    ) -> std::result::Result<(), Failure> {
        let text = json(self)?;
        let write = |folder: &Folder| {
            for (i, replays) in self.streams().enumerate() {
                let npz = rollouts(task, theta, replays).map_err(|source| Error::Write {
                    path: folder.path().join(ROLLOUT),
                    source,
                })?;
                folder.write(&format!("{}{ROLLOUT}", prefix(i)), &npz);
            }
            folder.write("result.json", text.as_bytes());
            self.draw(task, theta, output, folder);
            Ok(())
        };
        let for_people = |files| match files {
            None => self.for_people(),
            Some(files) => format!("{}\nfiles  {files}\n", self.for_people()),
        };
        files::deliver(&text, output.json, folder, write, for_people)
    }

    /// The samples of each stream.
    fn streams(&self) -> impl Iterator<Item = &[Replayed]> {
        self.replays.chunk_by(|a, b| a.stream == b.stream)
    }

    /// The trajectory of each batch's first sample, beside the one without its noise.
    fn draw(&self, task: &Task, theta: &[f64], output: &OutputArgs, folder: &Folder) {
        for (i, replays) in self.streams().enumerate() {
            let sample = &replays[0].sample;
            let run = Run::of_sample(task, theta, sample);
            let quiet = Run::without_noise(task, theta, sample);
            let end = match sample.nonfinite {
                Some(time) => format!(", not finite from time {time} on"),
                None => format!(", cost {}", number(run.cost)),
            };
            let picture = draw::Picture {
                task,
                run: &run,
                other: Some(("without noise", &quiet)),
                title: format!("{}, sample {}{end}", self.task, self.sample),
                prefix: prefix(i),
            };
            // What cannot be drawn is said once.
            draw::write(folder, &picture, output.quiet || i > 0);
        }
    }

    fn for_people(&self) -> String {
        let several = self.streams().any(|replays| replays.len() > 1);
        let mut text = format!(
            "task {}, {} {}, seed {}, sigma {}\n",
            self.task,
            if several { "samples from" } else { "sample" },
            self.sample,
            self.seed,
            number(self.sigma)
        );
        for replayed in self.replays.iter().take(SHOWN) {
            let batch = match (self.streams().count(), replayed.stream) {
                (1, _) => "both orders",
                (_, "independent") => "the zeroth order",
                _ => "the first order",
            };
            text += &format!("\n{}", described(replayed, self.value_at_theta, batch));
        }
        if self.replays.len() > SHOWN {
            let more = self.replays.len() - SHOWN;
            text += &format!("\n... {more} more samples with --json and --out\n");
        }
        text.trim_end().to_string() + "\n"
    }
}

/// What the names of the files of stream `i` begin with.
fn prefix(i: usize) -> &'static str {
    if i == 0 { "" } else { INDEPENDENT }
}

/// Of each sample states (H + 1, N), controls (H, M) as the system gets them, noise as it was drawn, the cost of each step and at last that of the end;
/// of several with an axis for them in front.
fn rollouts(task: &Task, theta: &[f64], replays: &[Replayed]) -> std::io::Result<Vec<u8>> {
    let mut arrays = rollout(task, theta, &replays[0].sample);
    for replayed in &replays[1..] {
        let next = rollout(task, theta, &replayed.sample);
        for ((_, _, values), (_, _, more)) in arrays.iter_mut().zip(next) {
            values.extend(more);
        }
    }
    if replays.len() > 1 {
        for (_, shape, _) in &mut arrays {
            shape.insert(0, replays.len() as u64);
        }
    }
    let arrays = arrays.iter();
    arrays::archive(arrays.map(|(name, shape, values)| (*name, &shape[..], &values[..])))
}

/// A name, a shape and numbers.
type Array = (&'static str, Vec<u64>, Vec<f64>);

fn rollout(task: &Task, theta: &[f64], sample: &Sample) -> Vec<Array> {
    let (model, steps) = (task.model(), task.horizon());
    let (n, m) = (model.state_size(), model.control_size());
    let run = Run::of_sample(task, theta, sample);
    let state = |t: usize| &run.states[t * n..(t + 1) * n];
    let applied: Vec<f64> = run
        .controls
        .chunks(m.max(1))
        .flat_map(|u| task.applied(u))
        .collect();
    let control = |t: usize| &run.controls[t * m..(t + 1) * m];
    let p = &run.parameters;
    let mut costs: Vec<f64> = (0..steps)
        .map(|t| model.stage_cost(p, state(t), control(t), t))
        .collect();
    costs.push(model.final_cost(p, state(steps)));
    // What shapes the system stands behind its own, and is none of it.
    let (own, known) = (task.system().state_size(), task.system().parameters().len());
    let states = run
        .states
        .chunks(n)
        .flat_map(|x| &x[..own])
        .copied()
        .collect();
    let parameters = run.parameters[..known].to_vec();
    let (n, m, steps) = (own as u64, m as u64, steps as u64);
    let noise = match task.noise_is_on_decision() {
        true => arrays::theta::shape(task),
        false => vec![steps, m],
    };
    vec![
        ("states", vec![steps + 1, n], states),
        ("controls", vec![steps, m], applied),
        ("costs", vec![steps + 1], costs),
        ("noise", noise, sample.noise.clone()),
        (
            "first_order",
            arrays::theta::shape(task),
            sample.first_order.clone(),
        ),
        ("parameters", vec![known as u64], parameters),
        ("cost", Vec::new(), vec![run.cost]),
    ]
}

fn described(replayed: &Replayed, nominal: f64, batch: &str) -> String {
    let sample = &replayed.sample;
    let finite = match sample.nonfinite {
        None => "everywhere".to_string(),
        Some(time) => format!("not from time {time} on"),
    };
    let facts = table(
        &[],
        vec![
            vec!["sample".into(), replayed.number.to_string()],
            vec!["batch of".into(), batch.into()],
            vec!["cost".into(), number(replayed.cost)],
            vec!["without noise".into(), number(nominal)],
            vec!["finite".into(), finite],
        ],
        0..0,
    );
    let rows = sample.noise.iter().zip(&sample.first_order).enumerate();
    let mut rows: Vec<Vec<String>> = rows
        .take(SHOWN)
        .map(|(i, (w, g))| vec![format!("[{i}]"), number(*w), number(*g)])
        .collect();
    if sample.noise.len() > SHOWN {
        rows.push(vec![format!(
            "... {} more with --json",
            sample.noise.len() - SHOWN
        )]);
    }
    facts + "\n" + &table(&["coordinate", "noise", "first order"], rows, 1..3)
}
