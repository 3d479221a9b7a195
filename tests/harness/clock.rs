//! The world's clock, which stands still until a story moves it.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};

use super::Greenroom;

/// Monday, 2 March 2026, 08:00 UTC: nine o'clock in Berlin.
pub fn monday() -> DateTime<Utc> {
    march(2, 8, 0)
}

/// An instant of March 2026 by UTC. Berlin is an hour ahead until the 29th, and two from then on.
pub fn march(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, day, hour, minute, 0).unwrap()
}

impl Greenroom {
    /// Moves the clock and lets the bot notice.
    pub async fn advance(&self, by: TimeDelta) {
        self.sandbox.advance(by);
        self.wake().await;
    }

    /// Moves the clock to an instant and lets the bot notice.
    pub async fn set_time(&self, at: DateTime<Utc>) {
        self.sandbox.set_time(at);
        self.wake().await;
    }

    async fn wake(&self) {
        sqlx::query("notify schedules").execute(&self.db).await.unwrap();
    }
}
