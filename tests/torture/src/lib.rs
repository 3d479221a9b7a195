//! What must hold after any torture, checked by somebody who knows nothing of the bot but what it promises.
//!
//! [`facts`] is what Discord showed, what members remember and what the tables hold. [`check`] compares them. Neither
//! uses a line of the bot: its rules are written down here once more.

pub mod check;
pub mod facts;
