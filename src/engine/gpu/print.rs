//! A system as WGSL: the structs and functions of the contract in `shaders/system.wgsl`.
//!
//! The text is part of the repository as `tests/golden/*.wgsl`, to be reviewed like code.

use super::expression;
use crate::system::Coordinate;
use crate::system::functions::{self, Function};
use crate::system::model::Model;
use std::fmt::Write as _;

const PARAMETERS: (&str, &str) = ("parameters", "Parameters");
const STATE: (&str, &str) = ("state", "State");
const CONTROL: (&str, &str) = ("control", "Control");
const TIME: (&str, &str) = ("time", "f32");

fn print(
    model: &Model,
    function: &Function,
    name: &str,
    arguments: &[(&str, &str)],
    result: &str,
    constructors: &[(&str, usize)],
) -> String {
    let signature = expression::Signature {
        name,
        arguments,
        result,
        constructors,
    };
    let about = model.about();
    let input = |bank: u32, index: u32| -> String {
        let index = index as usize;
        match bank {
            functions::PARAMETERS => format!("parameters.{}", about.parameters[index].name),
            functions::STATE => format!("state.{}", about.state[index].name),
            functions::CONTROL => format!("control.{}", about.control[index].name),
            functions::TIME => "time".to_string(),
            _ => format!("cotangent.{}", about.state[index].name),
        }
    };
    expression::function(&function.graph, &function.outputs, &signature, &input)
}

/// A system as WGSL: the text that fills the contract of `shaders/system.wgsl`.
pub fn wgsl(model: &Model) -> String {
    let (about, parameters, f) = (model.about(), model.parameters(), model.functions());
    let (n, m) = (about.state.len(), about.control.len());
    let state = [("State", n)];
    let both = [("State", n), ("Control", m)];
    let step = [PARAMETERS, STATE, CONTROL];
    let cost = [PARAMETERS, STATE, CONTROL, TIME];
    let step_back = [PARAMETERS, STATE, CONTROL, TIME, ("cotangent", "State")];
    let print = |function: &Function,
                 name: &str,
                 arguments: &[(&str, &str)],
                 result: &str,
                 constructors: &[(&str, usize)]| {
        print(model, function, name, arguments, result, constructors)
    };
    let end = [PARAMETERS, STATE];
    let fields: Vec<_> = parameters
        .iter()
        .map(|p| (&*p.name, &*p.unit, &*p.meaning))
        .collect();
    let heading = format!(
        "// {}: {}\n// {}\n",
        about.name, about.summary, about.source
    );
    [
        heading,
        constants(n, m, parameters.len()),
        structure("Parameters", &fields),
        coordinates("State", &about.state),
        coordinates("Control", &about.control),
        STATE_CONTROL.to_string(),
        from_array(
            "parameters",
            "Parameters",
            "PARAMETER_SIZE",
            parameters.len(),
        ),
        conversions("state", "State", "STATE_SIZE", &about.state),
        conversions("control", "Control", "CONTROL_SIZE", &about.control),
        print(&f.advance, "advance", &step, "State", &state),
        print(&f.stage_cost, "stage_cost", &cost, "f32", &[]),
        print(&f.final_cost, "final_cost", &end, "f32", &[]),
        STEP_VJP.to_string() + &print(&f.step_vjp, "step_vjp", &step_back, "StateControl", &both),
        print(
            &f.final_cost_gradient,
            "final_cost_gradient",
            &end,
            "State",
            &state,
        ),
    ]
    .join("\n")
}

const STATE_CONTROL: &str = "\
// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}
";

const STEP_VJP: &str = "// The gradient of cotangent . advance + stage_cost.\n";

/// A struct cannot be empty in WGSL, so the sizes of the arrays are at least 1.
fn constants(n: usize, m: usize, p: usize) -> String {
    [
        ("STATE_SIZE", n),
        ("CONTROL_SIZE", m),
        ("PARAMETER_SIZE", p),
    ]
    .map(|(name, size)| format!("const {name}: u32 = {}u;\n", size.max(1)))
    .concat()
}

fn structure(name: &str, fields: &[(&str, &str, &str)]) -> String {
    let mut text = format!("struct {name} {{\n");
    let mut line = |name: &str, comment: &str| {
        writeln!(text, "    {name}: f32, // {comment}").expect("writing to a String succeeds");
    };
    for (name, unit, meaning) in fields {
        let separator = if meaning.is_empty() { "" } else { ": " };
        line(name, &format!("{unit}{separator}{meaning}"));
    }
    if fields.is_empty() {
        line("unused", "a struct has at least one member");
    }
    text + "}\n"
}

fn coordinates(name: &str, list: &[Coordinate]) -> String {
    let fields: Vec<_> = list.iter().map(|c| (&*c.name, &*c.unit, "")).collect();
    structure(name, &fields)
}

/// The functions between a struct and an array of its members, which the kernels store and load.
fn conversions(stem: &str, ty: &str, size: &str, list: &[Coordinate]) -> String {
    let names: Vec<&str> = if list.is_empty() {
        vec!["unused"]
    } else {
        list.iter().map(|c| &*c.name).collect()
    };
    let members: Vec<String> = names.iter().map(|n| format!("{stem}.{n}")).collect();
    format!(
        "fn {stem}_to_array({stem}: {ty}) -> array<f32, {size}> {{\n    return array<f32, {size}>({});\n}}\n\n{}",
        members.join(", "),
        from_array(stem, ty, size, list.len())
    )
}

fn from_array(stem: &str, ty: &str, size: &str, members: usize) -> String {
    let elements: Vec<String> = (0..members.max(1))
        .map(|i| format!("values[{i}]"))
        .collect();
    format!(
        "fn {stem}_from_array(values: array<f32, {size}>) -> {ty} {{\n    return {ty}({});\n}}\n",
        elements.join(", ")
    )
}
