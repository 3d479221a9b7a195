//! A bot's process: started, watched, ended, and quoted when something went wrong.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use sandbox::{ActError, Limits, Options, Rate, Sandbox, permissions};
use tokio::process::{Child, Command};

/// What the bot may do besides what everybody may.
const RIGHTS: u64 = permissions::CREATE_INSTANT_INVITE
    | permissions::MANAGE_CHANNELS
    | permissions::MANAGE_GUILD
    | permissions::MANAGE_MESSAGES
    | permissions::MANAGE_WEBHOOKS
    | permissions::MANAGE_THREADS
    | permissions::PIN_MESSAGES;

/// How often the bot's start is waited for, 20 seconds each.
const START_WAITS: usize = 3;

/// Lines of the bot's output shown with a failure.
const TAIL: usize = 40;

/// A bot in a sandbox of its own, and how much was done with it.
pub struct Judge {
    pub name: &'static str,
    pub sandbox: Sandbox,
    pub acts: usize,
    log: PathBuf,
    begun: Instant,
    _bot: Child,
}

/// Where `.ci/judges` installs things.
pub fn judges_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target")),
        PathBuf::from,
    );
    target.join("judges")
}

/// A bot's own folder.
pub fn bot_folder(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judges")).join(name)
}

/// A program that `.ci/judges` installs; without it the judge is skipped, except in CI.
pub fn installed_program(path: &str) -> Option<PathBuf> {
    let program = judges_folder().join(path);
    if program.exists() {
        return Some(program);
    }
    let sentence = format!(
        "{} is not there: run .ci/judges, which says why",
        program.display()
    );
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{sentence}");
    println!("{sentence}. Skipped.");
    None
}

impl Judge {
    /// Starts a sandbox and the bot in it, and waits until the bot has connected and registered its commands.
    pub async fn start(name: &'static str, mut command: Command) -> Self {
        let begun = Instant::now();
        // Members of a story are quicker than people, and no library can foresee the limit for everything.
        let global = Rate {
            count: 1000,
            ..Limits::default().global
        };
        let options = Options {
            bot_name: name.to_owned(),
            record_wire: true,
            limits: Limits {
                global,
                ..Limits::default()
            },
            ..Options::calm()
        };
        let sandbox = Sandbox::start(options).await.expect("a free port");
        let log = judges_folder().join(format!("{name}.log"));
        let output = std::fs::File::create(&log).expect("a log below target/judges");
        let errors = output.try_clone().expect("the same file twice");
        let bot = command
            .env("DISCORD_API_BASE", sandbox.api_base())
            .env("DISCORD_TOKEN", sandbox.token())
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let judge = Self {
            name,
            sandbox,
            acts: 0,
            log,
            begun,
            _bot: bot,
        };
        judge.succeeded("connect", judge.connected().await);
        judge.succeeded("register commands", judge.sandbox.registered().await);
        judge
    }

    /// Waits for the bot a few times as long as for a program of Rust: a busy machine takes long to read a library.
    async fn connected(&self) -> Result<(), ActError> {
        let mut waited = self.sandbox.connected().await;
        for _ in 1..START_WAITS {
            if waited.is_ok() {
                break;
            }
            waited = self.sandbox.connected().await;
        }
        waited
    }

    /// Gives the bot a role that lets it tidy up in the server.
    pub fn may_manage(&self) {
        self.sandbox.add_role("Judge", RIGHTS);
        self.sandbox.give_role(self.name, "Judge");
    }

    /// What an act gave. Where it failed, the test ends with what the sandbox recorded and what the bot said.
    pub fn succeeded<T, E: std::fmt::Display>(&self, act: &str, result: Result<T, E>) -> T {
        result.unwrap_or_else(|error| panic!("{}: {act}: {error}\n{}", self.name, self.quote()))
    }

    /// As [`Self::succeeded`], and counts it.
    pub fn did<T, E: std::fmt::Display>(&mut self, act: &str, result: Result<T, E>) -> T {
        self.acts += 1;
        self.succeeded(act, result)
    }

    /// What was recorded, and the end of what the bot said.
    pub fn quote(&self) -> String {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = said.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
        format!("Failures: {:#?}\nThe bot said:\n{tail}", self.sandbox.failures())
    }

    /// Ends the judgement: one line, no failure, and nothing that the bot itself found wrong (lines with PROBLEM).
    pub fn finish(self) {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let content = !said.lines().any(|line| line.starts_with("PROBLEM"));
        let failures = self.sandbox.failures();
        assert!(content && failures.is_empty(), "{}: {}", self.name, self.quote());
        openapi::check_wire(&self.sandbox, openapi::Requests::None);
        let seconds = self.begun.elapsed().as_secs_f64();
        println!("{}: {} acts, {seconds:.1} s, failures 0", self.name, self.acts);
    }
}
