//! Settings: defaults, then a file, then the environment.
//!
//! Every key can be set as `GREENROOM__SECTION__KEY`; the three that hosting providers set by convention
//! (`DISCORD_TOKEN`, `DISCORD_API_BASE`, `DATABASE_URL`) are understood too. Secrets never appear in an error or a log.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use config::{Config, ConfigError, Environment, File, FileFormat, Value, ValueKind};
use secrecy::SecretString;
use serde::Deserialize;

/// Everything that can be set.
#[derive(Debug, Deserialize)]
pub struct Settings {
    /// How to reach Discord.
    pub discord: DiscordSettings,
    /// How to reach PostgreSQL.
    pub database: DatabaseSettings,
    /// What is logged.
    pub log: LogSettings,
    /// Where questions come from.
    #[serde(default)]
    pub bank: BankSettings,
    /// Where counters can be read.
    #[serde(default)]
    pub metrics: MetricsSettings,
}

/// How to reach Discord.
#[derive(Debug, Deserialize)]
pub struct DiscordSettings {
    /// The bot's token, from the developer portal; empty only as [`Settings::load_incomplete`] says.
    #[serde(default)]
    pub token: SecretString,
    /// What replaces `https://discord.com`, for a simulated Discord or a proxy.
    pub api_base: String,
    /// As many requests as Discord lets the bot make in a second, replies to interactions aside.
    pub requests_per_second: NonZeroU32,
}

/// How to reach PostgreSQL.
#[derive(Debug, Deserialize)]
pub struct DatabaseSettings {
    /// `postgres://user:password@host:port/database`; empty where none is set.
    #[serde(default)]
    pub url: SecretString,
    /// Connections kept at most, all together; the program shares them out.
    pub max_connections: u32,
    /// Whether `greenroom run` changes the schema.
    pub migrate: Migrate,
}

/// When the schema is brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Migrate {
    /// At every start.
    Auto,
    /// By `greenroom migrate` alone, for those whose program may not change tables.
    Never,
}

impl TryFrom<String> for Migrate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.trim().to_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "never" => Ok(Self::Never),
            _ => Err(format!("“{text}” is no way to migrate; write auto or never")),
        }
    }
}

/// What is logged.
#[derive(Debug, Deserialize)]
pub struct LogSettings {
    /// Levels, in the syntax of `tracing-subscriber`'s filters.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("“{text}” is not a format; write text or json")),
        }
    }
}

/// Where questions come from.
#[derive(Debug, Default, Deserialize)]
pub struct BankSettings {
    /// A folder of question files to use instead of the bank that is built in.
    pub dir: Option<PathBuf>,
}

/// Where counters can be read.
#[derive(Debug, Default, Deserialize)]
pub struct MetricsSettings {
    /// Address and port of a page in the format of Prometheus; without one there is none.
    pub listen: Option<SocketAddr>,
}

/// Every key there is, with its default; a key without one has to be set.
const KEYS: [(&str, Option<&str>); 10] = [
    ("discord.token", None),
    ("discord.api_base", Some("https://discord.com")),
    // discord-api-docs, topics/rate-limits, "Global Rate Limit"
    ("discord.requests_per_second", Some("50")),
    ("database.url", None),
    ("database.max_connections", Some("10")),
    ("database.migrate", Some("auto")),
    // serenity hears of Discord through the relay, which says what happens; its own lines would only contradict it.
    ("log.filter", Some("info,serenity=error")),
    ("log.format", Some("text")),
    ("bank.dir", None),
    ("metrics.listen", None),
];

/// The environment variables hosting providers set by convention.
const CONVENTIONAL: [(&str, &str); 3] = [
    ("DISCORD_TOKEN", "discord.token"),
    ("DISCORD_API_BASE", "discord.api_base"),
    ("DATABASE_URL", "database.url"),
];

