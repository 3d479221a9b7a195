//! The command line: what can be said to the program, and the wiring of `run`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use greenroom::settings::Settings;
use greenroom::{
    BankCommand, Days, LocalTime, Recurrence, Zone, doctor, limit_problems, preview_occurrences, run,
    run_bank_command, system_clock,
};

/// A Discord bot for teams that prepare for interviews together.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// Configuration file (see deploy/config.example.toml); greenroom.toml is read if it is there
    #[arg(long, global = true, value_name = "FILE", env = "GREENROOM_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the bot until it is told to stop
    Run,
    /// Try everything a first day needs, and say what is right, what is wrong, and what to do
    Doctor,
    /// Print the link that adds the bot to a server
    Invite,
    /// Bring the database's schema up to date, and do nothing else
    Migrate,
    /// Make season and all-time boards anew from the answers
    RebuildBoards,
    /// Look at when a schedule would post
    #[command(subcommand)]
    Schedule(ScheduleCommand),
    /// Work on question files
    #[command(subcommand)]
    Bank(BankCommand),
}

#[derive(Subcommand)]
enum ScheduleCommand {
    /// Print local date, local time and UTC instant, tab-separated, one occurrence a line
    Preview(PreviewArgs),
}

#[derive(Args)]
struct PreviewArgs {
    /// Local time, such as 9:30
    #[arg(long)]
    time: LocalTime,
    /// IANA time zone, such as Europe/Berlin
    #[arg(long, value_parser = Zone::stored)]
    tz: Zone,
    /// daily, weekdays, weekends or days such as mon,wed
    #[arg(long, default_value = "daily")]
    days: Days,
    /// First local date
    #[arg(long)]
    from: NaiveDate,
    /// How many occurrences
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    count: u16,
}

fn main() -> ExitCode {
    match run_command(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            // One sentence for the person who can act, with its causes.
            let _ = writeln!(std::io::stderr(), "greenroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(cli: Cli) -> anyhow::Result<ExitCode> {
    let file = cli
        .config
        .or_else(|| Some(PathBuf::from("greenroom.toml")).filter(|file| file.exists()));
    let settings = || Settings::load(file.as_deref());
    match cli.command {
        Command::Run => {
            let runtime = start_runtime()?;
            let ended = runtime.block_on(run::run_bot(settings()?));
            // Whatever hangs must not keep the process from ending.
            runtime.shutdown_timeout(Duration::from_secs(2));
            ended?;
        }
        Command::Doctor => {
            let clock = system_clock();
            let examined = doctor::examine(file.as_deref(), &clock, std::io::stdout());
            if !start_runtime()?.block_on(examined)? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Invite => {
            let link = start_runtime()?.block_on(run::invite_link(&settings()?))?;
            writeln!(std::io::stdout(), "{link}")?;
        }
        Command::Migrate => {
            start_runtime()?.block_on(run::migrate_database(&settings()?))?;
            writeln!(std::io::stdout(), "The schema is up to date.")?;
        }
        Command::RebuildBoards => {
            let guilds = start_runtime()?.block_on(run::rebuild_boards(&settings()?))?;
            writeln!(std::io::stdout(), "Boards of {guilds} servers made anew.")?;
        }
        Command::Schedule(ScheduleCommand::Preview(args)) => {
            let PreviewArgs {
                time,
                tz,
                days,
                from,
                count,
            } = args;
            let cities = tz.cities_instead().join(", ");
            if !cities.is_empty() {
                let name = tz.name();
                // People are not given such a zone; schedules from before may have it.
                writeln!(
                    std::io::stderr(),
                    "{name} knows no summer time; where clocks change, choose a city: {cities}."
                )?;
            }
            let rule = Recurrence { time, zone: tz, days };
            write!(
                std::io::stdout(),
                "{}",
                preview_occurrences(&rule, from, usize::from(count))
            )?;
        }
        Command::Bank(command) => {
            return run_bank_command(command, &limit_problems);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn start_runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
