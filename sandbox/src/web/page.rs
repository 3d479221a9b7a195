//! What the handlers of the page share.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use parking_lot::Mutex;
use serde::Deserialize;

use crate::{Member, Sandbox, Seen};

/// What the handlers share.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) sandbox: Sandbox,
    pub(super) modals: Arc<Modals>,
}

/// Dialogs that were opened on the page and not sent yet.
#[derive(Default)]
pub(super) struct Modals {
    pub(super) next: AtomicU64,
    pub(super) open: Mutex<HashMap<String, Seen>>,
}

impl Page {
    pub(super) fn new(sandbox: Sandbox) -> Self {
        Self {
            sandbox,
            modals: Arc::default(),
        }
    }

    /// The member with this id, or the first one: a page that was open before a restart asks for somebody unknown.
    pub(super) fn member(&self, id: Option<Id>) -> Option<Member> {
        let members = self.sandbox.members();
        let known = id.and_then(|id| members.iter().find(|member| member.id() == id.0).cloned());
        known.or_else(|| members.into_iter().next())
    }
}

/// A snowflake as JSON and addresses have it: a text, because JavaScript's numbers are too short.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Id(pub(super) u64);

impl TryFrom<String> for Id {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}
