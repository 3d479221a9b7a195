//! What the end of a gateway connection means for the session on it.

/// Why the gateway cannot be used; each says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayFailure {
    #[error(
        "Discord does not accept the token. Copy it again from the Bot page of the developer portal into DISCORD_TOKEN."
    )]
    Token,
    #[error(
        "Discord refuses the connection with {0}: the bot is on more servers than one connection may serve. Start it \
         again: at the start it asks Discord how many connections are needed."
    )]
    TooManyServers(u16),
    #[error(
        "Discord refuses the connection with {0}: it no longer speaks the version of its gateway that this program \
         does. Install a newer Greenroom."
    )]
    Version(u16),
    #[error(
        "Discord refuses the connection with {0}. This is a mistake in Greenroom, not in your settings; please \
         report it with this line."
    )]
    Ours(String),
    #[error(
        "Of the gateway sessions Discord lets this bot begin, {left} remain for the next {minutes} minutes. It takes \
         the token away when all are used up, so none is begun. Find what connects again and again with this token: \
         another program, or this one being started again and again. Then wait, and start it again."
    )]
    NoSessionsLeft { left: u64, minutes: u64 },
    #[error(
        "The gateway connection shows no sign of life. Stopping, so that whoever supervises this starts it anew."
    )]
    Stuck,
}

/// How a connection ended, and so how to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The session is still there: connect again and ask for what was missed.
    Resume(String),
    /// The session is gone: begin a new one.
    Identify(String),
    /// Trying again cannot help.
    Fatal(GatewayFailure),
}

/// Sorts a close code, as the table of close event codes in Discord's documentation of opcodes and status codes does.
/// A close frame without a code, or none at all, leaves the session intact.
pub(super) fn sort_close(code: Option<u16>, reason: &str) -> Ending {
    let said = match code {
        Some(code) => format!("Discord closed the connection with {code} {reason}")
            .trim_end()
            .to_owned(),
        None => "Discord closed the connection without a code".to_owned(),
    };
    match code {
        Some(4004) => Ending::Fatal(GatewayFailure::Token),
        Some(code @ 4011) => Ending::Fatal(GatewayFailure::TooManyServers(code)),
        Some(code @ 4012) => Ending::Fatal(GatewayFailure::Version(code)),
        Some(code @ (4010 | 4013 | 4014)) => Ending::Fatal(GatewayFailure::Ours(
            format!("{code} {reason}").trim_end().to_owned(),
        )),
        // Invalid sequence number, session no longer valid, session timed out.
        Some(4006 | 4007 | 4009) => Ending::Identify(said),
        _ => Ending::Resume(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_discords_own_table_ends_a_session_or_the_program() {
        let ends = |code| matches!(sort_close(code, ""), Ending::Fatal(_));
        let begins_anew = |code| matches!(sort_close(code, ""), Ending::Identify(_));
        let codes = (1000..=1015)
            .chain(4000..=4020)
            .chain([4999])
            .map(Some)
            .chain([None]);
        let (mut fatal, mut anew) = (Vec::new(), Vec::new());
        for code in codes {
            if ends(code) {
                fatal.extend(code);
            }
            if begins_anew(code) {
                anew.extend(code);
            }
        }
        assert_eq!(fatal, [4004, 4010, 4011, 4012, 4013, 4014]);
        assert_eq!(anew, [4006, 4007, 4009]);
    }
}
