//! `deploy/run`, which is what `make run` does: from a token to a running bot in one command.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sandbox::{Options, Sandbox};
use tempfile::TempDir;

use crate::harness::Greenroom;
use crate::program::Program;

/// A copy of the repository as far as the script looks at it, with these lines in `.env`.
fn repository(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deploy")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/run");
    fs::copy(script, folder.path().join("deploy/run")).unwrap();
    fs::write(folder.path().join(".env"), settings).unwrap();
    folder
}

/// Runs the script with the programs that are built already, and a database that is there.
fn start(g: &Greenroom, repository: &TempDir, arguments: &[&str]) -> Program {
    let mut script = Command::new(repository.path().join("deploy/run"));
    script.args(arguments);
    let programs = Path::new(env!("CARGO_BIN_EXE_greenroom")).parent().unwrap();
    let mut variables = g.variables();
    variables.retain(|(name, _)| !name.starts_with("DISCORD"));
    variables.push(("PATH", std::env::var("PATH").unwrap()));
    variables.push(("GREENROOM_PROGRAMS", programs.to_str().unwrap().to_owned()));
    Program::start_command(script, &variables)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_looks_at_everything_prints_the_link_and_runs_the_bot() {
    let options = Options {
        // The doctor's session and the bot's begin within five seconds.
        identify_interval: Duration::ZERO,
        ..Options::default()
    };
    let g = Greenroom::in_world(options).await;
    let settings = format!(
        "# A comment\nDISCORD_TOKEN=\"{}\"\nDISCORD_API_BASE={}\nPATH=/nowhere\n",
        g.sandbox.token(),
        g.sandbox.api_base()
    );
    let repository = repository(&settings);
    let program = start(&g, &repository, &[]);
    // The doctor has a connection of its own before; only the bot registers.
    g.wait_patiently("the bot", |sandbox: &Sandbox| {
        let registers = |call: &sandbox::Call| call.method == "PUT" && call.path.ends_with("/commands");
        sandbox.calls().iter().any(registers) && sandbox.gateway().connections() == 1
    })
    .await;
    assert!(g.member("Ann").slash("/help").await.unwrap().ephemeral);
    program.terminate();
    let ended = program.ended().await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let (table, rest) = ended.out.split_once("Nothing is wrong.\n").unwrap();
    assert!(
        table.starts_with("settings      right      from the environment\n"),
        "{table}"
    );
    let id = g.sandbox.application_id().to_string();
    insta::assert_snapshot!(rest.replace(&id, "ID"), @"

    This link adds the bot to a server:
    https://discord.com/oauth2/authorize?client_id=ID&scope=bot+applications.commands&permissions=309237746688

    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_and_without_a_terminal_it_says_where_to_put_it() {
    let g = Greenroom::in_world(Options::default()).await;
    let repository = repository("DISCORD_TOKEN=\n");
    let ended = start(&g, &repository, &[]).ended().await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(ended.err, @"deploy/run: no token is set. Put a line DISCORD_TOKEN=… into the file .env, or set it in the environment.");
    let ended = start(&g, &repository, &["doctor"]).ended().await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.out.contains("token         WRONG      no token is set"),
        "{}",
        ended.out
    );
    g.finish().await;
}
