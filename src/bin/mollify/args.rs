//! The flags that several commands share, and how their values are read.
//!
//! Longer than other files, because the help of every shared flag is in it, and a flag is read where its help stands.

use super::arrays::{theta, trajectory};
use super::correlated::{Correlated, correlated};
use super::engine::{FallbackName, fault};
use super::failure::Failure;
use super::words::{in_flags, sentence};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use mollify::engine::Baseline;
use mollify::engine::gpu::Fault;
use mollify::engine::moments::NonFinitePolicy;
use mollify::error::Named;
use mollify::estimate::Settings;
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::noise::environment::{self, Draw};
use mollify::noise::{Distribution, NoiseOn};
use mollify::system::model::Model;
use mollify::system::policy::Policy;
use mollify::system::shaping::{Limit, Limiting, Risk};
use mollify::system::task::Task;
use mollify::{Error, systems};
use std::path::PathBuf;
use std::sync::Arc;

/// The task and what can be changed about it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Task")]
pub struct TaskArgs {
    /// Name of the task; `mollify list` shows all of them
    #[arg(value_name = "TASK", help_heading = None)]
    pub task: Option<String>,
    #[command(flatten)]
    pub variant: VariantArgs,
    /// File of the theta to start from; see `mollify help files`
    ///
    /// A .json, .npy, .npz, .csv, .tsv, .txt or .safetensors file.
    ///
    /// Open loop: horizon x controls numbers, those of a step side by side; feedback policies: their weights, see --policy.
    /// All numbers in a row will do as well; any other shape is refused.
    ///
    /// JSON: arrays, or an object with one named theta, like the result of `optimize`. NPY: real numbers of any size, in C
    /// or Fortran order. CSV: numbers between commas, semicolons, tabs or blanks, with or without a header line. NPZ and
    /// safetensors: one array, or for feedback policies layer1_weights (outputs x inputs), layer1_bias and so on.
    #[arg(long, value_name = "FILE")]
    pub theta: Option<PathBuf>,
}

