//! A verification as a table for people and as JSON for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Outcome, Verification};
use crate::bank::report::Format;

#[derive(Serialize)]
struct Json<'v> {
    pythons: &'v [String],
    runs: usize,
    failed: usize,
    not_run: &'v [String],
    unreadable: &'v [String],
    faults: Vec<&'v Outcome>,
}

impl Verification {
    /// Writes the verification.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Json => self.write_json(out),
            Format::Text | Format::Colours => {
                self.write_table(out)?;
                self.write_faults(out)?;
                self.write_summary(out)
            }
        }
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let json = Json {
            pythons: &self.pythons,
            runs: self.outcomes.len(),
            failed: self.faults().count(),
            not_run: &self.not_run,
            unreadable: &self.unreadable,
            faults: self.faults().collect(),
        };
        serde_json::to_writer(&mut *out, &json)?;
        writeln!(out)
    }

    /// Question by version: `ok`, `diff`, or `-` where there was nothing to try.
    fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut cells: BTreeMap<(&str, &str), bool> = BTreeMap::new();
        for outcome in &self.outcomes {
            let fine = cells.entry((&outcome.path, &outcome.python)).or_insert(true);
            *fine &= outcome.fault.is_none();
        }
        let mut paths: Vec<&str> = self
            .outcomes
            .iter()
            .map(|outcome| outcome.path.as_str())
            .collect();
        paths.dedup();
        let width = paths.iter().map(|path| path.chars().count()).max().unwrap_or(0);
        write!(out, "{:width$}", "")?;
        for python in &self.pythons {
            write!(out, "  {python:>7}")?;
        }
        writeln!(out)?;
        for path in paths {
            write!(out, "{path:width$}")?;
            for python in &self.pythons {
                let cell = match cells.get(&(path, python.as_str())) {
                    Some(true) => "ok",
                    Some(false) => "diff",
                    None => "-",
                };
                write!(out, "  {cell:>7}")?;
            }
            writeln!(out)?;
        }
        writeln!(out)
    }

    /// Each fault once, with the versions that have it.
    fn write_faults(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut faults: BTreeMap<(&str, usize, &str), Vec<&str>> = BTreeMap::new();
        for outcome in &self.outcomes {
            if let Some(fault) = &outcome.fault {
                faults
                    .entry((&outcome.path, outcome.line, fault))
                    .or_default()
                    .push(&outcome.python);
            }
        }
        for ((path, line, fault), pythons) in faults {
            let (first, rest) = fault.split_once('\n').unwrap_or((fault, ""));
            writeln!(
                out,
                "{path}:{line}:1: error: {first} (CPython {})",
                pythons.join(", ")
            )?;
            for line in rest.lines() {
                writeln!(out, "    {line}")?;
            }
            writeln!(out)?;
        }
        for path in &self.unreadable {
            writeln!(out, "{path}")?;
        }
        Ok(())
    }

    fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.not_run.is_empty() {
            writeln!(
                out,
                "Not run, no version is new enough: {}",
                self.not_run.join(", ")
            )?;
        }
        let (all, failed) = (self.outcomes.len(), self.faults().count());
        let programs = if all - failed == 1 { "program" } else { "programs" };
        writeln!(
            out,
            "{} {programs} proven, {failed} not, on CPython {}",
            all - failed,
            self.pythons.join(", ")
        )
    }
}
