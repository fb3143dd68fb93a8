//! The topics of `mollify help`: a text, and the flags that belong to it.

use clap::Arg;
use mollify::estimate::alpha::Rule;

/// What the help of a command has no room for.
pub struct Topic {
    /// What `mollify help` is told.
    pub name: &'static str,
    /// One line about it.
    pub about: &'static str,
    /// The text before the flags, in lines of at most 100 columns.
    pub text: fn() -> String,
    /// The flags that belong to it.
    pub flags: Option<Flags<'static>>,
}

/// Which flags of a command are explained in full.
#[derive(Clone, Copy)]
pub enum Flags<'a> {
    /// Those under a heading.
    Group(&'a str, &'a str),
    /// Those of these names.
    Named(&'a str, &'a [&'a str]),
    /// That one.
    One(&'a str, &'a str),
}

impl<'a> Flags<'a> {
    /// The command that has them.
    pub fn command(self) -> &'a str {
        match self {
            Self::Group(command, _) | Self::Named(command, _) | Self::One(command, _) => command,
        }
    }

    /// Whether this is one of them.
    pub fn has(self, arg: &Arg) -> bool {
        match self {
            Self::Group(_, heading) => arg.get_help_heading() == Some(heading),
            Self::Named(_, names) => arg.get_long().is_some_and(|long| names.contains(&long)),
            Self::One(_, name) => arg.get_long() == Some(name),
        }
    }
}

/// All of them, in the order of a first reading.
pub const TOPICS: &[Topic] = &[
    Topic {
        name: "terms",
        about: "the words and symbols that results are told in, beside those of the field",
        text: || TERMS.into(),
        flags: None,
    },
    Topic {
        name: "statistics",
        about: "what an estimate reports: errors, variances, bias, verdicts, warnings",
        text: || STATISTICS.into(),
        flags: None,
    },
    Topic {
        name: "estimates",
        about: "how both orders are mixed: rules, gamma, baselines",
        text: estimates,
        flags: Some(Flags::Named(
            "gradient",
            &["rule", "gamma", "bound", "failure-probability", "baseline"],
        )),
    },
    Topic {
        name: "sampling",
        about: "which samples are drawn, and what is made of them",
        text: || SAMPLING.into(),
        flags: Some(Flags::Named(
            "gradient",
            &["samples", "seed", "directions", "zeroth", "nonfinite"],
        )),
    },
    Topic {
        name: "noise",
        about: "what the objective is smoothed by, and where the noise enters",
        text: || NOISE.into(),
        flags: Some(Flags::Named(
            "gradient",
            &["sigma", "noise", "noise-on", "covariance", "seed"],
        )),
    },
    Topic {
        name: "parameters",
        about: "what can be changed about a task: parameters, horizon, initial states, contact",
        text: || PARAMETERS.into(),
        flags: Some(Flags::Named(
            "gradient",
            &["set", "horizon", "initial", "randomize", "contact"],
        )),
    },
    Topic {
        name: "policies",
        about: "what theta is: controls of an open loop, or weights of a feedback policy",
        text: || POLICIES.into(),
        flags: Some(Flags::Named("gradient", &["policy", "theta"])),
    },
    Topic {
        name: "shaping",
        about: "limits and holding of controls, truncated horizons, risk, parameters as the decision",
        text: || SHAPING.into(),
        flags: Some(Flags::Named(
            "gradient",
            &[
                "limit",
                "limit-by",
                "hold",
                "truncation",
                "risk",
                "decide",
                "data",
            ],
        )),
    },
    Topic {
        name: "descents",
        about: "how `optimize` moves theta, and when it stops",
        text: || DESCENTS.into(),
        flags: Some(Flags::Group("optimize", "Descent")),
    },
    Topic {
        name: "engines",
        about: "what computes, with which precision and how much memory",
        text: || ENGINES.into(),
        flags: Some(Flags::Group("gradient", "Engine")),
    },
    Topic {
        name: "files",
        about: "files that are read and written",
        text: || FILES.into(),
        flags: Some(Flags::Named(
            "optimize",
            &["theta", "out", "force", "json", "log"],
        )),
    },
    Topic {
        name: "systems",
        about: "systems that are not built in, from files",
        text: || SYSTEMS.into(),
        flags: Some(Flags::Named("gradient", &["system"])),
    },
    Topic {
        name: "grids",
        about: "the values of --over",
        text: || GRIDS.into(),
        flags: None,
    },
    Topic {
        name: "horizons",
        about: "systems that run under plans that are made anew: what plans know, real time",
        text: || HORIZONS.into(),
        flags: Some(Flags::Group("control", "Control")),
    },
    Topic {
        name: "plans",
        about: "plans through quasi-dynamic contact: methods, smoothing, trees",
        text: || PLANS.into(),
        flags: Some(Flags::Group("plan", "Method")),
    },
    Topic {
        name: "clusters",
        about: "parts of a run on many machines: Slurm arrays and the like",
        text: || CLUSTERS.into(),
        flags: Some(Flags::Group("gradient", "Parts")),
    },
    Topic {
        name: "status",
        about: "exit status, Ctrl-C, and what goes to which stream",
        text: || STATUS.into(),
        flags: None,
    },
];

