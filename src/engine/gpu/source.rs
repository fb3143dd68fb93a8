//! The WGSL module of a task: the hand-written kernels and the printed system, concatenated.
//!
//! Module scope is free of order in WGSL, so that concatenation is all the composition there is. What differs between
//! tasks besides the system is which of the alternative files are taken (policy, noise, environment) and the constants
//! of a network: a [`Variant`].

use super::print::wgsl;
use crate::noise::{Distribution, Ratios};
use crate::system::knots::Knots;
use crate::system::model::Model;
use crate::system::policy::Network;
use crate::system::task::Task;

/// Which of the alternative files a task takes; tasks of one system with equal variants share their kernels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    network: Option<Network>,
    /// The constants of noise that is not the same for all controls.
    ratios: String,
    /// From one element of the noise that another follows from to the next; none where they are independent.
    stride: Option<usize>,
    /// Whether the score of theta is summed over the noise on the action.
    pub noise_on_action: bool,
    /// Whether the noise is in memory before the rollout.
    pub noise_is_stored: bool,
    /// Whether the trajectory keeps every state, and not every fourth.
    pub keeps_every_state: bool,
    distribution: Distribution,
    /// Whether initial state or parameters are drawn.
    pub random_environment: bool,
}

impl Variant {
    /// That of a task.
    pub fn of(task: &Task) -> Self {
        let network = task.network();
        Self {
            noise_on_action: !task.noise_is_on_decision(),
            noise_is_stored: network.is_some(),
            keeps_every_state: network.is_some() || is_dear_to_repeat(task.model()),
            network,
            ratios: ratios(task.drawn_ratios().as_ref()),
            stride: task.factor().map(|factor| factor.stride()),
            distribution: task.noise().distribution,
            random_environment: task.environment().is_random(),
        }
    }

    /// The same with noise that the host has stored.
    pub fn stored(self) -> Self {
        Self {
            noise_is_stored: true,
            ..self
        }
    }

    /// Whether it has the kernels that draw and score the noise of a feedback policy.
    pub fn is_feedback(&self) -> bool {
        self.network.is_some()
    }

    /// Whether the noise of an element follows from that of others.
    pub fn is_correlated(&self) -> bool {
        self.stride.is_some()
    }

    /// Whether the score is in memory, and not that of the noise of the element alone.
    pub fn score_is_stored(&self) -> bool {
        self.noise_on_action || self.is_correlated()
    }

    /// The constants, as in `shaders/variant_feedback.wgsl`.
    fn constants(&self) -> String {
        let Some(network) = &self.network else {
            let text = match self.noise_is_stored {
                false => include_str!("../../../shaders/variant_open_loop.wgsl"),
                true => include_str!("../../../shaders/variant_open_loop_stored.wgsl"),
            };
            return format!("{}\n{}{}", text.trim_end(), self.ratios, self.correlation());
        };
        let sizes: Vec<String> = network.sizes.iter().map(|s| format!("{s}u")).collect();
        let count = sizes.len();
        format!(
            "// A network with noise on the {}.\n\
             const NOISE_ON_ACTION: bool = {};\n\
             const NOISE_IS_STORED: bool = true;\n\
             const LAYERS: u32 = {}u;\n\
             const LAYER_SIZES: array<u32, {count}> = array<u32, {count}>({});\n\
             const ACTIVATIONS: u32 = {}u;\n\
             const HAS_BIAS: bool = {};\n\
             {}{}{}",
            if self.noise_on_action {
                "action"
            } else {
                "decision"
            },
            self.noise_on_action,
            count - 1,
            sizes.join(", "),
            network.activations(),
            network.bias,
            knots(network),
            self.ratios,
            self.correlation()
        )
    }

    fn correlation(&self) -> String {
        format!(
            "const HAS_COVARIANCE: bool = {};\nconst COVARIANCE_STRIDE: u32 = {}u;\n",
            self.is_correlated(),
            self.stride.unwrap_or(1)
        )
    }

