//! `greenroom bank verify`: runs what the questions show and compares it with what they say.
//!
//! It takes the questions as the check reads them and does not judge their texts.

pub mod interpreters;
mod judge;
pub mod run;
mod tell;
#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{panic, thread};

use anyhow::Context as _;
use indicatif::ProgressBar;
use serde::Serialize;

use super::blocks::Purpose;
use super::check::{self, File, Read};
use super::outline::Code;
use super::output::Expected;
use super::problem::line_and_column;
use crate::rules::question::PythonVersion;
use crate::rules::scoring::option_letter;
use interpreters::Interpreter;
use run::Limits;

const COMPILE: &str = include_str!("compile.py");
/// Two runs with different hashes tell whether a program depends on them.
const SEEDS: [u32; 2] = [1, 20_011];

/// What is proven or not about one block with one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub path: String,
    /// The line of the block.
    pub line: usize,
    /// The version of CPython in full.
    pub python: String,
    /// What is wrong; `None` when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// Everything that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// By file, line and version.
    pub outcomes: Vec<Outcome>,
    /// The versions tried, oldest first.
    pub pythons: Vec<String>,
    /// Files with programs for which no installed version is new enough.
    pub not_run: Vec<String>,
    /// Files that are not readable as questions.
    pub unreadable: Vec<String>,
}

impl Verification {
    /// What is wrong, in order.
    pub fn faults(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.fault.is_some())
    }

    /// What the process exits with: 1 when something has to be mended.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.faults().next().is_some() || !self.unreadable.is_empty())
    }
}

/// One program to run with one interpreter.
struct Job<'j> {
    file: &'j File,
    code: &'j Code,
    python: &'j Interpreter,
    expected: &'j Expected,
    /// What the wrong options say.
    others: &'j [(char, Expected)],
}

/// A program and what is said about it.
struct Claim<'f> {
    file: &'f File,
    code: &'f Code,
    since: Option<PythonVersion>,
    expected: Expected,
    others: Vec<(char, Expected)>,
}

/// Verifies files and folders with these interpreters, as many at a time as there are processors.
///
/// # Errors
/// When there is no interpreter, or one cannot be run at all.
pub fn verify_programs(
    paths: &[PathBuf],
    pythons: &[Interpreter],
    limits: &Limits,
    bar: &ProgressBar,
) -> anyhow::Result<Verification> {
    anyhow::ensure!(
        !pythons.is_empty(),
        "no CPython from 3.8 on found; install one, or name it with --python"
    );
    let Read { files, report, .. } = check::read_bank(paths);
    let mut done = Verification {
        pythons: pythons.iter().map(|python| python.full.clone()).collect(),
        ..Default::default()
    };
    done.unreadable = report
        .problems
        .into_iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message))
        .collect();
    let (readable, broken): (Vec<&File>, Vec<&File>) =
        files.iter().partition(|file| file.parsed.question.is_some());
    done.unreadable
        .extend(broken.iter().map(|file| format!("{}: see bank check", file.path)));
    let claims: Vec<Claim<'_>> = readable.iter().flat_map(|file| claims_of(file)).collect();
    done.not_run = claims
        .iter()
        .filter(|claim| !runs_anywhere(claim, pythons))
        .map(|claim| claim.file.path.clone())
        .collect();
    done.not_run.dedup();
    let jobs: Vec<Job<'_>> = claims.iter().flat_map(|claim| jobs_of(claim, pythons)).collect();
    bar.set_length(jobs.len() as u64);
    done.outcomes = in_parallel(&jobs, |job| prove_claim(job, limits).inspect(|_| bar.inc(1)))?;
    for python in pythons {
        done.outcomes.extend(compile_shown(&readable, python, limits)?);
    }
    bar.finish_and_clear();
    // Not by version: the order in which they were tried is the order of age, and the sort keeps it.
    done.outcomes
        .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(done)
}

