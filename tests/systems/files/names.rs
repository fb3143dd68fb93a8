//! Whatever name a text may use, its shader is valid: tried with every word that WGSL knows.

use super::{SPRING, read, valid_shader};
use mollify::system::task::Task;
use std::sync::Arc;
use wgpu::naga::keywords::wgsl::{BUILTIN_IDENTIFIERS, RESERVED};

/// What the printer and the kernels call things.
const OURS: &str = "
parameters state control cotangent time Parameters State Control StateControl unused
item item_2 turn next captured constant t0 t1 item_cotangent
advance stage_cost final_cost step_vjp final_cost_gradient parameters_from_array STATE_SIZE PARAMETER_SIZE
sin_f32 cos_f32 exp_f32 log_f32 tanh_f32 atan2_f32 theta noise main reduce rollout lane values weights";

/// Of the spring: a coordinate, a parameter or a label takes the name.
const PLACES: [&str; 4] = ["velocity", "force", "drag", "without_drag"];

fn renamed(place: &str, name: &str) -> String {
    SPRING.replace(&format!("\"{place}\""), &format!("\"{name}\""))
}

#[test]
fn reserved_words_are_refused_everywhere() {
    for word in RESERVED {
        for place in PLACES {
            let error = read(&renamed(place, word)).expect_err(word);
            assert!(error.contains("reserved in WGSL"), "{word}: {error}");
        }
    }
}

#[test]
fn other_names_are_refused_or_make_a_valid_shader() {
    let words = BUILTIN_IDENTIFIERS.iter().copied();
    for word in words.chain(OURS.split_whitespace()) {
        for place in PLACES {
            match read(&renamed(place, word)) {
                Ok(model) => valid_shader(&Task::new(Arc::new(model))),
                Err(error) => {
                    let expected = ["would hide what the shaders use", "reserved in WGSL"];
                    let is_known = expected.iter().any(|words| error.contains(words));
                    assert!(is_known, "{word} for {place}: {error}");
                    // As a member of a struct a name hides nothing.
                    let is_label = place == "without_drag";
                    assert!(is_label || word == "unused", "{word} for {place}: {error}");
                }
            }
        }
    }
}
