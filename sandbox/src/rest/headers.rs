//! The headers of a limit that no bucket is behind.

use axum::http::HeaderMap;

/// What tells a limit of Discord's from Cloudflare's: discord.py waits for one with it, and gives up at one without.
pub(super) const VIA: &str = "1.1 google";

/// Writes for how long nothing more is taken, and for whom.
pub(super) fn write_limit(headers: &mut HeaderMap, seconds: f64, global: bool, scope: &str) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    set("via", VIA.to_owned());
    set("retry-after", format!("{:.0}", seconds.ceil()));
    set("x-ratelimit-limit", "5".to_owned());
    set("x-ratelimit-remaining", "0".to_owned());
    set("x-ratelimit-reset-after", format!("{seconds:.3}"));
    set("x-ratelimit-bucket", "sandbox".to_owned());
    set("x-ratelimit-scope", scope.to_owned());
    if global {
        set("x-ratelimit-global", "true".to_owned());
    }
}