/// What makes a variant of a task.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Task")]
pub struct VariantArgs {
    /// A file of a system in place of the name of a task
    ///
    /// `mollify export` writes such.
    #[arg(long, value_name = "FILE")]
    pub system: Option<PathBuf>,
    /// Model of contact, where there are several [default: the task's]
    ///
    /// `mollify list TASK` shows which there are.
    #[arg(long, value_name = "MODEL")]
    pub contact: Option<String>,
    /// Standard deviation of the noise on theta, in its unit, or of controls, as force=0.1,torque=0.02 [default: the task's]
    ///
    /// Every value of theta, or of the action, has noise of its own. A control may have a deviation of its own, from the first
    /// step to the last as in force=0.3..0.1, and 0 for no noise: its gradient is then the first order alone.
    #[arg(long, value_name = "S", value_parser = sigma, value_delimiter = ',', allow_hyphen_values = true)]
    pub sigma: Vec<Sigma>,
    /// Number of time steps [default: the task's]
    #[arg(long, value_name = "H", value_parser = count, allow_negative_numbers = true)]
    pub horizon: Option<u64>,
    /// Set a parameter of the model, as stiffness=1000; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, f64)>,
    /// open-loop, held, held=STEPS, spline=STEPS, linear, affine or perceptron=WIDTHS [default: the task's]
    #[arg(long, value_name = "POLICY", value_parser = policy, long_help = POLICIES)]
    pub policy: Option<Policy>,
    /// Hold each control for so many steps; the same as --policy held=N
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true, conflicts_with = "policy")]
    pub hold: Option<u64>,
    /// Distribution of the noise
    ///
    /// Sigma is its standard deviation, for student-t its scale.
    #[arg(long, value_name = "NOISE", value_parser = named::<Distribution>(), default_value = Distribution::Gaussian.name())]
    pub noise: Distribution,
    /// What the noise is added to [default: the task's]
    ///
    /// The weights of the policy, or the control of every step; for an open loop both are the same.
    #[arg(long, value_name = "WHERE", value_parser = named::<NoiseOn>())]
    pub noise_on: Option<NoiseOn>,
    /// Covariance of the noise: power-law=B, coloured in time, or a FILE
    ///
    /// For noise on theta. The file is CSV, NPY or JSON. power-law=B has a power of 1/frequency^B for each control: 0 is white, 1 pink, 2 a random walk, of equal deviation at all steps.
    /// The matrix of a file has a row for each value of theta and is symmetric and positive definite; it is multiplied by sigma², so that with --sigma 1 it is the covariance itself.
    #[arg(long, value_name = "HOW", value_parser = correlated)]
    pub covariance: Option<Correlated>,
    /// Decide on parameters in place of the controls, as stiffness,mass
    ///
    /// theta are then the values of the parameters, with a sigma of a twentieth of each unless --sigma NAME=S says another, and the
    /// controls are those of --data, or of the start. `optimize` with --data identifies the system: it tells the values and their errors.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', conflicts_with_all = ["policy", "hold"])]
    pub decide: Vec<String>,
    /// A trajectory to follow with --decide, NPZ or JSON
    ///
    /// It has states and controls. states is (steps + 1, states), not finite where nothing was seen, and controls (steps, controls), as in rollout.npz of
    /// `gradient --replay` with one sample. The squared distance of the states takes the place of the costs.
    #[arg(long, value_name = "FILE", requires = "decide")]
    pub data: Option<PathBuf>,
    /// Keep a control between limits, as force=-1..1, or all of them
    ///
    /// -1..1 is for all; may be repeated. What the policy commands, noise included, is kept between them before the system gets it. Both orders of the gradient are
    /// those of the system with its limits.
    #[arg(long, value_name = "NAME=LOW..HIGH", value_parser = limit, allow_hyphen_values = true)]
    pub limit: Vec<(Option<String>, f64, f64)>,
    /// How controls keep to them: clamp or squash
    #[arg(long, value_name = "HOW", value_parser = named::<Limiting>(), default_value = Limiting::Clamp.name(), hide_possible_values = true)]
    pub limit_by: Limiting,
    /// Cut the derivative of the state every N steps
    ///
    /// A truncated horizon: the first order then knows of at most N steps ahead: less variance where those are unstable, and a bias.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub truncation: Option<u64>,
    /// The worst costs in place of the mean: cvar=Q or worst
    ///
    /// The mean of the worst share Q, or the worst of the samples. In place of the mean of all costs; 0 < Q <= 1, and cvar=1 is the mean. F and its gradient are then those of this objective.
    #[arg(long, value_name = "RISK", value_parser = risk)]
    pub risk: Option<Risk>,
    /// Draw an initial coordinate anew for every sample; may be repeated
    #[arg(long, value_name = "NAME=DRAW", value_parser = initial, long_help = INITIAL)]
    pub initial: Vec<(String, String)>,
    /// Draw a parameter for every sample, as mass=uniform:0.05,0.2
    ///
    /// May be repeated. This is domain randomisation. A draw is a number, normal:MEAN,SIGMA or uniform:LOW,HIGH.
    #[arg(long, value_name = "NAME=DRAW", value_parser = randomized)]
    pub randomize: Vec<(String, String)>,
}

const POLICIES: &str = "\
What turns the state into the control [default: the task's]
  open-loop          theta is the sequence of controls: horizon x controls values
  held               theta is one control for all steps: controls values
  held=5             one control for every 5 steps, as of a robot that is commanded less often than it is simulated
  spline=20          a cubic B-spline in time with a knot every 20 steps: noise of low frequency
  linear             u = K x: controls x states values, row by row
  affine             u = K x + k: K as above, then k
  perceptron=16,16   layers of tanh of these widths: matrix row by row and bias of each layer";

const INITIAL: &str = "\
Draw a coordinate of the initial state anew for every sample; may be repeated
  position_1=0.5                             always the same
  position_1=normal:0,0.1                    mean and standard deviation
  velocity_1=uniform:-1,1                    low and high
  velocity_1=normal:0,0.03-0.2*position_1    plus multiples of coordinates that stand before it in the state";

