//! A sweep in parts: rows that somebody else measures, as the lines of `rows.csv` that they will be.
//!
//! Part i of n has the rows i, i + n, i + 2n, ...: repeats and neighbours cost the same, so that parts are alike.

use super::definition::Sweep;
use super::description::Description;
use super::row::Row;
use crate::engine::distributed::Cut;
use crate::engine::{Engine, EngineReport, Interrupt};
use crate::error::{Error, Result};
use crate::files::Digest;
use serde_json::Value;

impl Sweep {
    /// The numbers of the rows of a part.
    pub fn rows_of(&self, cut: Cut) -> impl Iterator<Item = usize> + use<> {
        // Both are at most a million.
        (cut.index() as usize..self.rows()).step_by(cut.count() as usize)
    }

    /// Measures the rows of a part; each is shown as soon as it is done.
    ///
    /// # Errors
    /// Those of [`Sweep::measure`], and [`Error::Interrupted`] if it is stopped.
    pub fn measure_part(
        &self,
        engine: &mut dyn Engine,
        cut: Cut,
        interrupt: &Interrupt,
        show: &mut dyn FnMut(&Row),
    ) -> Result<Vec<u8>> {
        let mut lines = Vec::new();
        for number in self.rows_of(cut) {
            interrupt.check()?;
            let row = self.measure(engine, number)?;
            lines.extend(row.line(self));
            show(&row);
        }
        Ok(lines)
    }

    /// The rows of a part from its lines.
    ///
    /// # Errors
    /// If they are not what this sweep wrote.
    pub fn rows_of_part(&self, cut: Cut, lines: &[u8]) -> Result<Vec<Row>> {
        let mut each = lines.split_inclusive(|byte| *byte == b'\n');
        let wrong = |number: usize| {
            let value = format!("something else at row {number}");
            Error::invalid("the part of the sweep", value, "its rows, line by line")
        };
        let rows = self.rows_of(cut).map(|number| {
            let row = each.next().and_then(|line| Row::parse(self, number, line));
            row.ok_or_else(|| wrong(number))
        });
        let rows = rows.collect::<Result<Vec<_>>>()?;
        match each.next() {
            None => Ok(rows),
            Some(_) => Err(wrong(self.rows())),
        }
    }

    /// What all parts have in common; without an engine where none is known yet.
    ///
    /// # Errors
    /// If the system cannot be written as a text.
    pub fn describe(&self, engine: Option<&EngineReport>) -> Result<Value> {
        let none = EngineReport {
            engine: "",
            adapter: None,
            driver: None,
            reason: String::new(),
            compile_seconds: None,
        };
        let description = Description::of(self, engine.unwrap_or(&none));
        let mut run = serde_json::to_value(description).expect("a description is plain data");
        // Built-in systems have no file, and theta may be long.
        run["system"] = serde_json::json!({
            "file": self.task().system_file(),
            "digest": format!("{:016x}", self.task().system().digest()?),
        });
        run["shaped_digest"] = format!("{:016x}", self.task().model().digest()?).into();
        if let Some(theta) = &self.theta {
            run["theta"] = Digest::of_numbers(theta).to_string().into();
        }
        if let Value::Object(run) = &mut run {
            let own = ["engine", "adapter", "driver"].map(|key| run.remove(key));
            let [kind, adapter, driver] = own.map(Option::unwrap_or_default);
            if engine.is_some() {
                let own = serde_json::json!({ "kind": kind, "adapter": adapter, "driver": driver });
                run.insert("engine".into(), own);
            }
        }
        Ok(run)
    }
}
