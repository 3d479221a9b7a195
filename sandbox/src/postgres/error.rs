//! Why there is no server.

use std::io;

/// Why there is no server, in a sentence for the one who can do something about it.
#[derive(Debug)]
pub struct PostgresError(pub(super) String);

impl std::fmt::Display for PostgresError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PostgresError {}

impl From<io::Error> for PostgresError {
    fn from(error: io::Error) -> Self {
        Self(format!("PostgreSQL could not be started: {error}."))
    }
}
