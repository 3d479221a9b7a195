//! Wires the bot together and keeps it running until it is told to stop. Also the two commands for operators that need
//! its settings.

mod connections;
mod schema;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, NaiveDate, Utc};
use secrecy::ExposeSecret as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgPool};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::bank::Bank;
use crate::bot::{Bot, Clock, system_clock};
use crate::discord::client::{Application, Discord};
use crate::discord::error::{ApiError, ErrorKind};
use crate::discord::{commands, gateway};
use crate::fail_points::set_up_fail_points;
use crate::ids::GuildId;
use crate::jobs;
pub use crate::jobs::Patience;
use crate::jobs::{Bells, Stalled, Workplace};
use crate::rules::period::list_weeks;
use crate::rules::season::Calendar;
use crate::run::connections::{Pools, Purpose};
use crate::run::schema::{Standing, prepare_schema};
use crate::settings::{DatabaseSettings, Migrate, Settings};
use crate::store;
use crate::telemetry;

/// Time for jobs to finish what they are at when the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Runs the bot until SIGTERM or SIGINT.
///
/// # Errors
/// A sentence about what a person has to mend.
pub async fn run_bot(settings: Settings) -> anyhow::Result<()> {
    set_up_fail_points()?;
    telemetry::start_logging(&settings.log, std::io::stderr)?;
    telemetry::serve_counters(&settings.metrics)?;
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        told.cancel();
    });
    serve_bot(settings, system_clock(), stop).await
}

/// Everything `run` does, with the clock and the signal as parameters.
///
/// # Errors
/// As [`run_bot`].
pub async fn serve_bot(settings: Settings, clock: Clock, stop: CancellationToken) -> anyhow::Result<()> {
    serve_with_patience(settings, clock, Patience::default(), stop).await
}

/// The same with other ideas of how long a step may take.
///
/// # Errors
/// As [`run_bot`].
pub async fn serve_with_patience(
    settings: Settings,
    clock: Clock,
    patience: Patience,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    // Before the gateway is up there is nothing in flight: a stop then is immediate.
    let (bot, discord) = tokio::select! {
        ready = prepare_bot(&settings, clock) => ready?,
        () = stop.cancelled() => return Ok(()),
    };
    let Pools { answering, jobs } = connections::open_pools(&settings.database)?;
    let stop_jobs = stop.child_token();
    let place = Workplace {
        bot: Arc::new(bot.with_connections(jobs)),
        discord: Arc::clone(&discord),
        bells: Bells::default(),
        stop: stop_jobs.clone(),
    };
    let bot = Arc::new(bot.with_connections(answering));
    let jobs_db = place.bot.db.clone();
    let mut jobs = tokio::spawn(jobs::run_jobs(place, patience));
    let base = &settings.discord.api_base;
    let token = settings.discord.token.expose_secret();
    tokio::select! {
        ended = gateway::run_gateway(Arc::clone(&bot), discord, base, token, stop) => {
            stop_jobs.cancel();
            let drained = jobs.is_finished() || tokio::time::timeout(DRAIN, jobs).await.is_ok();
            tracing::info!(drained, "stopped");
            // Connections that jobs left behind close by themselves.
            let closing = async { tokio::join!(bot.db.close(), jobs_db.close()) };
            let _ = tokio::time::timeout(Duration::from_secs(2), closing).await;
            Ok(ended?)
        }
        failure = wait_for_failure(&mut jobs) => {
            stop_jobs.cancel();
            Err(failure)
        }
    }
}

/// Why what happens by time does not go on; never returns where it was told to stop.
async fn wait_for_failure(jobs: &mut JoinHandle<Result<(), Stalled>>) -> anyhow::Error {
    match jobs.await {
        Ok(Ok(())) => std::future::pending().await,
        Ok(Err(stalled)) => stalled.into(),
        Err(error) => anyhow!("what I do by time has ended by itself: {error}. Start me again."),
    }
}

/// Brings database and Discord up to date. The bot has the connection of that; others are opened when it runs.
async fn prepare_bot(settings: &Settings, clock: Clock) -> anyhow::Result<(Bot, Arc<Discord>)> {
    let db = connect_database(&settings.database).await?;
    let standing = prepare_schema(&db, settings.database.migrate).await?;
    let bank = match &settings.bank.dir {
        Some(dir) => Bank::load(dir).map_err(|_| unusable_bank(dir))?,
        None => Bank::builtin(),
    };
    let bot = Bot::new(db, bank, clock);
    match standing {
        Standing::Newest => take_over_bank(&bot).await?,
        // Its questions would be taken back, and those of the newer version retired.
        Standing::Older => tracing::info!("the bank is kept by the newer version"),
    }
    let moved = jobs::plan::follow_zone_data(&bot).await?;
    if moved > 0 {
        tracing::info!(moved, "schedules moved with new time zone data");
    }
    bot.db.close().await;
    let discord = Arc::new(discord_client(settings)?.by_clock(Arc::clone(&bot.clock)));
    let application = fetch_application(&discord).await?;
    register_commands(&discord, &application).await?;
    Ok((bot, discord))
}

