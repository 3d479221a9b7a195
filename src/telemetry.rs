//! Logs and counters. What is logged and counted is decided where it happens; here only how and how much.

use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{LogFormat, LogSettings, MetricsSettings};

/// Starts logging to `sink` for the whole process. Doing it twice leaves the first in place.
///
/// # Errors
/// If the filter cannot be read.
pub fn start_logging<W>(settings: &LogSettings, sink: W) -> anyhow::Result<()>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter: EnvFilter = settings.filter.parse().map_err(|error| {
        anyhow::anyhow!(
            "log.filter is {:?}, which cannot be read: {error}; write it like info,serenity=error",
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

/// Serves the process's counters as a page Prometheus can read, if an address is set.
///
/// # Errors
/// If the address cannot be used.
pub fn serve_counters(settings: &MetricsSettings) -> anyhow::Result<()> {
    let Some(listen) = settings.listen else {
        return Ok(());
    };
    let page = PrometheusBuilder::new().with_http_listener(listen).install();
    page.map_err(|error| anyhow::anyhow!("metrics.listen is {listen}, which cannot be used: {error}"))
}
