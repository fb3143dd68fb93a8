//! A batch in parts on workers that keep their engine, as an executor of your own would run them, and what that costs.
//!
//!     cargo run --release --example parts -- [SAMPLES [PARTS [WORKERS]]]
//!
//! Workers are threads here, with an engine and one core each, and get and send only what could go through a network: the number of
//! a part, and bytes. One process with as many threads does the same work, in turn with them; the bits are compared.

use mollify::engine::distributed::{Answers, Cut, Gathered, Question, from_bytes, to_bytes};
use mollify::engine::{Engine, Interrupt};
use mollify::estimate::{Settings, distributed, estimate};
use mollify::{CpuEngine, Task, engine};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

fn main() -> mollify::Result<()> {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse::<f64>());
    let mut next = |usual: f64| numbers.next().and_then(Result::ok).unwrap_or(usual) as u64;
    let (samples, parts, workers) = (next(65536.0), next(16.0), next(2.0) as usize);
    let task = Task::find("pushing")?;
    let (theta, settings) = (task.start(), Settings::new(samples, None));
    let both = engine::Wanted::Both;

    let mut ratios = Vec::new();
    let mut shipped = 0;
    for _ in 0..15 {
        let begun = Instant::now();
        let one =
            pool(workers).install(|| estimate(&mut cpu(), &task, &theta, &settings, 0, both))?;
        let in_one = begun.elapsed().as_secs_f64();

        let begun = Instant::now();
        let mut known = Gathered::new(
            cpu().report().clone(),
            cpu().precision(),
            Answers::default(),
        );
        // One round, unless a first order is lost: see the loop in `src/bin/mollify/parts/merge.rs`.
        let asked = distributed::next(&mut known, &task, &theta, &settings, 0)?;
        shipped = 0;
        for bytes in work(&task, &asked, parts, workers)? {
            shipped += bytes.len();
            for (question, part) in from_bytes(&bytes)? {
                known.answers.add(&asked[question], part)?;
            }
        }
        let merged = estimate(&mut known, &task, &theta, &settings, 0, both)?;
        ratios.push(begun.elapsed().as_secs_f64() / in_one);
        assert_eq!(merged, one, "the same bits");
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{samples} samples, {parts} parts of {} bytes, {workers} workers: {:.3} of the time of one process (median of 15, from {:.3} to {:.3})",
        shipped as u64 / parts,
        ratios[7],
        ratios[0],
        ratios[14]
    );
    Ok(())
}

fn cpu() -> CpuEngine {
    CpuEngine::new("an example", 1 << 28, Interrupt::default())
}

fn pool(threads: usize) -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("threads can be had")
}

/// What the workers send, each part to whoever is free.
fn work(
    task: &Task,
    asked: &[Question],
    parts: u64,
    workers: usize,
) -> mollify::Result<Vec<Vec<u8>>> {
    let taken = AtomicU64::new(0);
    let worker = || -> mollify::Result<Vec<Vec<u8>>> {
        let mut engine = cpu();
        let alone = pool(1);
        let mut sent = Vec::new();
        loop {
            let index = taken.fetch_add(1, Ordering::Relaxed);
            if index >= parts {
                return Ok(sent);
            }
            let cut = Cut::new(index, parts)?;
            let each = cut.ranges(asked).into_iter().map(|(question, range)| {
                let part = alone.install(|| asked[question].ask(&mut engine, task, range, None));
                Ok((question, part?))
            });
            sent.push(to_bytes(&each.collect::<mollify::Result<Vec<_>>>()?)?);
        }
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().expect("a worker does not panic")?);
        }
        Ok(all)
    })
}
