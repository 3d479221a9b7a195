//! `sandbox [options] -- COMMAND…`: runs any bot with a simulated Discord and a throwaway PostgreSQL, and removes both
//! afterwards.

use std::error::Error;
use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use clap::Parser;
use rustix::process::{Pid, Signal, kill_process};
use sandbox::postgres::Postgres;
use sandbox::postgres::kept::KeptPostgres;
use sandbox::{Options, Sandbox};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// The port of the page, if it is free.
const PORT: u16 = 8642;
/// Ports to try after it.
const NEXT_PORTS: u16 = 20;

/// Runs a command with a simulated Discord and a throwaway PostgreSQL on loopback.
///
/// The command finds them in `DISCORD_TOKEN`, `DISCORD_API_BASE` (what replaces <https://discord.com>) and
/// `DATABASE_URL`. Both are gone when the command ends, and the exit code is the command's.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Port of the page and of the simulated Discord [default: 8642, or the next free one]
    #[arg(long)]
    port: Option<u16>,
    /// Use this database instead of a throwaway server
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Start no database
    #[arg(long)]
    no_postgres: bool,
    /// Start no Discord: just a database and the command
    #[arg(long)]
    no_discord: bool,
    /// Keep the database's settings that survive a power cut, and its data on disk
    #[arg(long)]
    durable: bool,
    /// Keep the database in this folder, reached by a socket in it alone, instead of a throwaway server
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["durable", "no_postgres"])]
    data: Option<PathBuf>,
    /// Use the database that is running in the folder of --data, if one is
    #[arg(long, requires = "data")]
    join: bool,
    /// What the bot is called
    #[arg(long, default_value = "Bot")]
    bot_name: String,
    /// The member who runs the commands given with --do
    #[arg(long = "as", default_value = "Ann")]
    member: String,
    /// A slash command to run once the bot has registered its own; can be given several times
    #[arg(long = "do", value_name = "COMMAND")]
    commands: Vec<String>,
    /// Let simulated teammates press buttons
    #[arg(long)]
    lively: bool,
    /// The command to run; without one, everything runs until Ctrl-C
    #[arg(last = true)]
    command: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run_sandbox(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run_sandbox(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let mut environment = Vec::new();
    let given = arguments.database_url.clone().filter(|url| !url.is_empty());
    let database = start_database(&arguments, given.is_some()).await?;
    let url = database.as_ref().map(Database::url).or(given);
    if let Some(Database::Kept(kept)) = &database {
        // For programs that have to fit the server, such as pg_dump.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(kept.programs().to_owned()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders)?;
        environment.push(("PATH", path.to_string_lossy().into_owned()));
    }
    environment.extend(url.map(|url| ("DATABASE_URL", url)));
    let discord = if arguments.no_discord {
        None
    } else {
        Some(start_discord(&arguments).await?)
    };
    if let Some(sandbox) = &discord {
        environment.extend([
            ("DISCORD_TOKEN", sandbox.token()),
            ("DISCORD_API_BASE", sandbox.api_base()),
        ]);
        println!("{}", sandbox.page_url());
        tokio::spawn(set_up(
            sandbox.clone(),
            arguments.member.clone(),
            arguments.commands.clone(),
        ));
        if arguments.lively {
            sandbox::lively::start_teammates(sandbox);
        }
    }
    let code = run_command(&arguments.command, &environment).await?;
    for failure in discord.iter().flat_map(Sandbox::failures) {
        eprintln!("sandbox: recorded failure: {failure}");
    }
    // Blocks for the moment the server needs to stop, which is the last thing that happens.
    drop(database);
    Ok(code)
}

/// A database of ours.
enum Database {
    Throwaway(Postgres),
    Kept(KeptPostgres),
}

impl Database {
    fn url(&self) -> String {
        match self {
            Self::Throwaway(postgres) => postgres.url(),
            Self::Kept(postgres) => postgres.url(),
        }
    }
}

/// Starts the database that is asked for; none where one is given and no folder is.
async fn start_database(arguments: &Arguments, given: bool) -> Result<Option<Database>, Box<dyn Error>> {
    let (durable, join) = (arguments.durable, arguments.join);
    let start = match arguments.data.clone() {
        Some(folder) => tokio::task::spawn_blocking(move || {
            let kept = match join {
                true => KeptPostgres::join_or_start(&folder),
                false => KeptPostgres::start(&folder),
            };
            kept.map(Database::Kept)
        }),
        None if given || arguments.no_postgres => return Ok(None),
        None => tokio::task::spawn_blocking(move || Postgres::start(durable).map(Database::Throwaway)),
    };
    Ok(Some(start.await??))
}

/// Runs the command to its end; without one, tells how to run one by hand, and waits for Ctrl-C.
async fn run_command(command: &[String], environment: &[(&str, String)]) -> Result<ExitCode, Box<dyn Error>> {
    let Some((program, rest)) = command.split_first() else {
        for (name, value) in environment {
            println!("export {name}={value}");
        }
        wait_for_signal().await?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut command = Command::new(program);
    command
        .args(rest)
        .envs(environment.iter().cloned())
        .kill_on_drop(true);
    let child = command
        .spawn()
        .map_err(|error| format!("{program} could not be started: {error}."))?;
    Ok(exit_code(attend_child(child).await?))
}

/// Starts the simulated Discord on the wanted port, or near the usual one.
async fn start_discord(arguments: &Arguments) -> Result<Sandbox, Box<dyn Error>> {
    let options = |port| Options {
        port,
        bot_name: arguments.bot_name.clone(),
        fail_on_drop: false,
        ..Options::default()
    };
    if let Some(port) = arguments.port {
        let started = Sandbox::start(options(port)).await;
        return Ok(started.map_err(|error| format!("Port {port} of 127.0.0.1 cannot be used: {error}."))?);
    }
    for port in PORT..PORT + NEXT_PORTS {
        if let Ok(sandbox) = Sandbox::start(options(port)).await {
            return Ok(sandbox);
        }
    }
    Ok(Sandbox::start(options(0)).await?)
}

/// Runs the commands that set up a demonstration.
async fn set_up(sandbox: Sandbox, member: String, commands: Vec<String>) {
    if commands.is_empty() {
        return;
    }
    let known = sandbox.members().into_iter().find(|has| has.name() == member);
    let Some(member) = known else {
        return eprintln!("sandbox: there is no member {member}");
    };
    // Registered alone is not enough: what is sent before the bot listens is lost, as with the real Discord.
    for ready in [sandbox.registered().await, sandbox.connected().await] {
        if let Err(error) = ready {
            return eprintln!("sandbox: {error}");
        }
    }
    for command in commands {
        if let Err(error) = member.slash(&command).await {
            eprintln!("sandbox: {command}: {error}");
        }
    }
}

/// Waits for the command; a signal to the sandbox is passed on.
async fn attend_child(mut child: Child) -> std::io::Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            status = child.wait() => return status,
            // A terminal sends Ctrl-C to the command too: it must not get it twice.
            _ = interrupt.recv() => if !std::io::stdin().is_terminal() { pass_on(&child, Signal::INT) },
            _ = terminate.recv() => pass_on(&child, Signal::TERM),
        }
    }
}

fn pass_on(child: &Child, signal: Signal) {
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = kill_process(pid, signal);
    }
}

async fn wait_for_signal() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// The command's exit code; as shells do, 128 and more for a signal.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