impl VariantArgs {
    /// A parameter is given once, as a value or as a draw.
    fn check_names(&self) -> Result<(), Error> {
        let set = self.set.iter().map(|(name, _)| ("--set", name));
        let drawn = self.randomize.iter().map(|(name, _)| ("--randomize", name));
        let mut seen: Vec<(&str, &String)> = Vec::new();
        for (flag, name) in set.chain(drawn) {
            if let Some((earlier, _)) = seen.iter().find(|(_, known)| *known == name) {
                if *earlier == flag {
                    return Err(Error::InvalidValue {
                        what: format!("{flag} {name}"),
                        value: "there twice".into(),
                        expected: "given once".into(),
                    });
                }
                return Err(Error::InvalidValue {
                    what: flag.into(),
                    value: format!("'{name}'"),
                    expected: format!("a parameter that is given once; {earlier} gives it before"),
                });
            }
            seen.push((flag, name));
        }
        Ok(())
    }

    /// Sigma and limits of a control, and those of all, are given once.
    fn check_controls(&self) -> Result<(), Error> {
        let once = |flag: &str, names: Vec<Option<&str>>| {
            for (i, name) in names.iter().enumerate() {
                if names[..i].contains(name) {
                    return Err(Error::InvalidValue {
                        what: name.map_or(flag.into(), |name| format!("{flag} {name}")),
                        value: "there twice".into(),
                        expected: "given once".into(),
                    });
                }
            }
            Ok(())
        };
        let sigma = |sigma| match sigma {
            &Sigma::All(_) => None,
            Sigma::Of(name, ..) => Some(name.as_str()),
        };
        once("--sigma", self.sigma.iter().map(sigma).collect())?;
        once(
            "--limit",
            self.limit
                .iter()
                .map(|(name, ..)| name.as_deref())
                .collect(),
        )
    }

    /// The variant of the task of that name.
    pub fn of(&self, name: &str) -> Result<Task, Error> {
        self.vary(Task::find_with(name, self.contact.as_deref())?)
    }

    /// The variant of the task in the file, if one is given; a file takes the place of `names`.
    pub fn of_file(&self, names: usize) -> Result<Option<Task>, Failure> {
        let Some(path) = &self.system else {
            return Ok(None);
        };
        if names > 0 {
            return Err(both_given());
        }
        if let Some(contact) = &self.contact {
            return Err(Error::InvalidValue {
                what: "--contact".into(),
                value: format!("'{contact}'"),
                expected: "left out with --system: the file has its contact in its formulas".into(),
            }
            .into());
        }
        let model = Model::read(path)?;
        Ok(Some(self.vary(Task::new(Arc::new(model)))?))
    }

    /// The variant of the task of that name, or of the one in the file.
    pub fn chosen(&self, name: Option<&str>, command: &str) -> Result<Task, Failure> {
        match self.of_file(name.iter().len())? {
            Some(task) => Ok(task),
            None => Ok(self.of(name_given(name, command)?)?),
        }
    }

    fn vary(&self, mut task: Task) -> Result<Task, Error> {
        self.check_names()?;
        self.check_controls()?;
        for (name, value) in &self.set {
            task = task.with_parameter(name, *value)?;
        }
        for (name, text) in &self.randomize {
            let draw = Draw::parse(text, &format!("--randomize {name}"))?;
            task = task.with_randomized(name, draw)?;
        }
        for (name, text) in &self.initial {
            let (draw, terms) = environment::parse_initial(text, &format!("--initial {name}"))?;
            task = task.with_initial(name, draw, &terms)?;
        }
        task = task.with_distribution(self.noise);
        if let Some(on) = self.noise_on {
            task = task.with_noise_on(on);
        }
        if let Some(sigma) = self.common_sigma() {
            task = task.with_sigma(sigma)?;
        }
        if let Some(horizon) = self.horizon {
            task = task.with_horizon(usize::try_from(horizon).unwrap_or(usize::MAX))?;
        }
        // Behind the horizon, which they have to fit.
        if let Some(policy) = &self.policy {
            task = task.with_policy(policy.clone())?;
        }
        if let Some(hold) = self.hold {
            if hold == 0 || hold > task.horizon() as u64 {
                return Err(Error::InvalidValue {
                    what: "--hold".into(),
                    value: hold.to_string(),
                    expected: format!("a whole number of steps from 1 to {}", task.horizon()),
                });
            }
            let steps = usize::try_from(hold).unwrap_or(usize::MAX);
            task = task.with_policy(Policy::HeldFor { steps })?;
        }
        if !self.decide.is_empty() {
            task = self.decided(task)?;
        }
        // Behind the policy, which they have to fit.
        for sigma in &self.sigma {
            if let Sigma::Of(name, first, last) = sigma {
                task = task.with_control_sigma(name, *first, *last)?;
            }
        }
        if let Some(covariance) = &self.covariance {
            task = task.with_covariance(covariance.read()?);
        }
        task.check_noise()?;
        self.shape(task)
    }