/// What a file says about its programs.
fn claims_of(file: &File) -> Vec<Claim<'_>> {
    let parsed = &file.parsed;
    let since = parsed.question.as_ref().and_then(|question| question.python);
    let mut claims = Vec::new();
    if let Some(code) = parsed.program.and_then(|at| parsed.codes.get(at))
        && let Some(expected) = parsed
            .options
            .iter()
            .find(|offered| offered.option.right)
            .and_then(|key| key.expected.clone())
    {
        let wrong = parsed
            .options
            .iter()
            .enumerate()
            .filter(|(_, offered)| !offered.option.right);
        let others = wrong
            .filter_map(|(at, offered)| Some((option_letter(at), offered.expected.clone()?)))
            .collect();
        claims.push(Claim {
            file,
            code,
            since,
            expected,
            others,
        });
    }
    for pair in parsed.codes.windows(2) {
        let [code, output] = pair else { continue };
        if Purpose::of(&code.info) == Some(Purpose::Run) {
            claims.push(Claim {
                file,
                code,
                since,
                expected: Expected::block(&output.text),
                others: Vec::new(),
            });
        }
    }
    claims
}

fn fits_version(since: Option<PythonVersion>, python: &Interpreter) -> bool {
    since.is_none_or(|since| python.version >= since)
}

fn runs_anywhere(claim: &Claim<'_>, pythons: &[Interpreter]) -> bool {
    pythons.iter().any(|python| fits_version(claim.since, python))
}

fn jobs_of<'c>(claim: &'c Claim<'_>, pythons: &'c [Interpreter]) -> impl Iterator<Item = Job<'c>> {
    let Claim {
        file,
        code,
        since,
        expected,
        others,
    } = claim;
    let pythons = pythons.iter().filter(|python| fits_version(*since, python));
    pythons.map(move |python| Job {
        file,
        code,
        python,
        expected,
        others,
    })
}

fn prove_claim(job: &Job<'_>, limits: &Limits) -> anyhow::Result<Outcome> {
    let [first, second] = SEEDS;
    let once = |seed| run::run_program(&job.python.path, &job.code.text, seed, limits);
    let ended = once(first)?;
    let mut fault = judge::find_fault(job.expected, job.others, &ended);
    if !matches!(ended.how, run::How::Hung | run::How::Flooded) {
        fault = judge::find_unsteadiness(&ended, &once(second)?).or(fault);
    }
    Ok(to_outcome(job.file, job.code, job.python, fault))
}

fn to_outcome(file: &File, code: &Code, python: &Interpreter, fault: Option<String>) -> Outcome {
    let (line, _) = line_and_column(&file.source, code.span.start);
    Outcome {
        path: file.path.clone(),
        line,
        python: python.full.clone(),
        fault,
    }
}

/// Compiles the programs that are only shown, all in one process; returns those that do not compile.
fn compile_shown<'f>(
    files: &[&'f File],
    python: &Interpreter,
    limits: &Limits,
) -> anyhow::Result<Vec<Outcome>> {
    // The program of an `output` question is run, which tells the same.
    let shown = |file: &'f File| {
        let codes = file.parsed.codes.iter().enumerate();
        let only_shown = codes.filter(|(at, code)| {
            Purpose::of(&code.info) == Some(Purpose::Python) && file.parsed.program != Some(*at)
        });
        only_shown.map(move |(_, code)| (file, code))
    };
    let fitting = files.iter().filter(|file| {
        fits_version(
            file.parsed.question.as_ref().and_then(|question| question.python),
            python,
        )
    });
    let blocks: Vec<(&File, &Code)> = fitting.flat_map(|file| shown(file)).collect();
    let texts: Vec<&str> = blocks.iter().map(|(_, code)| code.text.as_str()).collect();
    let limits = Limits {
        output: u64::MAX,
        ..*limits
    };
    let answer = run::ask_interpreter(&python.path, COMPILE, &serde_json::to_string(&texts)?, &limits)?;
    let faults: Vec<Option<String>> = serde_json::from_str(&answer).context("read what was compiled")?;
    anyhow::ensure!(
        faults.len() == blocks.len(),
        "{} compiled {} of {} blocks",
        python.full,
        faults.len(),
        blocks.len()
    );
    let outcomes = blocks.iter().zip(faults).map(|((file, code), fault)| {
        to_outcome(
            file,
            code,
            python,
            fault.map(|fault| format!("it does not compile: {fault}")),
        )
    });
    Ok(outcomes.collect())
}

/// Does all jobs on as many threads as there are processors; results come in the order of the jobs.
fn in_parallel<J: Sync, R: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut results = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(at) else {
                return Ok(results);
            };
            results.push((at, work(job)?));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let parts: Vec<anyhow::Result<Vec<(usize, R)>>> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
            .collect()
    });
    let mut results = Vec::with_capacity(jobs.len());
    for part in parts {
        results.extend(part?);
    }
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
