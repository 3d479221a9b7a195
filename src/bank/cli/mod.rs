//! `greenroom bank …`: what authors can say, and what is answered.
//!
//! The parts do the work; this only reads the command line and writes to the terminal.

pub mod args;
mod sheet;

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use indicatif::ProgressBar;

use crate::bank::Bank;
use crate::bank::check::check_bank;
use crate::bank::coverage::Coverage;
use crate::bank::export::export_questions;
use crate::bank::import::{self, Defaults, import_questions};
use crate::bank::preview;
use crate::bank::report::{Report, Warnings};
use crate::bank::syllabus::Syllabus;
use crate::bank::verify::interpreters::{self, Which};
use crate::bank::verify::run::{self, Limits};
use crate::bank::verify::verify_programs;
use crate::rules::question::Question;
use args::{
    CheckArgs, Command, CoverageArgs, ExportArgs, ImportArgs, LevelName, PreviewArgs, ReportFormat,
    VerifyArgs,
};

/// Does what was said. `refused` says why Discord would refuse a question; see `check_bank`.
///
/// # Errors
/// What a person has to mend before anything could be done.
pub fn run_bank_command(
    command: Command,
    refused: &dyn Fn(&Question) -> Vec<String>,
) -> anyhow::Result<ExitCode> {
    let done = match command {
        Command::Check(args) => check_files(&args, refused),
        Command::Verify(args) => verify_files(&args),
        Command::Coverage(args) => print_coverage(&args),
        Command::Import(args) => import_file(&args),
        Command::Export(args) => export_bank(&args),
        Command::Preview(args) => print_preview(&args),
        Command::Sheet(args) => sheet::run_sheet_command(&args),
    };
    match done {
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        done => done,
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn check_files(said: &CheckArgs, refused: &dyn Fn(&Question) -> Vec<String>) -> anyhow::Result<ExitCode> {
    let report = check_bank(&said.paths, refused);
    report.write(said.format.on_terminal(), &mut io::stdout())?;
    let warnings = match said.deny {
        Some(args::Deny::Warnings) => Warnings::Deny,
        None => Warnings::Allow,
    };
    Ok(report.exit_code(warnings).into())
}

fn verify_files(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let which = if args.ends { Which::Ends } else { Which::All };
    let pythons = interpreters::find_interpreters(&args.python, which)?;
    if !run::has_own_network() {
        writeln!(
            io::stderr(),
            "Programs are kept off the network by Python itself: this user may not make a network namespace."
        )?;
    }
    // It draws on stderr and hides itself where that is no terminal.
    let bar = ProgressBar::new(0);
    let done = verify_programs(&args.paths, &pythons, &Limits::default(), &bar)?;
    done.write(args.format.on_terminal(), &mut BufWriter::new(io::stdout()))?;
    Ok(done.exit_code().into())
}

fn print_coverage(args: &CoverageArgs) -> anyhow::Result<ExitCode> {
    let coverage = Coverage::of(&open_bank(args.folder.as_deref())?);
    let mut out = io::stdout();
    match args.format {
        ReportFormat::Text => coverage.write(&mut out)?,
        ReportFormat::Json => {
            serde_json::to_writer(&mut out, &coverage)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn import_file(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let bytes = fs::read(&args.file).with_context(|| format!("read {}", args.file.display()))?;
    let syllabus = open_syllabus(&args.out)?;
    let defaults = Defaults {
        syllabus: &syllabus,
        topic: args.topic.as_deref(),
        level: args.level.map(LevelName::level),
    };
    let imported = import_questions(
        &args.file.display().to_string(),
        bytes,
        args.format.format(),
        &defaults,
    );
    let mut out = io::stdout();
    if !imported.report.problems.is_empty() {
        imported
            .report
            .write(ReportFormat::Text.on_terminal(), &mut out)?;
        return Ok(ExitCode::FAILURE);
    }
    if !args.dry_run {
        import::write_files(&imported.questions, &args.out)?;
    }
    for incoming in &imported.questions {
        let path = args.out.join(&incoming.path);
        let wanting = incoming.wanting.len();
        let remark = if wanting == 0 {
            String::new()
        } else {
            format!(" ({wanting} things to add)")
        };
        writeln!(out, "{}{remark}", path.display())?;
    }
    let (verb, count) = (
        if args.dry_run {
            "would be written"
        } else {
            "written"
        },
        imported.questions.len(),
    );
    writeln!(
        out,
        "{count} questions {verb}; `greenroom bank check {}` says what they still lack",
        args.out.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

fn export_bank(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let bank = open_bank(args.bank.as_deref())?;
    if let Some(topic) = args
        .topic
        .iter()
        .find(|topic| bank.syllabus().topic(topic).is_none())
    {
        let close = bank
            .syllabus()
            .nearest(topic)
            .map(|close| format!("; did you mean {close}?"));
        anyhow::bail!("the syllabus has no topic {topic}{}", close.unwrap_or_default());
    }
    let wanted = |question: &&Question| args.topic.is_empty() || args.topic.contains(&question.topic);
    let questions: Vec<Question> = bank.questions().iter().filter(wanted).cloned().collect();
    let mut text = Vec::new();
    export_questions(&questions, args.format.format(), &mut text)?;
    match &args.out {
        Some(path) => fs::write(path, text).with_context(|| format!("write {}", path.display()))?,
        None => io::stdout().write_all(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_preview(args: &PreviewArgs) -> anyhow::Result<ExitCode> {
    let bank = open_bank(args.bank.as_deref())?;
    let Some(question) = bank.question(&args.id) else {
        let slugs = bank.questions().iter().map(|question| question.slug.as_str());
        let close = crate::bank::problem::nearest_word(&args.id, slugs)
            .map(|close| format!("; did you mean {close}?"));
        anyhow::bail!(
            "the bank has no question {}{}",
            args.id,
            close.unwrap_or_default()
        );
    };
    preview::write_preview(question, &mut io::stdout())?;
    Ok(ExitCode::SUCCESS)
}

/// The bank in a folder, or the one in the program.
fn open_bank(folder: Option<&Path>) -> anyhow::Result<Bank> {
    let Some(folder) = folder else {
        return Ok(Bank::builtin());
    };
    Bank::load(folder).map_err(|report| refuse_bank(&report, folder))
}

fn refuse_bank(report: &Report, folder: &Path) -> anyhow::Error {
    let errors = report.count(crate::bank::problem::Severity::Error);
    anyhow::anyhow!(
        "the questions in {0} have {errors} errors; `greenroom bank check {0}` shows them",
        folder.display()
    )
}

/// The syllabus of the bank to import into, or the one in the program.
fn open_syllabus(folder: &Path) -> anyhow::Result<Syllabus> {
    let path = folder.join("syllabus.toml");
    if !path.is_file() {
        return Ok(Syllabus::builtin());
    }
    let source = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    Syllabus::parse(&path.display().to_string(), &source).map_err(|_| {
        anyhow::anyhow!(
            "{} has errors; `greenroom bank check {}` shows them",
            path.display(),
            folder.display()
        )
    })
}