const TERMS: &str = "\
  here                   the field
  theta                  the decision: controls of all time steps, or weights of a policy; d values
  w, sigma               the noise, and the standard deviation of each of its elements
  f(theta, w)            cost of one rollout
  F(theta) = E f         the smoothed objective
  samples K              noisy rollouts of one estimate
  first order            pathwise or reparameterisation gradient, FoBG: mean of df/dtheta
  zeroth order           score-function, likelihood-ratio or REINFORCE gradient, ZoBG, in
                         evolution strategies: mean of (f - b) w / sigma^2
  baseline b             a control variate
  alpha                  weight of the first order in the mix, alpha-order gradient, AoBG
  noise on the decision  parameter-space noise: the same for the whole rollout
  noise on the action    action-space noise: new in every time step
  aobg, ivw, ddcg        rules for alpha: alpha-order by bias and variance; inverse-variance
                         weighting; by a test whether the cost can be continuous
  open loop              theta is the controls themselves; trajectory optimisation, shooting

The first order is precise where f is smooth, wrong where f jumps (the derivative of a step is 0
almost everywhere), and noisy where f is stiff. The zeroth order is never wrong, but noisy.";

const STATISTICS: &str = "\
Value       mean of f over the samples, an estimate of F, with its standard error. The cost without
            noise, f(theta, 0), is another number where f bends or jumps.
Gradients   both orders with a standard error for each value of theta. `variance` is the trace of
            the covariance of one sample; the mean of K has variance/K.
Bias        B = |first order - zeroth order|. It holds noise too, so it is to be compared with
Radius      the confidence radius eps of the zeroth order, which is off by no more, except with
            --failure-probability: eps = sqrt(2 v0 L/K) + 2 R L/(3 K) with L = ln((d + 1)/delta),
            v0 the variance of the zeroth order, R the bound on one sample.
Alpha       the weight of the first order, with the reason why it is what it is.

A report compares both orders coordinate by coordinate:
  agreement       no bias that the samples could show, and they could show one as large as the
                  gradient
  cannot-tell     a bias as large as the gradient itself would not show
  discontinuity   they differ beyond doubt: the cost has a jump
  too-few-hits    too few samples met anything to tell

Warnings stand under the summary, and as `warnings` in JSON: the stability limit of a system, first
orders that are lost, bounds that samples exceed, rounding to f32 that is not small beside a
standard error. In `sweep`, alpha_reason says why a row has no estimate.";

/// Which rules take two batches is theirs to say.
fn estimates() -> String {
    format!(
        "{ESTIMATES}\n\nThe rules {} draw separate samples for both orders, so they take 2 K rollouts.\n\
         Under a feedback policy ivw-h has an alpha for each control (control_alphas in JSON).",
        Rule::names("and", |facts| facts.batches == 2)
    )
}

const ESTIMATES: &str = "\
  gradient = alpha x first order + (1 - alpha) x zeroth order

The rule aobg takes the alpha of least variance as long as eps + alpha B <= gamma, where eps is the
confidence radius of the zeroth order and B the bias; see `mollify help statistics`. Unless given,
gamma = eps + 2 sqrt(v0/K): the bias that is let in is at most two standard errors of the zeroth
order. So gamma has the unit of the gradient, grows with the number of values of theta as eps does,
and falls with K; alpha is never 0 by construction.";

