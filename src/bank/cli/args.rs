//! What can be said after `greenroom bank`.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::bank::report::Format;
use crate::bank::{export, import};
use crate::rules::question::Level;

/// Work on question files.
#[derive(Subcommand)]
pub enum Command {
    /// Check question files and say everything that is wrong with them
    Check(CheckArgs),
    /// Run the programs in question files and compare what they print with what the questions say
    Verify(VerifyArgs),
    /// Count questions per topic, kind, level and area, and where the keys stand
    Coverage(CoverageArgs),
    /// Make question files of questions in another format
    Import(ImportArgs),
    /// Write questions in another format
    Export(ExportArgs),
    /// Show a question as members see it, before and after the reveal
    Preview(PreviewArgs),
    /// Write a set of questions as a sheet for an interview; without a set, list the sets
    Sheet(SheetArgs),
}

/// What `check` takes.
#[derive(Args)]
pub struct CheckArgs {
    /// Folders or files
    #[arg(default_value = "questions")]
    pub paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// What to fail on besides errors
    #[arg(long, value_enum)]
    pub deny: Option<Deny>,
}

/// What `verify` takes.
#[derive(Args)]
pub struct VerifyArgs {
    /// Folders or files
    #[arg(default_value = "questions")]
    pub paths: Vec<PathBuf>,
    /// Interpreters besides those found on the PATH and among pyenv's versions
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub python: Vec<PathBuf>,
    /// Use the oldest and the newest interpreter only
    #[arg(long)]
    pub ends: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// What `coverage` takes.
#[derive(Args)]
pub struct CoverageArgs {
    /// The bank's folder; without it the bank in the program is counted
    pub folder: Option<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// What `import` takes.
#[derive(Args)]
pub struct ImportArgs {
    /// The file with the questions
    pub file: PathBuf,
    /// Its format
    #[arg(long, value_enum)]
    pub format: ImportFormat,
    /// Topic of the questions that name none
    #[arg(long)]
    pub topic: Option<String>,
    /// Level of the questions that name none; else it is the topic's
    #[arg(long, value_enum)]
    pub level: Option<LevelName>,
    /// Folder of the bank to write to; files are never overwritten
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Say what would be written and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `export` takes.
#[derive(Args)]
pub struct ExportArgs {
    /// The format
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// The bank's folder; without it the bank in the program is exported
    #[arg(long, value_name = "DIR")]
    pub bank: Option<PathBuf>,
    /// Only questions about these topics
    #[arg(long, value_name = "TOPIC", num_args = 1..)]
    pub topic: Vec<String>,
    /// File to write to; without it the terminal
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What `preview` takes.
#[derive(Args)]
pub struct PreviewArgs {
    /// The question's id, which is its file name without `.md`
    pub id: String,
    /// The bank's folder; without it the bank in the program is searched
    #[arg(long, value_name = "DIR")]
    pub bank: Option<PathBuf>,
}

/// What `sheet` takes.
#[derive(Args)]
pub struct SheetArgs {
    /// The set, by its name or its short name
    pub set: Option<String>,
    /// Folder to write to, or - for the terminal; files are never overwritten
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
    /// The format; both unless it goes to the terminal, which gets Markdown
    #[arg(long, value_enum)]
    pub format: Option<SheetFormat>,
    /// Which sheet: another number asks other questions
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The bank's folder; without it the bank in the program is used
    #[arg(long, value_name = "DIR")]
    pub bank: Option<PathBuf>,
}

/// How to report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
}

/// What else to fail on.
#[derive(Clone, Copy, ValueEnum)]
pub enum Deny {
    Warnings,
}

/// A level by its name.
#[derive(Clone, Copy, ValueEnum)]
pub enum LevelName {
    Easy,
    Medium,
    Hard,
}

/// A format to import from.
#[derive(Clone, Copy, ValueEnum)]
pub enum ImportFormat {
    Gift,
    Aiken,
    Csv,
    Opentdb,
    Markdown,
}

/// A format to export to.
#[derive(Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    Gift,
    Csv,
    Json,
    AnkiCsv,
}

/// How to write a sheet.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SheetFormat {
    Md,
    Html,
    Both,
}

impl ReportFormat {
    pub fn on_terminal(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Text if io::stdout().is_terminal() => Format::Colours,
            Self::Text => Format::Text,
        }
    }
}

impl LevelName {
    pub fn level(self) -> Level {
        match self {
            Self::Easy => Level::Easy,
            Self::Medium => Level::Medium,
            Self::Hard => Level::Hard,
        }
    }
}

impl ImportFormat {
    pub fn format(self) -> import::Format {
        match self {
            Self::Gift => import::Format::Gift,
            Self::Aiken => import::Format::Aiken,
            Self::Csv => import::Format::Csv,
            Self::Opentdb => import::Format::OpenTdb,
            Self::Markdown => import::Format::Markdown,
        }
    }
}

impl ExportFormat {
    pub fn format(self) -> export::Format {
        match self {
            Self::Gift => export::Format::Gift,
            Self::Csv => export::Format::Csv,
            Self::Json => export::Format::Json,
            Self::AnkiCsv => export::Format::AnkiCsv,
        }
    }
}
