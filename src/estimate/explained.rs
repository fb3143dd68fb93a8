//! The empirical-bias report in a sentence.

use crate::error::{number, plural};
use crate::estimate::bias::{Evidence, Report, Verdict};
use crate::estimate::mix::Mixed;
use serde::Serialize;

/// The report with its sentence, as it stands in the JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained<'a> {
    /// The report.
    #[serde(flatten)]
    pub report: &'a Report,
    /// The evidence in words.
    pub sentence: String,
}

impl<'a> Explained<'a> {
    /// None if there was no first order to compare with.
    pub fn of(mixed: &'a Mixed) -> Option<Self> {
        let report = mixed.report.as_ref()?;
        Some(Self {
            sentence: sentence(report, mixed),
            report,
        })
    }

    /// The verdict of the report.
    pub fn verdict(&self) -> Verdict {
        self.report.verdict
    }
}

fn sentence(report: &Report, mixed: &Mixed) -> String {
    let limit = format!(
        "more than {:.2} standard errors, which chance does once in {} reports",
        report.limit,
        number(1.0 / report.level)
    );
    let z = |coordinate: usize| format!("{:.2}", report.coordinates[coordinate].z.abs());
    match report.evidence {
        Evidence::Disagreement {
            coordinate,
            exceeding,
            variance_if_rare,
            effective_samples,
        } => format!(
            "in {} of {} the orders differ by {limit}; in [{coordinate}] by {}. {}",
            exceeding,
            plural(report.comparisons, "coordinate"),
            z(coordinate),
            match report.verdict {
                Verdict::Discontinuity => format!(
                    "The cost jumps, or it has a slope so rare that the variance of the first order is above {}, not {}",
                    number(variance_if_rare),
                    number(mixed.choice.first_variance)
                ),
                _ => too_few(effective_samples),
            }
        ),
        Evidence::TooLittleVariance {
            first_variance,
            least_variance,
            slack,
            effective_samples,
        } => format!(
            "the first order has the variance {}, but the variance of the cost asks for at least {} where the cost is \
             continuous (slack {slack:.2}). {}",
            number(first_variance),
            number(least_variance),
            match report.verdict {
                Verdict::Discontinuity =>
                    "The cost jumps, or it has a slope too rare for the samples".to_string(),
                _ => too_few(effective_samples),
            }
        ),
        Evidence::SingleSample => "a single sample tells no variance; raise `samples`".into(),
        Evidence::NothingSeen => format!(
            "all {} samples cost the same, so neither order has seen anything; raise `samples` or `sigma`",
            mixed.samples - mixed.nonfinite.count
        ),
        Evidence::ErrorUnknown { samples, needed } => format!(
            "{} tell no error of the zeroth order, so nothing can be told; raise `samples` until there are {needed}",
            plural(samples as usize, "finite rollout")
        ),
        Evidence::FewSamples { effective_samples } => format!(
            "one sample makes up {:.0} % of the squares of the zeroth order; raise `samples`",
            100.0 / effective_samples
        ),
        Evidence::WithinLimit {
            coordinate,
            unseen,
            gradient,
            needed,
        } => format!(
            "in no coordinate do the orders differ by {limit}; in [{coordinate}] most, by {}. A bias below {} may not show{}",
            z(coordinate),
            number(unseen),
            match report.verdict {
                Verdict::CannotTell => out_of_sight(gradient, needed),
                _ => String::new(),
            }
        ),
    }
}

/// What a bias that is larger than the gradient means.
fn out_of_sight(gradient: f64, needed: f64) -> String {
    let samples = match needed.is_finite() && needed < 1e15 {
        true => format!("about {} samples would tell", number(needed.ceil())),
        false => "no number of samples within reach would tell".into(),
    };
    format!(
        ", and the gradient itself is {}: {samples}",
        number(gradient)
    )
}

fn too_few(effective_samples: f64) -> String {
    let count = effective_samples.round().max(1.0) as usize;
    format!(
        "But it may be that only {} of the zeroth order count, too few to tell a jump; raise `samples` or `sigma`",
        plural(count, "sample")
    )
}