const SAMPLING: &str = "\
An estimate takes K samples, and 2K under rules that draw separate ones for both orders. Errors fall
as 1/sqrt(K). What is drawn for a seed never changes, so that results can be had again, and compared
under the same noise.";

const NOISE: &str = "\
F(theta) is the mean of f(theta, w) over the noise w, which has one element for each value of theta,
or for each control of each time step. Its width sigma is the width of the smoothing. A sample is
drawn from seed, iteration and its number alone: every engine, machine and --memory draws the same.

  mollify gradient pushing --sigma 0.05
  mollify gradient roomba --sigma turn_rate=0.02..0.2      of one control, from first to last step";

const PARAMETERS: &str = "\
`mollify list TASK` shows the parameters with their units and defaults, the coordinates of the state
and the models of contact. Values are in the units shown there; what must be positive is checked.

  mollify gradient pushing --set stiffness=1000 --set damping=0.9 --horizon 200
  mollify gradient pushing --initial position_1=normal:0,0.1 --randomize mass=uniform:0.05,0.2";

const POLICIES: &str = "\
For an open loop theta has horizon x controls values, those of a time step side by side. Under a
feedback policy theta is its weights. `mollify list TASK` shows the policy of a task.

  mollify optimize tennis --policy perceptron=16,16 --out played
  mollify gradient tennis --policy perceptron=16,16 --theta played/theta.npz";

const SHAPING: &str = "\
What stands between theta and the controls of a system, and between its costs and the objective.
Every engine runs and differentiates the system as it is shaped, so that both orders are those of F.

  mollify optimize pushing --limit force=-0.5..0.5 --out pushed
  mollify optimize pushing --hold 5 --sigma force=0.3..0.1
  mollify optimize pushing --policy spline=20 --risk cvar=0.1

  mollify gradient pushing --set stiffness=14 --sigma 1 --replay 0 --out pushed
  mollify optimize pushing --decide stiffness,mass --data pushed/rollout.npz

A theta that is beyond a limit by more than three sigma throughout is refused: it would not move.
docs/shaping.md has the formulas.";

const DESCENTS: &str = "\
All descents count rollouts, so that they compare at equal --rollouts. Settings come with the task;
`mollify list TASK` shows them. The best theta is delivered whatever stops the descent.";

const ENGINES: &str = "\
  engine      precision   where
  gpu         f32         any Vulkan, Metal or DX12 adapter; `mollify devices` shows them
  cpu         f32         all cores, with vectors
  reference   f64         all cores, readable, the truth of the others

Results are the same to the last bit for every --memory and number of threads. `mollify verify`
compares an engine with the reference; `mollify bench` times them; `mollify doctor` says what is
wrong with a GPU. f32 keeps 24 bits: where that is too little, a warning or an error says so.";

const FILES: &str = "\
A folder of --out has one writer at a time; files are written whole or not at all, and those that
are there are kept unless --force is given. Text is UTF-8, numbers are written with all digits.

  gradient    result.json (what --json prints), statistics.npz (theta, both orders, their standard
              errors, the mix and every number of the summary). With --replay: rollout.npz (states,
              controls, noise and costs, step by step; of several samples with an axis for them in
              front), trajectory.svg, trajectory.png and animation.html of the first sample beside
              the run of the same initial state and parameters without noise, and the same as
              independent-* for the sample of the zeroth order
  optimize    result.json, theta.npy (horizon x controls for an open loop) and theta.csv, the best
              theta; for a feedback policy also theta.npz, an array for each matrix and bias;
              history.csv; for tasks with bodies in space trajectory.svg, trajectory.png and
              animation.html of that theta without noise, beside the start
  landscape   landscape.csv, landscape.npz (of a map one grid for each name, rows along the second
              axis), result.json, landscape.svg, landscape.png
  sweep       sweep.json (what the sweep is), rows.csv (one line per estimate, which ends in a check
              of itself), summary.csv (mean and standard deviation over the repeats), rates.csv
              (slopes), sweep.svg, sweep.png. Empty cells are not known
  control     result.json, control.npz (states, commands, controls: what was commanded with its
              disturbances, costs), plans.csv (a line for each plan), trajectory.svg and .png,
              animation.html of the plant, states.svg and states.png against time
  plan        result.json, plan.npz (commands, states), history.csv, for rrt tree.npz, path.npz,
              tree.svg and tree.png in their place; trajectory.svg, trajectory.png, animation.html";

