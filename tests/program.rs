//! The built program as a process of its own, for what cannot be seen from inside: how it ends, and what it says.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use rustix::process::{Pid, Signal, kill_process};
use sandbox::Sandbox;
use wait_timeout::ChildExt as _;

use crate::harness::Greenroom;

/// The program must end by itself within this time; as long as a container is given to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program; dropping it kills it.
pub struct Program(Option<Child>);

/// What became of it.
pub struct Ended {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Program {
    /// Starts the program with these arguments, in an environment of nothing but these variables.
    pub fn start(arguments: &[&str], variables: &[(&str, String)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_greenroom"));
        command.args(arguments);
        Self::start_command(command, variables)
    }

    /// Starts any command so.
    pub fn start_command(mut command: Command, variables: &[(&str, String)]) -> Self {
        command
            .env_clear()
            .envs(variables.iter().map(|(key, value)| (key, value)))
            // Where no configuration file lies about.
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self(Some(command.spawn().unwrap()))
    }

    /// Ends it as a power failure would.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(mut child) = self.0.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Asks it to stop, as a supervisor does.
    pub fn terminate(&self) {
        let child = self.0.as_ref().unwrap();
        kill_process(Pid::from_child(child), Signal::TERM).unwrap();
    }

    /// Waits until it has ended by itself.
    pub async fn ended(mut self) -> Ended {
        let mut child = self.0.take().unwrap();
        let ended = tokio::task::spawn_blocking(move || {
            let in_time = child.wait_timeout(PATIENCE).unwrap();
            if in_time.is_none() {
                child.kill().unwrap();
            }
            (in_time, child.wait_with_output().unwrap())
        });
        let (in_time, output) = ended.await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(in_time.is_some(), "still running after {PATIENCE:?}: {out}{err}");
        Ended {
            code: output.status.code(),
            out,
            err,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

impl Greenroom {
    /// Starts the program against this world. It goes by the machine's clock and logs nothing, unless `TEST_LOG` is set.
    pub fn program(&self, arguments: &[&str]) -> Program {
        self.program_with(arguments, &[])
    }

    /// The same with some variables set otherwise.
    pub fn program_with(&self, arguments: &[&str], variables: &[(&'static str, &str)]) -> Program {
        let mut all = self.variables();
        if std::env::var("TEST_LOG").is_err() {
            all.push(("GREENROOM__LOG__FILTER", "off".to_owned()));
        }
        all.extend(variables.iter().map(|(key, value)| (*key, (*value).to_owned())));
        Program::start(arguments, &all)
    }

    /// Starts the bot as a process of its own and waits until it is connected.
    pub async fn connected_program(&self) -> Program {
        let program = self.program(&["run"]);
        self.sandbox.connected().await.unwrap();
        program
    }

    /// Starts the bot again after it was killed: Discord does what it is asked, and the lease of the one before is over.
    pub async fn start_after_kill(&mut self) {
        self.sandbox.faults().clear();
        self.sandbox.advance(TimeDelta::minutes(4));
        self.start_bot().await;
    }

    /// Kills the bot and waits until Discord has noticed.
    pub async fn kill(&self, program: Program) {
        program.kill();
        let gone = |sandbox: &Sandbox| sandbox.gateway().connections() == 0;
        self.sandbox
            .wait_until("the connection to end", gone)
            .await
            .unwrap();
    }
}