impl Settings {
    /// Reads the file (if one is named, it must exist) and the process's environment.
    ///
    /// # Errors
    /// A sentence that says which key is wrong, where it comes from and what to do.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::from_parts(file, std::env::vars().collect())
    }

    /// As [`Settings::load`], but the token may be missing: for whoever looks at everything else in spite of that.
    ///
    /// # Errors
    /// As [`Settings::load`], but for a missing token.
    pub fn load_incomplete(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::read_parts(file, std::env::vars().collect())?
            .try_deserialize()
            .map_err(|error| unusable(file, &error))
    }

    /// The same with a given environment.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_parts(file: Option<&Path>, environment: Vec<(String, String)>) -> anyhow::Result<Self> {
        let config = Self::read_parts(file, environment)?;
        require_keys(&config)?;
        // A wrong value's error names the key; it must not name the value of a secret, and secrets take any text.
        config.try_deserialize().map_err(|error| unusable(file, &error))
    }

    fn read_parts(file: Option<&Path>, environment: Vec<(String, String)>) -> anyhow::Result<Config> {
        refuse_long_names(&environment)?;
        let mut builder = Config::builder();
        for (key, default) in KEYS {
            if let Some(default) = default {
                builder = builder.set_default(key, default)?;
            }
        }
        let mut written = String::new();
        if let Some(file) = file {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read", file.display()))?;
            check_syntax(&text, file)?;
            builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
            written = text;
        }
        for (variable, key) in CONVENTIONAL {
            let value = environment
                .iter()
                .find(|(name, _)| name == variable)
                .map(|(_, value)| value.as_str());
            builder =
                builder.set_override_option(key, value.map(str::trim).filter(|value| !value.is_empty()))?;
        }
        let ours = Environment::with_prefix("GREENROOM")
            .prefix_separator("__")
            .separator("__")
            .ignore_empty(true)
            .source(Some(environment.into_iter().collect()));
        let config = builder
            .add_source(ours)
            .build()
            .map_err(|error| unusable(file, &error))?;
        refuse_unknown(&config, file, &written)?;
        check_values(&config)?;
        Ok(config)
    }
}

fn unusable(file: Option<&Path>, error: &ConfigError) -> anyhow::Error {
    let place = file.map_or_else(|| "the environment".to_owned(), |file| file.display().to_string());
    anyhow::anyhow!("{place} cannot be used: {error}")
}

/// Looks at the syntax before anybody quotes the line a mistake is on, which may hold a secret.
fn check_syntax(text: &str, file: &Path) -> anyhow::Result<()> {
    let Err(error) = text.parse::<toml::Table>() else {
        return Ok(());
    };
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1;
    bail!("{}:{line} is not valid TOML: {}", file.display(), error.message());
}

