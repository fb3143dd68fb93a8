//! What a document must be like besides its functions: names that WGSL takes, and numbers that f32 holds.

use super::{Document, DrawText, Origin};
use crate::error::Result;

/// Coordinates of the state, of the control, and parameters, at most this many of each.
const MOST_NAMES: usize = 1024;
const LONGEST_NAME: usize = 64;
const LONGEST_TEXT: usize = 1000;

/// Keywords and reserved words of WGSL, and the member that the printer writes itself.
const RESERVED: &str = "
alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop
override requires return struct switch true var while
NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class co_await
co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval constexpr constinit
crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export extends extern external
fallthrough filter final finally friend from fxgroup get goto groupshared highp impl implements import inline instanceof
interface layout lowp macro macro_rules match mediump meta mod module move mut mutable namespace new nil noexcept noinline
nointerpolation non_coherent noncoherent noperspective null nullptr of operator package packoffset pass patch pixelfragment
precise precision premerge priv protected pub public readonly ref regardless register reinterpret_cast require resource
restrict self set shared sizeof smooth snorm static static_assert static_cast std subroutine super target template this
thread_local throw trait try type typedef typeid typename typeof union unless unorm unsafe unsized use using varying
virtual volatile wgsl where with writeonly yield
unused";

/// Types and functions that printed functions use, and their arguments: a variable of that name would hide them.
/// Coordinates and parameters may have these names, because they are printed as members of a struct only.
const HIDDEN: &str = "
f32 f16 i32 u32 bool array atomic vec2 vec3 vec4 bitcast
abs sqrt sin cos exp log tanh atan2 max min select sign floor pow fma ldexp frexp
time parameters state control cotangent Parameters State Control StateControl";

/// What printed functions call besides what is built in.
const KERNELS: [&str; 1] = [include_str!("../../../shaders/maths.wgsl")];

fn is_in_kernels(name: &str) -> bool {
    let defined = |line: &str| {
        let words = ["fn ", "struct ", "const "];
        let rest = words.iter().find_map(|word| line.strip_prefix(word));
        let end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
        rest.is_some_and(|rest| rest.split(end).next() == Some(name))
    };
    KERNELS.iter().any(|text| text.lines().any(defined))
}

/// What is wrong with a name, if anything.
pub fn name_problem(name: &str) -> Option<String> {
    let is_identifier = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if name.len() > LONGEST_NAME || !is_identifier {
        return Some(format!(
            "expected a name of up to {LONGEST_NAME} letters, digits and '_' that begins with a letter"
        ));
    }
    let reserved = RESERVED.split_whitespace().any(|word| word == name);
    reserved.then(|| "the name is reserved in WGSL; choose another one".into())
}

/// What is wrong with a label, which is printed as the name of a variable.
pub fn label_problem(label: &str) -> Option<String> {
    let hides = || HIDDEN.split_whitespace().any(|word| word == label) || is_in_kernels(label);
    name_problem(label).or_else(|| {
        hides().then(|| {
            "a variable of that name would hide what the shaders use; choose another one".into()
        })
    })
}

/// Whether an engine in f32 can hold it.
pub fn fits(value: f64) -> bool {
    value.is_finite() && value.abs() <= f64::from(f32::MAX)
}

impl Document {
    /// Names, texts and numbers.
    pub(super) fn check(&self, at: Origin<'_>) -> Result<()> {
        let words = |name: &str| {
            let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fine)
        };
        if !words(&self.name) || self.name.starts_with('-') {
            return Err(at.error(
                "name",
                "expected lower-case words joined by '-', such as \"my-spring\"",
            ));
        }
        let state: Vec<&str> = self.state.iter().map(|c| &*c.name).collect();
        let control: Vec<&str> = self.control.iter().map(|c| &*c.name).collect();
        let parameters: Vec<&str> = self.parameters.iter().map(|c| &*c.name).collect();
        for (kind, names) in [
            ("state", state),
            ("control", control),
            ("parameter", parameters),
        ] {
            if names.len() > MOST_NAMES {
                return Err(at.error(
                    kind,
                    format!(
                        "{} names are too many, expected at most {MOST_NAMES}",
                        names.len()
                    ),
                ));
            }
            let mut seen = std::collections::HashSet::new();
            for name in names {
                let place = || format!("{kind} '{}'", name.escape_debug());
                if let Some(problem) = name_problem(name) {
                    return Err(at.error(place(), problem));
                }
                if !seen.insert(name) {
                    return Err(at.error(place(), "the name is there twice, expected each once"));
                }
            }
        }
        if self.control.is_empty() {
            return Err(at.error("control", "there is none, expected at least one coordinate"));
        }
        self.check_texts(at)?;
        self.check_numbers(at)
    }

    /// They are printed into comments, which a line break would end.
    fn check_texts(&self, at: Origin<'_>) -> Result<()> {
        let texts = [&self.summary, &self.source].into_iter();
        let texts = texts
            .chain(self.state.iter().map(|c| &c.unit))
            .chain(self.control.iter().map(|c| &c.unit))
            .chain(self.parameters.iter().flat_map(|p| [&p.unit, &p.meaning]));
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        for text in texts {
            if text.len() > LONGEST_TEXT || text.contains(breaks) {
                let problem = format!("expected one line of up to {LONGEST_TEXT} bytes");
                return Err(at.error("a summary, source, unit or meaning", problem));
            }
        }
        Ok(())
    }

    fn check_numbers(&self, at: Origin<'_>) -> Result<()> {
        let most = u32::MAX as usize / 2 / self.control.len();
        if self.horizon == 0 || self.horizon > most {
            let problem = format!(
                "it is {}, expected a whole number from 1 to {most}",
                self.horizon
            );
            return Err(at.error("horizon", problem));
        }
        if !(self.sigma > 0.0 && fits(self.sigma) && self.sigma as f32 > 0.0) {
            return Err(at.error(
                "sigma",
                format!(
                    "it is {:e}, expected a number above 0 that fits f32",
                    self.sigma
                ),
            ));
        }
        let mut numbers = vec![("start".to_string(), self.start)];
        for x in &self.state {
            let place = format!("state '{}'", x.name);
            if let DrawText::Number(value) = x.initial {
                numbers.push((place.clone(), value));
            }
            numbers.extend(x.terms.iter().map(|(_, factor)| (place.clone(), *factor)));
        }
        numbers.extend(
            self.parameters
                .iter()
                .map(|p| (format!("parameter '{}'", p.name), p.default)),
        );
        if let Some((place, value)) = numbers.into_iter().find(|(_, value)| !fits(*value)) {
            return Err(at.error(
                place,
                format!("{value:e} does not fit f32, expected a smaller number"),
            ));
        }
        for p in &self.parameters {
            if p.positive && p.default <= 0.0 {
                let place = format!("parameter '{}'", p.name);
                return Err(at.error(
                    place,
                    format!(
                        "its default is {}, expected above 0, as it is positive",
                        p.default
                    ),
                ));
            }
        }
        if self
            .published
            .is_some_and(|p| p.samples == 0 || p.iterations == 0 || p.step <= 0.0 || p.bound <= 0.0)
        {
            return Err(at.error(
                "published",
                "expected samples, iterations, step and bound above 0",
            ));
        }
        if self
            .tuned
            .is_some_and(|t| t.samples == 0 || t.iterations == 0 || t.radius <= 0.0)
        {
            return Err(at.error("tuned", "expected samples, iterations and radius above 0"));
        }
        Ok(())
    }
}
