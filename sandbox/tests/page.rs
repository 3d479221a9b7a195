//! The page in a real browser: headless Chromium, driven by key and click, against a small demo bot.
//!
//! Skipped, with a message, only where no Chromium is installed. With `SANDBOX_PICTURES=folder` every test leaves
//! pictures of what it saw.

#[path = "page/acting.rs"]
mod acting;
#[path = "page/bot.rs"]
mod bot;
#[path = "page/browser.rs"]
mod browser;
#[path = "page/seeing.rs"]
mod seeing;

use bot::Bot;
use browser::{Browser, Size};

/// Starts a sandbox with the demo bot and opens #daily in a browser; `None` where there is no browser.
async fn open(size: Size) -> Option<(Browser, Bot)> {
    let browser = Browser::start(size).await?;
    let bot = Bot::start().await;
    let page = format!("{}#{}", bot.sandbox.page_url(), bot.sandbox.channel_id("#daily"));
    browser.open(&page).await;
    browser.see("#channel-name", "daily").await;
    Some((browser, bot))
}