/// Refuses names without end: each section in one is a section within the last, and those are read by recursion.
fn refuse_long_names(environment: &[(String, String)]) -> anyhow::Result<()> {
    const LONGEST: usize = 100;
    const PREFIX: &str = "GREENROOM";
    let is_ours = |name: &str| {
        name.get(..PREFIX.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
    };
    for (name, _) in environment {
        if name.len() > LONGEST && is_ours(name) {
            let start: String = name.chars().take(LONGEST).collect();
            bail!("there is no setting {start}… (in the environment); no name is that long.");
        }
    }
    Ok(())
}

/// Refuses values that could not work.
fn check_values(config: &Config) -> anyhow::Result<()> {
    let base = config.get_string("discord.api_base").unwrap_or_default();
    if !base.starts_with("https://") && !base.starts_with("http://") {
        bail!("discord.api_base is {base:?}, which is no web address; write it like https://discord.com.");
    }
    let token = config.get_string("discord.token").unwrap_or_default();
    if token.trim().chars().any(|c| c.is_whitespace() || c.is_control()) {
        bail!("the token has a space or a line break in it. Copy it once more from the Bot page.");
    }
    match config.get_int("discord.requests_per_second") {
        Ok(1..=10_000) | Err(_) => {}
        Ok(odd) => bail!(
            "discord.requests_per_second is {odd}; it can be from 1 to 10000, and Discord allows 50 unless it told you \
             another number."
        ),
    }
    // At least three connections: one listens for changes, one is for what happens by time, one for what people do.
    match config.get_int("database.max_connections") {
        Ok(3..=10_000) => Ok(()),
        Ok(few) => bail!("database.max_connections is {few}; the bot needs from 3 to 10000."),
        Err(_) => Ok(()),
    }
}

fn refuse_unknown(config: &Config, file: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let mut keys = Vec::new();
    flatten_keys("", &config.cache, &mut keys);
    for key in keys {
        if KEYS.iter().any(|(known, _)| *known == key) {
            continue;
        }
        // A key of the file stands in it; one of the environment does not.
        let last = key.rsplit('.').next().unwrap_or_default();
        let place = match file {
            Some(file) if text.contains(last) => file.display().to_string(),
            _ => "the environment".to_owned(),
        };
        let score = |known: &str| strsim::jaro_winkler(known, &key);
        let near = KEYS
            .iter()
            .map(|(known, _)| *known)
            .max_by(|a, b| score(a).total_cmp(&score(b)));
        match near.filter(|near| score(near) > 0.8) {
            Some(near) => bail!("there is no setting {key} (in {place}); did you mean {near}?"),
            None => {
                let known: Vec<&str> = KEYS.iter().map(|(known, _)| *known).collect();
                bail!(
                    "there is no setting {key} (in {place}); there are {}.",
                    known.join(", ")
                );
            }
        }
    }
    Ok(())
}

fn flatten_keys(prefix: &str, value: &Value, keys: &mut Vec<String>) {
    match &value.kind {
        ValueKind::Table(table) => {
            for (key, value) in table {
                let key = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                flatten_keys(&key, value, keys);
            }
        }
        _ => keys.push(prefix.to_owned()),
    }
}

/// What to do where there is no token.
pub const NO_TOKEN: &str = "no token is set. Copy it from the Bot page of the Discord developer portal into the \
    environment variable DISCORD_TOKEN, or into the configuration file as token in the section discord.";

fn require_keys(config: &Config) -> anyhow::Result<()> {
    let missing = |key: &str| {
        config
            .get_string(key)
            .ok()
            .filter(|value| !value.trim().is_empty())
            .is_none()
    };
    if missing("discord.token") {
        bail!(NO_TOKEN);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn vars(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let needed = [
            ("DISCORD_TOKEN", "t0ken"),
            ("DATABASE_URL", "postgres://localhost/x"),
        ];
        needed
            .iter()
            .chain(pairs)
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn load(text: &str, pairs: &[(&str, &str)]) -> anyhow::Result<Settings> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("greenroom.toml");
        std::fs::write(&file, text)?;
        Settings::from_parts(Some(&file), vars(pairs))
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
        let settings = load(
            "[database]\nmax_connections = 20\n[log]\nformat = \"json\"\nfilter = \"warn\"",
            &[("GREENROOM__LOG__FILTER", "debug")],
        )
        .unwrap();
        assert_eq!(settings.database.max_connections, 20);
        assert_eq!(settings.log.format, LogFormat::Json);
        assert_eq!(settings.log.filter, "debug");
        assert_eq!(settings.discord.api_base, "https://discord.com");
        assert_eq!(settings.discord.requests_per_second.get(), 50);
        assert_eq!(settings.discord.token.expose_secret(), "t0ken");
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_known() {
        let error = load("[database]\nmax_conections = 20", &[])
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("there is no setting database.max_conections (in "),
            "{error}"
        );
        assert!(
            error.ends_with("did you mean database.max_connections?"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_token_says_where_to_get_one() {
        let error = Settings::from_parts(None, Vec::new()).unwrap_err().to_string();
        assert!(
            error.starts_with("no token is set. Copy it from the Bot page"),
            "{error}"
        );
    }

    #[test]
    fn a_syntax_error_names_its_line_but_not_what_is_on_it() {
        let error = load("[discord]\ntoken = \"hunter2", &[]).unwrap_err().to_string();
        assert!(error.contains("greenroom.toml:2 is not valid TOML: "), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn values_that_could_not_work_are_refused_with_a_sentence() {
        for (text, said) in [
            (
                "[database]\nmax_connections = 0",
                "database.max_connections is 0; the bot needs from 3 to 10000.",
            ),
            (
                "[discord]\nrequests_per_second = 0",
                "discord.requests_per_second is 0; it can be from 1 to 10000",
            ),
            (
                "[discord]\napi_base = \"nonsense\"",
                "discord.api_base is \"nonsense\", which is no web address",
            ),
        ] {
            let error = load(text, &[]).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let settings = load("", &[]).unwrap();
        let shown = format!("{settings:?}");
        assert!(
            !shown.contains("t0ken") && !shown.contains("localhost/x"),
            "{shown}"
        );
    }
}