    /// With parameters as the decision.
    fn decided(&self, task: Task) -> Result<Task, Error> {
        let names: Vec<&str> = self.decide.iter().map(|name| name.trim()).collect();
        let Some(path) = &self.data else {
            return self.alike(task.with_decided(&names, None, None)?, &names);
        };
        let data = trajectory::read(path, &task)?;
        if self
            .horizon
            .is_some_and(|horizon| horizon != data.horizon as u64)
        {
            return Err(Error::InvalidValue {
                what: "--horizon".into(),
                value: task.horizon().to_string(),
                expected: format!(
                    "{}, the steps of '{}', or left out",
                    data.horizon,
                    path.display()
                ),
            });
        }
        let task = task.with_horizon(data.horizon)?;
        let task = task.with_decided(&names, Some(data.controls), Some(data.states))?;
        self.alike(task, &names)
    }

    /// With --sigma for all of them, if it is given.
    fn alike(&self, task: Task, names: &[&str]) -> Result<Task, Error> {
        let Some(sigma) = self.common_sigma() else {
            return Ok(task);
        };
        let own = |task: Task, name: &&str| task.with_control_sigma(name, sigma, sigma);
        names.iter().try_fold(task, own)
    }

    /// Sigma of all values, if it was given: the last of those that were.
    pub fn common_sigma(&self) -> Option<f64> {
        let common = |sigma: &Sigma| match sigma {
            Sigma::All(sigma) => Some(*sigma),
            Sigma::Of(..) => None,
        };
        self.sigma.iter().rev().find_map(common)
    }

    /// With what stands between theta and the controls, and between the costs and the objective.
    fn shape(&self, mut task: Task) -> Result<Task, Error> {
        if self.limit.is_empty() && self.limit_by != Limiting::default() {
            let expected = "left out without --limit".into();
            return Err(Error::InvalidValue {
                what: "--limit-by".into(),
                value: self.limit_by.name().into(),
                expected,
            });
        }
        for (name, low, high) in &self.limit {
            let name = name.as_deref();
            let what = name.map_or("--limit".into(), |name| format!("--limit {name}"));
            let limit = Limit::new(*low, *high, self.limit_by, &what)?;
            task = task.with_limit(name, limit)?;
        }
        if let Some(steps) = self.truncation {
            task = task.with_truncation(u32::try_from(steps).unwrap_or(u32::MAX))?;
        }
        if let Some(risk) = self.risk {
            task = task.with_risk(risk);
        }
        Ok(task)
    }
}

impl TaskArgs {
    /// The task with everything set, but theta.
    pub fn task(&self, command: &str) -> Result<Task, Failure> {
        self.variant.chosen(self.task.as_deref(), command)
    }

    /// theta from the file, checked; none if none was given, so that nothing large is allocated unplanned.
    pub fn theta(&self, task: &Task) -> Result<Option<Vec<f64>>, Failure> {
        let Some(path) = &self.theta else {
            if task.shaping().limits().iter().any(Option::is_some) {
                task.check_within_limits(&task.start(), 0.0, "the start")?;
            }
            return Ok(None);
        };
        let theta = theta::read(path, task, "--theta")?;
        let origin = format!("'{}'", path.display());
        task.check_reach(&theta, &origin)?;
        Ok(Some(theta))
    }
}

/// A task by name and a file of one.
pub fn both_given() -> Failure {
    Failure::Usage("a task and --system are both given; give one of them".into())
}