/// Brings the questions in the database up to date with the bank.
async fn take_over_bank(bot: &Bot) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    let changed = store::questions::synchronise_bank(&mut tx, bot.bank.questions(), bot.now()).await?;
    tx.commit().await?;
    let store::questions::Synchronised {
        added,
        revised,
        retired,
    } = changed;
    tracing::info!(
        questions = bot.bank.questions().len(),
        added,
        revised,
        retired,
        "the bank is up to date"
    );
    Ok(())
}

/// A folder of questions is taken whole or not at all.
pub(crate) fn unusable_bank(dir: &Path) -> anyhow::Error {
    anyhow!(
        "the questions in {0} cannot be used; `greenroom bank check {0}` says why.",
        dir.display()
    )
}

fn discord_client(settings: &Settings) -> anyhow::Result<Discord> {
    let settings = &settings.discord;
    Discord::new(
        &settings.api_base,
        settings.token.clone(),
        settings.requests_per_second,
    )
    .context("set up TLS")
}

/// Connects for the work of an operator, or of the start.
///
/// # Errors
/// A sentence about what to do; never the address, which holds the password.
pub async fn connect_database(settings: &DatabaseSettings) -> anyhow::Result<PgPool> {
    let options = Purpose::Upkeep.limit_waits(connect_options(settings)?);
    let pool = Purpose::Upkeep.pool_options(1);
    let db = match pool.connect_with(options.clone()).await {
        Ok(db) => db,
        Err(error) => return Err(explain_unreachable(&options, error).await),
    };
    Ok(db)
}

/// How to connect, as the settings say.
///
/// # Errors
/// A sentence about what to do, without the address.
pub(crate) fn connect_options(settings: &DatabaseSettings) -> anyhow::Result<PgConnectOptions> {
    if settings.url.expose_secret().trim().is_empty() {
        bail!(
            "no database is set. Put its address, such as postgres://greenroom:secret@localhost/greenroom, into the \
             environment variable DATABASE_URL, or into the configuration file as url in the section database."
        );
    }
    let options: PgConnectOptions = settings.url.expose_secret().parse().map_err(|_| {
        anyhow!(
            "the database address cannot be read. Write it like postgres://user:password@host:5432/database."
        )
    })?;
    Ok(options
        .application_name("greenroom")
        // Compiling expressions costs more than these short queries ever take.
        .options([("jit", "off")]))
}

async fn explain_unreachable(options: &PgConnectOptions, error: sqlx::Error) -> anyhow::Error {
    let error = match error {
        // The pool tries until its time is over and then no longer knows why it could not; one more try does.
        sqlx::Error::PoolTimedOut => {
            let once_more = tokio::time::timeout(Duration::from_secs(5), options.connect()).await;
            once_more.ok().and_then(Result::err).unwrap_or(error)
        }
        error => error,
    };
    connect_failure(options, &error)
}

/// Why there is no connection, and what to do about it.
pub(crate) fn connect_failure(options: &PgConnectOptions, error: &sqlx::Error) -> anyhow::Error {
    let host = options.get_host();
    let reason = database_reason(error);
    match error {
        sqlx::Error::Database(_) => anyhow!(
            "PostgreSQL on {host} refuses the connection: {reason}. Check user, password and database name."
        ),
        _ => anyhow!(
            "PostgreSQL on {host} cannot be reached: {reason}. Is it running, and is the address right?"
        ),
    }
}

/// What went wrong, without the place in the database's own source code.
pub(crate) fn database_reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Database(said) => said.message().to_owned(),
        error => error.to_string(),
    }
}

/// Who the bot is; waits while Discord is down, but not with a wrong token.
async fn fetch_application(discord: &Discord) -> anyhow::Result<Application> {
    let mut pause = FIRST_PAUSE;
    loop {
        match discord.application().await {
            Ok(application) => return Ok(application),
            Err(error) => pause = wait_or_give_up(&error, pause).await?,
        }
    }
}

/// Tells Discord of the commands. Those it knows already do where it takes no more today.
async fn register_commands(discord: &Discord, application: &Application) -> anyhow::Result<()> {
    // Maximum number of daily application command creates has been reached.
    const ENOUGH_TODAY: i64 = 30_034;
    // You cannot remove this app's Entry Point command in a bulk update operation.
    const ENTRY_POINT: i64 = 50_240;
    let mut pause = FIRST_PAUSE;
    loop {
        let Err(error) = discord
            .register_commands(application.id, &commands::all_commands())
            .await
        else {
            return Ok(());
        };
        match error.code() {
            Some(ENOUGH_TODAY) => {
                tracing::warn!(
                    %error,
                    "Discord takes no more commands today, so those of an earlier start are used; start me again \
                     tomorrow"
                );
                return Ok(());
            }
            Some(ENTRY_POINT) => bail!(
                "{error}. The application has an Entry Point command, which belongs to Activities. This bot has none: \
                 switch Activities off in the developer portal, or use an application of its own for it."
            ),
            _ => pause = wait_or_give_up(&error, pause).await?,
        }
    }
}

