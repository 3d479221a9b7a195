//! Logs. What is logged is decided where it happens; here only how and how much.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging to `sink` for the whole process. Doing it twice leaves the first in place.
///
/// # Errors
/// If the filter cannot be read.
pub fn start<W>(settings: &LogSettings, sink: W) -> anyhow::Result<()>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter: EnvFilter = settings.filter.parse().map_err(|error| {
        anyhow::anyhow!(
            "log.filter is {:?}, which cannot be read: {error}; write it like info,serenity=warn",
            settings.filter
        )
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(sink);
    let started = match settings.format {
        LogFormat::Text => builder.with_ansi(false).finish().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init(),
    };
    // A second start, as in tests, keeps the first.
    let _ = started;
    Ok(())
}