/// The name of the task, or a sentence that lists all of them.
fn name_given<'a>(name: Option<&'a str>, command: &str) -> Result<&'a str, Failure> {
    name.ok_or_else(|| {
        let names: Vec<_> = systems::ALL.iter().map(|(name, _)| *name).collect();
        Failure::Usage(format!(
            "`mollify {command}` needs the name of a task, or --system FILE: {}",
            names.join(", ")
        ))
    })
}

/// Every rule with what it does, in two columns; a name that is too long for its column has a line of its own.
fn rules() -> String {
    let mut text =
        "How alpha, the weight of the first order, is chosen [default: aobg; least-error for trust-region]".to_string();
    for facts in Rule::ALL.map(Rule::facts) {
        let form = facts.form();
        let apart = form.len() > 8;
        if apart {
            text += &format!("\n  {form}");
        }
        for (i, line) in in_flags(facts.help).lines().enumerate() {
            let name = if i == 0 && !apart { &form } else { "" };
            text += &format!("\n  {name:<9}{line}");
        }
    }
    text
}

/// How an estimate is made.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Estimate")]
pub struct EstimateArgs {
    /// Number K of noisy rollouts per estimate, such as 1000 or 1e6
    #[arg(long, value_name = "K", value_parser = count, allow_negative_numbers = true)]
    pub samples: Option<u64>,
    /// Seed of the noise: the same seed gives the same samples
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
    /// How alpha is chosen
    #[arg(long, value_name = "RULE", value_parser = rule, long_help = rules(),
        help = format!("How alpha is chosen: {} [default: aobg; least-error for trust-region]", Rule::expected()))]
    pub rule: Option<Rule>,
    /// What is subtracted from the cost in the zeroth order
    ///
    /// It lowers the variance of the zeroth order and leaves its mean.
    #[arg(long, value_name = "B", value_parser = named::<Baseline>(), default_value = Baseline::Nominal.name())]
    pub baseline: Baseline,
    /// Tolerance of the rule aobg, in the unit of the gradient [default: from the samples]
    ///
    /// That of confidence radius + alpha x bias. Unless given it is the confidence radius plus two standard errors of the zeroth
    /// order: alpha x bias is then at most two of those errors. That scales with the
    /// unit of the cost and with the number of values of theta, and falls as 1/sqrt(K). With --descent gradient it is the published
    /// one, and with trust-region that of the task, if it has one and is not changed.
    #[arg(long, value_name = "G", value_parser = real, allow_negative_numbers = true)]
    pub gamma: Option<f64>,
    /// Probability that the confidence radius is too small
    #[arg(long, value_name = "P", default_value_t = 0.05, value_parser = real, allow_negative_numbers = true)]
    pub failure_probability: f64,
    /// Bound on the norm of one zeroth-order sample [default: from the samples]
    ///
    /// It goes into the confidence radius of the zeroth order.
    #[arg(long, value_name = "R", value_parser = real, allow_negative_numbers = true)]
    pub bound: Option<f64>,
    /// What to do about samples that are infinite or NaN
    #[arg(long, value_name = "WHAT", value_parser = named::<NonFinitePolicy>(), default_value = NonFinitePolicy::Error.name())]
    pub nonfinite: NonFinitePolicy,
    /// Which directions the noise of the zeroth order takes
    ///
    /// Those that are not independent are drawn apart from the first order.
    ///
    /// What is drawn together, a pair or a group, is one unit of the statistics; variances are restated per rollout, so
    /// that they compare. K is rounded down to whole units. Needs Gaussian noise on theta.
    #[arg(long, value_name = "HOW", value_parser = named::<Directions>(), default_value = Directions::Independent.name())]
    pub directions: Directions,
    /// How the zeroth order follows from the costs
    ///
    /// Least squares needs more samples than theta has values for standard errors, Gaussian noise on theta, and at most
    /// 2000 values.
    #[arg(long, value_name = "HOW", value_parser = named::<Zeroth>(), default_value = Zeroth::Correlation.name())]
    pub zeroth: Zeroth,
}