/// The pause after the first failure at the start, and the longest; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Waits where that helps, for as long as Discord asks for. Returns the pause for the next time.
async fn wait_or_give_up(error: &ApiError, pause: Duration) -> anyhow::Result<Duration> {
    match error.kind() {
        ErrorKind::Later(_) => {
            let asked = error.retry_after().unwrap_or(pause);
            tracing::warn!(%error, "Discord cannot be reached; trying again in {asked:?}");
            tokio::time::sleep(asked).await;
            Ok((pause * 2).min(LONGEST_PAUSE))
        }
        ErrorKind::Unauthorised => Err(gateway::GatewayFailure::Token.into()),
        ErrorKind::Gone | ErrorKind::Forbidden | ErrorKind::Refused => bail!(
            "{error}. Is the token the one of the bot that was invited? The Bot page of the developer portal shows it."
        ),
    }
}

/// The link that adds the bot to a server, with the scopes and permissions it needs and no others.
///
/// # Errors
/// If Discord cannot be asked who the bot is.
pub async fn invite_link(settings: &Settings) -> anyhow::Result<String> {
    // Asked once: whoever types this waits for it.
    let id = match discord_client(settings)?.application().await {
        Ok(application) => application.id,
        Err(error) if error.kind() == ErrorKind::Unauthorised => {
            return Err(gateway::GatewayFailure::Token.into());
        }
        Err(error) => bail!("Discord could not be asked who the bot is: {error}."),
    };
    Ok(format!(
        "https://discord.com/oauth2/authorize?client_id={id}&scope=bot+applications.commands&permissions={PERMISSIONS}"
    ))
}

/// What the bot needs to be allowed.
///
/// View Channel, Send Messages, Attach Files (pictures), Read Message History (to find its own message after a crash),
/// Create Public Threads, Send Messages in Threads. Roles are pinged where the role allows it or Mention Everyone is
/// granted besides.
pub const PERMISSIONS: u64 = 1 << 10 | 1 << 11 | 1 << 15 | 1 << 16 | 1 << 35 | 1 << 38;

/// Brings the schema up to date, whatever `database.migrate` says.
///
/// # Errors
/// A sentence about what to do.
pub async fn migrate_database(settings: &Settings) -> anyhow::Result<()> {
    let db = connect_database(&settings.database).await?;
    prepare_schema(&db, Migrate::Auto).await?;
    Ok(())
}

/// Makes season and all-time standings of every guild anew from its answers. Returns how many guilds there are.
///
/// # Errors
/// If the database fails; the guild at hand keeps its standings.
pub async fn rebuild_boards(settings: &Settings) -> anyhow::Result<usize> {
    let db = connect_database(&settings.database).await?;
    prepare_schema(&db, settings.database.migrate).await?;
    let guilds = store::guilds::list_guilds(&db).await?;
    for guild in &guilds {
        rebuild_guild(&db, guild.guild_id).await?;
    }
    Ok(guilds.len())
}

/// Makes the standings of one guild anew.
///
/// # Errors
/// If the database fails; then nothing is changed.
pub async fn rebuild_guild(db: &PgPool, guild: GuildId) -> anyhow::Result<()> {
    let mut tx = db.begin().await?;
    // Before anything is read: the first answer of a season may be on its way.
    store::boards::lock_standings(&mut *tx).await?;
    let span = store::boards::answers_span(&mut *tx, guild).await?;
    let calendar = store::seasons::guild_calendar(&mut tx, guild).await?;
    let (seasons, weeks) = match span.zip(calendar) {
        Some(((first, last), calendar)) => (
            seasons_between(&calendar, first, last),
            list_weeks(first, last, &calendar),
        ),
        None => (Vec::new(), Vec::new()),
    };
    store::boards::rebuild_standings(&mut tx, guild, &seasons, &weeks).await?;
    tx.commit().await?;
    Ok(())
}

/// The seasons between two instants, each with its first day and its bounds.
fn seasons_between(
    calendar: &Calendar,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
) -> Vec<(NaiveDate, DateTime<Utc>, DateTime<Utc>)> {
    let bounds = |at| {
        let season = calendar.season_at(at);
        Some((
            season.start,
            calendar.start_of(season.start)?,
            calendar.start_of(season.end)?,
        ))
    };
    std::iter::successors(bounds(first), |(_, _, end)| {
        (*end <= last).then(|| bounds(*end))?
    })
    .collect()
}
