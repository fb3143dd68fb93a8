//! `mollify gradient TASK --replay SAMPLE`: one sample in full.
//!
//! A sample is known by its number: its noise depends on nothing but seed, stream, number and coordinate. The rules
//! that draw separate samples for both orders have two samples of each number, and both are shown.

use crate::args::OutputArgs;
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
    sample: u64,
    value_at_theta: f64,
    replays: Vec<Replayed>,
}

/// Samples are counted in 32 bits.
pub fn check(number: u64) -> Result<()> {
    if number < u64::from(u32::MAX) {
        return Ok(());
    }
    Err(Error::InvalidValue {
        what: "--replay".into(),
        value: number.to_string(),
        expected: "the number of a sample, from 0 to 4294967294".into(),
    })
}

/// Runs the sample of that number again; see [`check`].
pub fn replay(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    iteration: u32,
    number: u64,
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
        batch.samples = batch.samples.max(number + 1);
        let samples = engine.samples(task, theta, &batch, number..number + 1)?;
        replays.extend(samples.into_iter().map(|sample| Replayed {
            stream,
            cost: value_at_theta + sample.deviation,
            sample,
        }));
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
        sample: number,
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
            for (i, replayed) in self.replays.iter().enumerate() {
                let npz = rollout(task, theta, replayed).map_err(|source| Error::Write {
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

    /// The trajectory of each batch's sample, beside the one without its noise.
    fn draw(&self, task: &Task, theta: &[f64], output: &OutputArgs, folder: &Folder) {
        for (i, replayed) in self.replays.iter().enumerate() {
            let sample = &replayed.sample;
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
        let mut text = format!(
            "task {}, sample {}, seed {}, sigma {}\n",
            self.task,
            self.sample,
            self.seed,
            number(self.sigma)
        );
        for replayed in &self.replays {
            let batch = match (self.replays.len(), replayed.stream) {
                (1, _) => "both orders",
                (_, "independent") => "the zeroth order",
                _ => "the first order",
            };
            text += &format!("\n{}", described(replayed, self.value_at_theta, batch));
        }
        text.trim_end().to_string() + "\n"
    }
}

/// What the names of the files of stream `i` begin with.
fn prefix(i: usize) -> &'static str {
    if i == 0 { "" } else { INDEPENDENT }
}

/// States (H + 1, N), controls (H, M), noise as it was drawn, the cost of each step and at last that of the end.
fn rollout(task: &Task, theta: &[f64], replayed: &Replayed) -> std::io::Result<Vec<u8>> {
    let (model, sample) = (task.model(), &replayed.sample);
    let (n, m, steps) = (model.state_size(), model.control_size(), task.horizon());
    let run = Run::of_sample(task, theta, sample);
    let state = |t: usize| &run.states[t * n..(t + 1) * n];
    let control = |t: usize| &run.controls[t * m..(t + 1) * m];
    let p = &run.parameters;
    let mut costs: Vec<f64> = (0..steps)
        .map(|t| model.stage_cost(p, state(t), control(t), t))
        .collect();
    costs.push(model.final_cost(p, state(steps)));
    let noise = match task.noise_is_on_decision() {
        true => arrays::theta::shape(task),
        false => vec![steps as u64, m as u64],
    };
    let (n, m, steps) = (n as u64, m as u64, steps as u64);
    let first_order = arrays::theta::shape(task);
    let parameters = [p.len() as u64];
    arrays::archive(
        [
            ("states", &[steps + 1, n][..], &run.states[..]),
            ("controls", &[steps, m], &run.controls),
            ("costs", &[steps + 1], &costs),
            ("noise", &noise, &sample.noise),
            ("first_order", &first_order, &sample.first_order),
            ("parameters", &parameters, p),
            ("cost", &[], &[run.cost]),
        ]
        .into_iter(),
    )
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