impl EstimateArgs {
    /// The settings, with what was not given from the task.
    pub fn settings(&self, samples: u64, gamma: Option<f64>, bound: Option<f64>) -> Settings {
        Settings::new(self.samples.unwrap_or(samples), self.gamma.or(gamma))
            .with_seed(self.seed)
            .with_rule(self.rule.unwrap_or(Rule::Aobg))
            .with_baseline(self.baseline)
            .with_failure_probability(self.failure_probability)
            .with_bound(self.bound.or(bound))
            .with_nonfinite(self.nonfinite)
            .with_directions(self.directions)
            .with_zeroth(self.zeroth)
    }
}

/// What computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineName {
    /// A hardware GPU if there is one, otherwise the CPU
    Auto,
    /// The best adapter, a software one if there is no other
    Gpu,
    /// The shaders' f32 arithmetic on all cores, vectorised
    Cpu,
    /// Plain f64 on all cores
    Reference,
}

impl Named for EngineName {
    const WHAT: &'static str = "engine";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Auto,
            "auto",
            "A hardware GPU if there is one, otherwise the CPU",
        ),
        (
            Self::Gpu,
            "gpu",
            "The best adapter, a software one if there is no other",
        ),
        (
            Self::Cpu,
            "cpu",
            "The shaders' f32 arithmetic on all cores, vectorised",
        ),
        (Self::Reference, "reference", "Plain f64 on all cores"),
    ];
}

/// What computes, and with how much memory.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Engine")]
pub struct EngineArgs {
    /// What computes [default: auto, or gpu with --adapter]
    ///
    /// Every engine draws the same noise for the same seed.
    #[arg(long, value_name = "ENGINE", value_parser = named::<EngineName>())]
    pub engine: Option<EngineName>,
    /// The first adapter with this in its name; `mollify devices` shows all of them
    #[arg(long, value_name = "NAME")]
    pub adapter: Option<String>,
    /// Memory for the samples in flight, such as 16MiB or 1GiB
    ///
    /// Neither the number of samples nor the horizon is limited by it.
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = memory, allow_negative_numbers = true)]
    pub memory: u64,
    /// Where to go on if the GPU fails for good
    ///
    /// The call that failed is done again there.
    #[arg(long, value_name = "ENGINE", value_parser = named::<FallbackName>())]
    pub fallback: Option<FallbackName>,
    /// Let the GPU fail on purpose: `out-of-memory` or `device-lost`, after so many calls, so many times
    #[arg(long, value_name = "FAULT@AFTERxTIMES", hide = true, value_parser = fault)]
    pub inject_fault: Option<(Fault, u64, u64)>,
}

/// Where results go.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Folder for the result files; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Overwrite result files in that folder
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    pub json: bool,
    /// Nothing on stderr but warnings and errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// One of the choices that have names.
pub fn named<T: Named + Send + Sync>() -> impl TypedValueParser<Value = T> {
    let value = |&(_, name, help): &(T, &'static str, &'static str)| {
        PossibleValue::new(name).help(in_flags(help))
    };
    PossibleValuesParser::new(T::ALL.iter().map(value)).try_map(|name| T::from_name(&name))
}

/// A number; whether it makes sense is checked by the library, which knows why.
pub fn real(text: &str) -> Result<f64, String> {
    let error = |_| "expected a number such as 0.1 or 1e-3".to_string();
    text.trim().parse().map_err(error)
}

/// A count that may be written 1000000, 1_000_000 or 1e6.
pub fn count(text: &str) -> Result<u64, String> {
    let plain = text.trim().replace('_', "");
    if let Ok(n) = plain.parse() {
        return Ok(n);
    }
    match plain.parse::<f64>() {
        // Up to 2^53 every whole number is exact in f64.
        Ok(x) if x.fract() == 0.0 && (0.0..=9e15).contains(&x) => Ok(x as u64),
        Ok(x) if x > 9e15 => Err("expected a whole number of at most 9e15".into()),
        _ => Err("expected a whole number such as 1000 or 1e6".into()),
    }
}

/// A seed; also as 1e3, where that is exact.
pub fn seed(text: &str) -> Result<u64, String> {
    let expected = || format!("expected a whole number from 0 to {}", u64::MAX);
    count(text).map_err(|_| expected())
}

