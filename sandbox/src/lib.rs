//! A simulated Discord and a throwaway PostgreSQL on loopback, to run any bot in.
//!
//! The parts, from the wire inwards: `rest` and [`gateway`] speak Discord's protocol over the state and rules in
//! [`world`]; [`check`] knows Discord's documented limits. A test acts as a [`Member`] and looks at what that person
//! sees ([`Seen`]); a person does the same in a browser ([`web`], with the feature `page`). The crate knows nothing of
//! any particular bot.
//!
//! ```no_run
//! # async fn story() -> Result<(), Box<dyn std::error::Error>> {
//! use sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! // Start a bot here, with `sandbox.token()` and `sandbox.api_base()`.
//! sandbox.registered().await?;
//! let ann = sandbox.member("Ann").at("#daily");
//! let question = ann.slash("/ask topic:closures").await?;
//! let receipt = sandbox.member("Ben").press(&question, "A").await?;
//! assert!(receipt.ephemeral);
//! // Panics if the bot did something that Discord would have refused.
//! sandbox.finish();
//! # Ok(())
//! # }
//! ```

pub mod check;
mod clock;
pub mod faults;
pub mod gateway;
mod line;
#[cfg(feature = "page")]
pub mod lively;
pub mod load;
#[cfg(feature = "page")]
pub mod markdown;
mod member;
pub mod permissions;
pub mod postgres;
mod recorded;
mod refusal;
mod rest;
mod sandbox;
mod seen;
mod slash;
#[cfg(feature = "page")]
pub mod web;
mod webhook;
pub mod world;

pub use member::{ActError, Choice, Member, MessageRef, Place};
pub use recorded::{Dispatch, Exchange};
pub use rest::limits::{Limits, Rate, Traffic};
pub use sandbox::{Call, Options, Sandbox};
pub use seen::{Button, Seen};