    fn parts(&self) -> [&'static str; 4] {
        [
            match self.keeps_every_state {
                false => include_str!("../../../shaders/trajectory_sparse.wgsl"),
                true => include_str!("../../../shaders/trajectory_dense.wgsl"),
            },
            match self.network {
                None => include_str!("../../../shaders/open_loop.wgsl"),
                Some(_) => include_str!("../../../shaders/feedback.wgsl"),
            },
            match self.distribution {
                Distribution::Gaussian => include_str!("../../../shaders/noise_gaussian.wgsl"),
                Distribution::Laplace => include_str!("../../../shaders/noise_laplace.wgsl"),
                Distribution::Logistic => include_str!("../../../shaders/noise_logistic.wgsl"),
                Distribution::StudentT => include_str!("../../../shaders/noise_student_t.wgsl"),
            },
            match self.random_environment {
                false => include_str!("../../../shaders/environment_fixed.wgsl"),
                true => include_str!("../../../shaders/environment_drawn.wgsl"),
            },
        ]
    }
}

/// The constants of noise of each control.
fn ratios(ratios: Option<&Ratios>) -> String {
    let list = |values: &[f64]| {
        let values: Vec<String> = values.iter().map(|x| format!("{:?}", *x as f32)).collect();
        let (count, values) = (values.len(), values.join(", "));
        format!("array<f32, {count}> = array<f32, {count}>({values})")
    };
    let (first, last) = match ratios {
        Some(ratios) => (list(&ratios.first), list(&ratios.last)),
        None => (list(&[1.0]), list(&[1.0])),
    };
    format!(
        "const HAS_NOISE_RATIOS: bool = {};\n\
         const NOISE_RATIOS_FIRST: {first};\n\
         const NOISE_RATIOS_LAST: {last};\n\
         const NOISE_RATIO_STEPS: u32 = {}u;\n",
        ratios.is_some(),
        ratios.map_or(1, |ratios| ratios.steps)
    )
}

/// The constants of values that stand at times.
fn knots(network: &Network) -> String {
    let none = Knots::held(1, 1);
    let knots = network.knots.as_ref().unwrap_or(&none);
    let of_step = |t: usize| knots.factors(t).into_iter().take(knots.taken);
    let factors = (0..knots.period()).flat_map(of_step);
    let factors: Vec<String> = factors.map(|x| format!("{:?}", x as f32)).collect();
    let count = factors.len();
    format!(
        "const HAS_KNOTS: bool = {};\n\
         const KNOT_STEPS: u32 = {}u;\n\
         const KNOTS_TAKEN: u32 = {}u;\n\
         const KNOT_PERIOD: u32 = {}u;\n\
         const KNOT_FACTORS: array<f32, {count}> = array<f32, {count}>({});\n",
        network.knots.is_some(),
        knots.steps,
        knots.taken,
        knots.period(),
        factors.join(", ")
    )
}

/// Values of a state above which computing one again costs more than reading it back, in time and in text to compile.
const LARGE_STATE: usize = 16;
/// Operations of a step, loops counted once for each pass, above which the same holds.
const LONG_STEP: u64 = 1000;

fn is_dear_to_repeat(model: &Model) -> bool {
    model.state_size() > LARGE_STATE || model.functions().advance.operations() > LONG_STEP
}

/// The parts in front of and behind what varies, in reading order.
const BEFORE: &[&str] = &[
    include_str!("../../../shaders/maths.wgsl"),
    include_str!("../../../shaders/rng.wgsl"),
    include_str!("../../../shaders/plan.wgsl"),
];
const AFTER: &[&str] = &[
    include_str!("../../../shaders/rollout.wgsl"),
    include_str!("../../../shaders/adjoint.wgsl"),
    include_str!("../../../shaders/reduce.wgsl"),
];

/// The exact text that runs for a task; the system comes first, because it is what a reader looks for.
pub fn source(task: &Task) -> String {
    source_of(&wgsl(task.model()), &Variant::of(task))
}

/// The kernels of a variant with any text that fills the contract of `shaders/system.wgsl`.
pub fn source_of(system: &str, variant: &Variant) -> String {
    let constants = variant.constants();
    let parts: Vec<&str> = [system, &constants]
        .into_iter()
        .chain(BEFORE.iter().copied())
        .chain(variant.parts())
        .chain(AFTER.iter().copied())
        .map(str::trim_end)
        .collect();
    parts.join("\n\n") + "\n"
}

/// The kernels of the open loop with Gaussian noise and a fixed environment.
pub fn source_with_system(system: &str) -> String {
    let variant = Variant {
        network: None,
        ratios: ratios(None),
        stride: None,
        noise_on_action: false,
        noise_is_stored: false,
        keeps_every_state: false,
        distribution: Distribution::Gaussian,
        random_environment: false,
    };
    source_of(system, &variant)
}