/// The number of an iteration: as large as the counter of the noise allows.
pub fn iteration(text: &str) -> Result<u32, String> {
    let expected = || format!("expected a whole number from 0 to {}", u32::MAX);
    let number = count(text).map_err(|_| expected())?;
    u32::try_from(number).map_err(|_| expected())
}

/// A number of bytes with a unit.
pub fn memory(text: &str) -> Result<u64, String> {
    match text.trim().parse::<bytesize::ByteSize>() {
        Ok(size) if size.as_u64() > 0 => Ok(size.as_u64()),
        _ => Err("expected a size such as 16MiB or 1GiB".into()),
    }
}

/// `NAME=VALUE`
pub fn setting(text: &str) -> Result<(String, f64), String> {
    let expected = || "expected NAME=VALUE with a number, such as stiffness=1000".to_string();
    let (name, value) = text.split_once('=').ok_or_else(expected)?;
    let value = value.trim().parse().map_err(|_| expected())?;
    match name.trim() {
        "" => Err(expected()),
        name => Ok((name.into(), value)),
    }
}

fn initial(text: &str) -> Result<(String, String), String> {
    drawn(text).ok_or_else(|| {
        "expected NAME=DRAW for a coordinate of the state, such as position_1=normal:0,0.1 or velocity_1=0.5".into()
    })
}

fn randomized(text: &str) -> Result<(String, String), String> {
    drawn(text).ok_or_else(|| {
        "expected NAME=DRAW for a parameter, such as mass=uniform:0.05,0.2 or mass=normal:0.1,0.01".into()
    })
}

/// A standard deviation.
#[derive(Clone, Debug, PartialEq)]
pub enum Sigma {
    /// Of all values.
    All(f64),
    /// Of a control, at the first step and at the last.
    Of(String, f64, f64),
}

/// `S`, `NAME=S` or `NAME=FIRST..LAST`.
fn sigma(text: &str) -> Result<Sigma, String> {
    let expected = || {
        "expected a number such as 0.1 or 1e-3, or NAME=S, such as force=0.1 or force=0.3..0.1"
            .to_string()
    };
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| expected());
    let Some((name, value)) = text.split_once('=') else {
        return Ok(Sigma::All(number(text)?));
    };
    let (first, last) = value.split_once("..").unwrap_or((value, value));
    match name.trim() {
        "" => Err(expected()),
        name => Ok(Sigma::Of(name.into(), number(first)?, number(last)?)),
    }
}

/// `NAME=LOW..HIGH`, or `LOW..HIGH`.
fn limit(text: &str) -> Result<(Option<String>, f64, f64), String> {
    let expected = || {
        "expected NAME=LOW..HIGH, such as force=-1..1, or LOW..HIGH for all controls".to_string()
    };
    let (name, range) = match text.split_once('=') {
        Some((name, range)) if !name.trim().is_empty() => (Some(name.trim().to_string()), range),
        Some(_) => return Err(expected()),
        None => (None, text),
    };
    let (low, high) = range.split_once("..").ok_or_else(expected)?;
    let bound = |text: &str| text.trim().parse::<f64>().map_err(|_| expected());
    Ok((name, bound(low)?, bound(high)?))
}

fn risk(text: &str) -> Result<Risk, String> {
    text.parse().map_err(|error| match error {
        Error::InvalidValue { expected, .. } => format!("expected {expected}"),
        other => sentence(&other),
    })
}

/// Name and draw, of a text that has both.
fn drawn(text: &str) -> Option<(String, String)> {
    let (name, draw) = text.split_once('=')?;
    let name = name.trim();
    (!name.is_empty()).then(|| (name.into(), draw.into()))
}

fn policy(text: &str) -> Result<Policy, String> {
    text.parse().map_err(|error| match error {
        Error::InvalidValue { expected, .. } => format!("expected {expected}"),
        other => sentence(&other),
    })
}

fn rule(text: &str) -> Result<Rule, String> {
    text.parse().map_err(|error| match error {
        Error::InvalidValue { expected, .. } => format!("expected {expected}"),
        other => sentence(&other),
    })
}
