//! The tables of `mollify bench`.

use crate::output::{plural, table};
use bytesize::ByteSize;
use mollify::benchmark::compare::Comparison;
use mollify::benchmark::{BreakEven, Document, Opened, Row, Stages};

/// One line while it runs.
pub fn measured(rows: &[Row]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let rates: Vec<String> = rows
        .iter()
        .map(|r| {
            format!(
                "{} {}",
                r.engine,
                millions(r.sample_steps_per_second.median)
            )
        })
        .collect();
    format!(
        "{}, K = {}: {} million sample-steps/s",
        first.task,
        first.samples,
        rates.join(", ")
    )
}

/// Everything.
pub fn for_people(d: &Document, comparison: Option<&Comparison>) -> String {
    let mut parts = vec![throughput(d)];
    if d.rows.iter().any(|r| r.stages.is_some()) {
        parts.push(stages(d));
    }
    parts.push(opened(d));
    if !d.break_even.is_empty() {
        parts.push(break_even(&d.break_even));
    }
    parts.extend(comparison.map(compared));
    parts.push(machine(d));
    parts.join("\n")
}

/// With three digits.
fn millions(rate: f64) -> String {
    let value = rate / 1e6;
    let decimals = match value {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 4,
    };
    format!("{value:.decimals$}")
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.3}", seconds * 1e3)
}

fn size(bytes: u64) -> String {
    ByteSize::b(bytes).display().iec().to_string()
}

/// The name where it differs from that of the row before.
fn once(name: &str, before: &mut String) -> String {
    if name == before {
        return String::new();
    }
    *before = name.to_string();
    name.to_string()
}

fn throughput(d: &Document) -> String {
    let mut before = String::new();
    let rows = d.rows.iter().map(|r| {
        let rate = r.sample_steps_per_second;
        vec![
            once(&r.task, &mut before),
            r.samples.to_string(),
            r.engine.clone(),
            millions(rate.median),
            millions(rate.min),
            millions(rate.max),
            milliseconds(r.seconds.median),
            r.repeats.to_string(),
            size(r.planned_bytes),
            r.peak_bytes.map_or("unknown".into(), size),
        ]
    });
    let header = [
        "task",
        "K",
        "engine",
        "median",
        "min",
        "max",
        "ms",
        "rounds",
        "planned",
        "peak of process",
    ];
    let rows = table(&header, rows.collect(), 3..10);
    format!("Million sample-steps per second, both estimates\n{rows}")
}

fn stages(d: &Document) -> String {
    let mut before = String::new();
    let line = |r: &Row, s: &Stages, before: &mut String| {
        let part = |seconds: f64| {
            let share = 100.0 * seconds / r.seconds.median;
            format!("{} ({share:.0} %)", milliseconds(seconds))
        };
        vec![
            once(&r.task, before),
            r.samples.to_string(),
            r.engine.clone(),
            part(s.noise),
            part(s.rollout),
            part(s.zeroth_order),
            part(s.first_order),
        ]
    };
    let rows = d.rows.iter();
    let rows = rows.filter_map(|r| r.stages.as_ref().map(|s| line(r, s, &mut before)));
    let header = [
        "task",
        "K",
        "engine",
        "noise",
        "rollout",
        "zeroth order",
        "first order",
    ];
    let rows = table(&header, rows.collect(), 3..7);
    format!("Milliseconds of each stage, by difference\n{rows}")
}

fn opened(d: &Document) -> String {
    let mut before = String::new();
    let worst = |o: &Opened| {
        let shares = o.check.iter().map(|c| c.deviation / c.tolerance);
        match o.check.is_empty() {
            true => "is the reference".to_string(),
            false => format!("{:.0e} of what is allowed", shares.fold(0.0, f64::max)),
        }
    };
    let rows = d.engines.iter().map(|o| {
        vec![
            once(&o.task, &mut before),
            o.engine.clone(),
            milliseconds(o.open_seconds),
            o.compile_seconds.map_or("none".into(), milliseconds),
            worst(o),
        ]
    });
    let header = ["task", "engine", "open", "compile", "off the reference by"];
    let rows = table(&header, rows.collect(), 2..4);
    format!("Milliseconds before the clock starts\n{rows}")
}

fn break_even(found: &[BreakEven]) -> String {
    let rows = found.iter().map(|b| {
        let last = b.points.last().map_or(0, |p| p.samples);
        let from = match b.samples {
            Some(samples) => format!("K = {samples}"),
            None => format!("never up to K = {last}"),
        };
        let ratios = b.points.iter();
        let ratios = ratios.map(|p| {
            let ratio = p.cpu_seconds / p.gpu_seconds;
            format!("{}: {ratio:.2}", p.samples)
        });
        vec![b.task.clone(), from, ratios.collect::<Vec<_>>().join("  ")]
    });
    let header = [
        "task",
        "gpu is faster than cpu from",
        "cpu time / gpu time at K",
    ];
    table(&header, rows.collect(), 0..0)
}

fn compared(c: &Comparison) -> String {
    let rows = c.changes.iter().map(|r| {
        vec![
            r.task.clone(),
            r.samples.to_string(),
            r.engine.clone(),
            millions(r.then),
            millions(r.now),
            format!("{:.3}", r.ratio),
            if r.slower { "SLOWER" } else { "" }.into(),
        ]
    });
    let header = ["task", "K", "engine", "then", "now", "ratio", ""];
    let mut text = table(&header, rows.collect(), 3..6);
    for what in &c.new {
        text.push_str(&format!("not in the earlier run: {what}\n"));
    }
    for what in &c.elsewhere {
        text.push_str(&format!("another machine or build: {what}\n"));
    }
    let slower = c.changes.iter().filter(|r| r.slower).count();
    let threshold = 100.0 * c.threshold;
    text.push_str(&match (slower, c.changes.len()) {
        (_, 0) => "no row is in both runs\n".to_string(),
        (0, n) => format!(
            "none of {} is slower by more than {threshold} %\n",
            plural(n, "row")
        ),
        (s, n) => format!(
            "{s} of {} slower by more than {threshold} %\n",
            plural(n, "row")
        ),
    });
    text
}

fn machine(d: &Document) -> String {
    let m = &d.machine;
    let on = d.engines.iter().find_map(|e| {
        let adapter = e.adapter.as_ref()?;
        Some(format!(
            "; gpu: {adapter}, {}",
            e.driver.as_deref().unwrap_or("unknown driver")
        ))
    });
    let peak = d
        .peak_bytes
        .map(|bytes| format!("; peak memory {}", size(bytes)));
    let debug = match m.build == "debug" {
        true => "\nA debug build: these numbers say nothing about a release build.",
        false => "",
    };
    format!(
        "{}, {}, {}, mollify {} ({}){}{}; {:.1} s{debug}\n",
        m.processor,
        plural(m.threads, "thread"),
        m.system,
        d.version,
        m.build,
        on.unwrap_or_default(),
        peak.unwrap_or_default(),
        d.elapsed_seconds
    )
}
