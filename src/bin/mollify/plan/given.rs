//! Flags that the chosen method does not read: each is refused, rather than left out in silence.

use super::{Args, MethodName};
use crate::engine::invalid;
use crate::once::once;
use mollify::Result;
use mollify::error::Named;
use mollify::plan::rrt::{Ablation, Metric};
use mollify::plan::{Gradient, Method};

/// Refuses flags that would do nothing, and those that contradict each other.
pub fn check(args: &Args) -> Result<()> {
    for (flag, settings) in [
        ("--set", &args.set),
        ("--start", &args.start),
        ("--goal", &args.goal),
    ] {
        once(flag, settings)?;
    }
    by_method(args)?;
    match args.method {
        MethodName::Rrt => of_a_tree(args),
        MethodName::Commands(method) => of_commands(args, method),
    }
}

fn refused(flag: &str, why: &str) -> Result<()> {
    Err(mollify::Error::InvalidValue {
        what: flag.into(),
        value: "given".into(),
        expected: format!("left out {why}"),
    })
}

const SHOOTING: MethodName = MethodName::Commands(Method::Shooting);
const MPC: MethodName = MethodName::Commands(Method::Mpc);
const RRT: MethodName = MethodName::Rrt;

/// Each flag, whether it was given, and the methods that read it.
fn by_method(args: &Args) -> Result<()> {
    let tree = &args.tree;
    let commands: &[MethodName] = &[SHOOTING, MPC];
    let flags = [
        ("--horizon", args.horizon.is_some(), commands),
        ("--commands", args.commands.is_some(), commands),
        ("--iterations", args.iterations.is_some(), commands),
        ("--reach", args.reach.is_some(), commands),
        ("--state-jacobian", args.state_jacobian.is_some(), commands),
        ("--engine", args.engine.is_some(), commands),
        ("--adapter", args.adapter.is_some(), commands),
        ("--trust-region", args.trust_region.is_some(), &[SHOOTING]),
        ("--step", args.step.is_some(), &[SHOOTING, RRT]),
        ("--nodes", tree.nodes.is_some(), &[RRT]),
        ("--regularization", tree.regularization.is_some(), &[RRT]),
        (
            "--goal-probability",
            tree.goal_probability.is_some(),
            &[RRT],
        ),
        (
            "--regrasp-probability",
            tree.regrasp_probability.is_some(),
            &[RRT],
        ),
        ("--threshold", tree.threshold.is_some(), &[RRT]),
        ("--metric", tree.metric.is_some(), &[RRT]),
        ("--extension", tree.extension.is_some(), &[RRT]),
        ("--ablation", tree.ablation.is_some(), &[RRT]),
        ("--batch", tree.batch.is_some(), &[RRT]),
    ];
    for (flag, is_given, readers) in flags {
        if is_given && !readers.contains(&args.method) {
            let readers: Vec<&str> = readers.iter().map(|m| m.name()).collect();
            let why = format!(
                "with --method {}: it is for {}",
                args.method.name(),
                readers.join(" and ")
            );
            return refused(flag, &why);
        }
    }
    Ok(())
}

fn of_a_tree(args: &Args) -> Result<()> {
    let gradient = args.gradient();
    if gradient == Gradient::Exact {
        let expected = "barrier, first, zeroth or mixed with --method rrt; --ablation exact-b takes B of contact as good as exact";
        return Err(invalid("--gradient", gradient.name(), expected));
    }
    sampled_alone(args)?;
    let tree = &args.tree;
    let smooths = !(args.kappa.is_empty() && args.length.is_empty());
    match tree.ablation.unwrap_or_default() {
        Ablation::ExactB if smooths => refused(
            "--kappa or --length",
            "with --ablation exact-b, which sets it",
        ),
        Ablation::ExactB if gradient.is_sampled() => refused(
            &format!("--gradient {}", gradient.name()),
            "with --ablation exact-b, which takes no noise",
        ),
        Ablation::NoRegrasps if tree.regrasp_probability.is_some() => refused(
            "--regrasp-probability",
            "with --ablation no-regrasps, which sets it to 0",
        ),
        Ablation::GlobalMetric if tree.metric == Some(Metric::Local) => refused(
            "--metric local",
            "with --ablation global-metric, which sets it",
        ),
        _ => Ok(()),
    }
}

/// Refuses what says something of noise where there is none.
fn sampled_alone(args: &Args) -> Result<()> {
    let gradient = args.gradient();
    for (flag, is_given) in [
        ("--sigma", args.sigma.is_some()),
        ("--samples", args.samples.is_some()),
    ] {
        if is_given && !gradient.is_sampled() {
            let why = format!(
                "with --gradient {}: it is for first, zeroth and mixed",
                gradient.name()
            );
            return refused(flag, &why);
        }
    }
    Ok(())
}

fn of_commands(args: &Args, method: Method) -> Result<()> {
    let gradient = args.gradient();
    let with = format!("with --gradient {}", gradient.name());
    let is_smoothed = !(args.kappa.is_empty() && args.length.is_empty());
    if gradient != Gradient::Barrier && is_smoothed {
        return refused(
            "--kappa or --length",
            &format!("{with}: they are the barrier's"),
        );
    }
    sampled_alone(args)?;
    let values = args.kappa.len().max(args.length.len());
    if method == Method::Mpc && values > 2 {
        let expected = "the first and the last one with --method mpc, which goes from one to the other by itself";
        let found = format!("{values} values");
        return Err(mollify::Error::InvalidValue {
            what: "--kappa or --length".into(),
            value: found,
            expected: expected.into(),
        });
    }
    Ok(())
}
