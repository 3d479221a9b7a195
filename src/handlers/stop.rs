//! Why a handler ends before its end. Both ways travel with `?`.

use crate::reply::{Message, Reply};

/// What a handler returns: most return a reply, those behind a dispatcher the message it says.
pub type Handled<T = Reply> = Result<T, Stop>;

/// Why there is no result.
#[derive(Debug)]
pub enum Stop {
    /// The person is told this. Nothing is wrong with the program.
    Say(Message),
    /// This failed. It is logged, and the person is told that something went wrong.
    Failed(anyhow::Error),
}

impl From<Message> for Stop {
    fn from(message: Message) -> Self {
        Self::Say(message)
    }
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
