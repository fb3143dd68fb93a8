//! Recordings nest, and a value of one is never taken for a node of another.

use super::value;
use mollify::number::graph::Id;
use mollify::number::traced::{Traced, record};
use mollify::number::{Mask, Scalar};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn inputs() -> [Traced; 2] {
    [0, 1].map(|index| Traced::input(0, index))
}

/// What `body` panics with, in words.
fn words<T>(body: impl FnOnce() -> T) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(body)).err()?;
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
}

#[track_caller]
fn is_refused<T>(body: impl FnOnce() -> T) {
    let words = words(body).expect("a stranger is refused");
    let expected = "a Traced value of one record is used in another";
    assert!(words.starts_with(expected), "{words}");
}

/// Every way to use a value, alone, before and after one of the recording itself, and as a mask.
fn uses(stranger: Traced, own: Traced) {
    is_refused(|| stranger.sin());
    is_refused(|| -stranger);
    is_refused(|| stranger + own);
    is_refused(|| own + stranger);
    is_refused(|| stranger * 2.0);
    is_refused(|| own.atan2(stranger));
    is_refused(|| own.less(stranger));
    is_refused(|| Traced::select(own.less(own), own, stranger));
    is_refused(|| Traced::select(own.less(own), stranger, own));
    is_refused(|| stranger.named("stranger"));
    is_refused(|| stranger.id());
}

/// a + z² at a = 10, z = 3 was 12, where a in the inner recording is a number that there is z.
#[test]
fn a_value_of_the_outer_recording_is_refused_in_the_inner_one() {
    let (outer, sum) = record(|| {
        let [a, z] = inputs();
        let outer_mask = a.less(z);
        record(|| {
            let [z, own] = inputs();
            is_refused(|| a + z * z);
            uses(a, own);
            is_refused(|| Traced::select(outer_mask, own, own));
            is_refused(|| outer_mask.and(own.less(own)));
            is_refused(|| own.less(own).or(outer_mask));
            is_refused(|| outer_mask.not());
            is_refused(|| outer_mask.named("mask"));
            is_refused(|| outer_mask.id());
        });
        (a + z * z).id()
    });
    assert_eq!(value(&outer, &[sum], [10.0, 3.0, 0.0, 0.0]), [19.0]);
}

#[test]
fn a_value_of_the_inner_recording_is_refused_in_the_outer_one_and_in_the_next() {
    record(|| {
        let [own, _] = inputs();
        let (_, leaked) = record(|| inputs()[1]);
        uses(leaked, own);
        record(|| uses(leaked, inputs()[1]));
    });
}

#[test]
fn a_value_outside_of_any_recording_is_refused() {
    let (_, leaked) = record(|| inputs()[0]);
    let words = words(|| leaked + leaked).expect("refused");
    assert!(words.contains("only used inside record"), "{words}");
}

#[test]
fn a_value_of_another_thread_is_refused() {
    record(|| {
        let [own, _] = inputs();
        let body = || record(|| inputs()[1]).1;
        let other = std::thread::spawn(body).join().expect("a recording");
        uses(other, own);
    });
}

#[test]
fn recordings_nest_and_each_has_its_own_nodes() {
    let (outer, (before, inner, after)) = record(|| {
        let [x, y] = inputs();
        let before: Id = (x + y).id();
        let inner = record(|| {
            let [x, y] = inputs();
            (x * y - 1.0).id()
        });
        (before, inner, (x - y).id())
    });
    let at = [5.0, 3.0, 0.0, 0.0];
    assert_eq!(value(&outer, &[before, after], at), [8.0, 2.0]);
    assert_eq!(value(&inner.0, &[inner.1], at), [14.0]);
}

/// What is recorded after a panic that was caught must not go to the graph that was given up.
#[test]
fn a_recording_that_panics_is_gone() {
    let (outer, sum) = record(|| {
        let [x, y] = inputs();
        let body = || record(|| -> Id { panic!("given up") });
        assert_eq!(words(body).as_deref(), Some("given up"));
        (x + y).id()
    });
    assert_eq!(value(&outer, &[sum], [5.0, 3.0, 0.0, 0.0]), [8.0]);
}