const SYSTEMS: &str = "\
A system is one file of its formulas: `mollify export TASK` writes it, and every command takes it by
--system in place of the name of a task. Nothing in it is run but arithmetic; a file is checked word
by word. docs/systems.md has the format, examples/spring.json was written by hand.

  mollify export pushing --out pushing.json
  mollify list --system pushing.json
  mollify verify --system pushing.json --engine cpu";

const GRIDS: &str = "\
  1e1..1e6       logarithmic, 2 points per decade and both ends
  1e1..1e6/11    logarithmic, 11 points
  lin:0..1/11    linear, 11 points, which is also the default
  10,100,1000    a list, also of rules: rule=first,zeroth,fixed=0.5

For samples and horizon the points are rounded to whole numbers. `sweep` takes samples, sigma,
horizon, gamma, rule and parameters. Its randomize:NAME is the standard deviation of a parameter
that is drawn anew for every sample, about its value: uniform, or as --randomize NAME=normal:MEAN,
SIGMA says; 0 is no randomisation. Repeat r takes the seed --seed + r at every grid point, so that
grid points differ by nothing but the axes.";

const HORIZONS: &str = "\
`control` repeats: plan --horizon steps from where the plant is, within --rollouts; let the plant
take the first --replan of them; shift the plan. A plan knows the state exactly, and nothing of
--plant and --disturb. sigma is how widely its samples look, not a noise of the plant. A cost must
not depend on the number of the step, because every plan counts from 0.

Real-time factor: the seconds that were simulated over the seconds that all plans took. Above 1, the
plans are ready before they are needed. Cost is that of the plant, step by step and at the end.

  mollify control pushing --horizon 100 --method mppi --refine 4
  mollify control cart-pole --plant pole_mass=0.25 --disturb angular_velocity=0.05 --seed 3";

const PLANS: &str = "\
Contact that does not touch has no derivative, so a planner looks at smoothed steps, by the barrier
or by noise, and judges its commands by the exact step. `mollify help plan FLAG` says more of the
flags of smoothing and of trees.

Published settings of --method rrt, its defaults; goal and regrasp are probabilities:
  task            goal         nodes kappa step  regularization tolerance goal  regrasp threshold
  planar-pushing  0, -0.5, 0     500   100 0.3   0.01           0.1       0.1   0.2     50
  planar-hand     0, 0.35, pi   1000   100 0.35  0.0001         0.01      0.3   0.1     inf
  ball-grazing    0.66          5000   100 0.3   0.0001         0.01      0.2   0       inf";

const CLUSTERS: &str = "\
`gradient`, `landscape` and `sweep` are cut into parts by --part I/N, which any scheduler may run,
in any order, as often as it likes. --merge prints what one process would have printed, to the bit.

  sbatch --array=1-64 slurm.sbatch 64 gradient pushing --samples 1e9 --engine cpu --out parts
  mollify gradient pushing --samples 1e9 --engine cpu --merge parts

scripts/slurm.sbatch adds --part /64: its number, from 1, is SLURM_ARRAY_TASK_ID. Other schedulers
have another name for it: --part \"$PBS_ARRAY_INDEX/64\". Batches are cut into blocks of 1024 samples,
a sweep into its rows. A part that is there is not computed again: its command may be repeated.

What needs to know all samples first takes rounds: --baseline leave-one-out, and a landscape along
--direction gradient. Run the same array once more; --merge says what is missing. Not cut are
--directions and --zeroth other than usual, --risk, and the rule ivw-h under a feedback policy.

All parts need the same version, flags, kind of engine and, with a GPU, adapter and driver; what
turns samples into an estimate counts at the merge alone: --gamma, --bound, --failure-probability,
--nonfinite. docs/clusters.md says more.";

const STATUS: &str = "\
  0     done
  1     the run failed, or a check did not hold
  2     bad usage or input
  130   stopped by Ctrl-C or a request to terminate

Results go to stdout, everything else to stderr: progress, warnings, errors. --json prints one
document on stdout and nothing else. Ctrl-C stops after the work in flight and delivers what is
done: the samples of a gradient, the best theta of a descent, the points of a landscape, the steps
of a plant, the rows of a sweep, which goes on with --resume. A second Ctrl-C stops at once.";
