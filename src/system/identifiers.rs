//! Which names a system may have that is made at run time: those that its shader may have.

/// Characters of a name, at most.
pub const LONGEST_NAME: usize = 64;

/// Keywords and reserved words of WGSL, and the member that the printer writes itself.
const RESERVED: &str = "
alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop
override requires return struct switch true var while
NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class co_await
co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval constexpr constinit
crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export extends extern external
fallthrough filter final finally friend from fxgroup get goto groupshared highp impl implements import inline instanceof
interface layout lowp macro macro_rules match mediump meta mod module move mut mutable namespace new nil noexcept noinline
nointerpolation non_coherent noncoherent noperspective null nullptr of operator package packoffset partition pass patch
pixelfragment precise precision premerge priv protected pub public readonly ref regardless register reinterpret_cast require resource
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
const KERNELS: [&str; 1] = [include_str!("../../shaders/maths.wgsl")];

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
