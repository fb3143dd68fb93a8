//! One box past another or into it: jumps over its place across the way, and what both orders make of them.

use mollify::continuity::{Line, Map, Search};
use mollify::system::task::Task;

/// The cost over the pusher's place across the way, of 300 places.
fn line(contact: &str) -> Line {
    let task = Task::find_with("shove", Some(contact))
        .and_then(|t| t.with_parameter("time_step", 0.002))
        .and_then(|t| t.with_horizon(200))
        .expect(contact);
    let map = Map::new(&task, &task.start(), "pusher_y", "cost").expect("a map");
    let places: Vec<f64> = (0..300)
        .map(|i| -0.115 + 0.04 * f64::from(i) / 299.0)
        .collect();
    Line::search(&|x| map.at(x), &places, &Search::default()).expect("a line")
}

#[test]
fn points_jump_where_they_catch_a_corner_and_pressure_does_not() {
    for contact in ["point", "manifold", "vertices", "rigid-soft", "soft-soft"] {
        let line = line(contact);
        let largest = line
            .jumps
            .iter()
            .map(|j| j.size().abs())
            .fold(0.0, f64::max);
        println!(
            "{contact}: {} jumps, largest {largest}, rise {}",
            line.jumps.len(),
            line.rise()
        );
        match contact {
            "rigid-soft" | "soft-soft" => assert_eq!(line.jumps, [], "{contact}"),
            _ => assert!(largest > 1.0, "{contact}: {largest}"),
        }
        // Passed by at one end, pushed at the other.
        assert!((line.values[0] - 4.0).abs() < 1e-6, "{}", line.values[0]);
    }
}
