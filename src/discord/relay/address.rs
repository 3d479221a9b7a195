//! The address of a gateway connection, made from the one Discord names.

use url::Url;

/// The address to connect to: what Discord named, with the version and the encoding this program speaks.
///
/// Discord names a host without a path. Put together as text, that became `GET ?v=10`, which is no request line; a URL
/// knows that its path is then `/`.
///
/// # Errors
/// A sentence that names the address, if it is no `ws` or `wss` URL with a host.
pub fn connection_address(named: &str) -> Result<Url, String> {
    let unusable = |reason: &dyn std::fmt::Display| {
        format!("Discord named a gateway address that cannot be used, “{named}”: {reason}")
    };
    let mut url = Url::parse(named.trim()).map_err(|error| unusable(&error))?;
    if !matches!(url.scheme(), "ws" | "wss") || !url.has_host() {
        return Err(unusable(&"it has to begin with wss:// and a host"));
    }
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !matches!(key.as_ref(), "v" | "encoding" | "compress"))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("v", "10")
        .append_pair("encoding", "json");
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_path_gets_one() {
        for (named, expected) in [
            (
                "wss://gateway.discord.gg",
                "wss://gateway.discord.gg/?v=10&encoding=json",
            ),
            (
                "wss://gateway.discord.gg/",
                "wss://gateway.discord.gg/?v=10&encoding=json",
            ),
            (
                "wss://gateway-us-east1-b.discord.gg?v=9&compress=zlib-stream",
                "wss://gateway-us-east1-b.discord.gg/?v=10&encoding=json",
            ),
            ("ws://127.0.0.1:4000", "ws://127.0.0.1:4000/?v=10&encoding=json"),
            (
                "ws://[::1]:4000/path?a=1",
                "ws://[::1]:4000/path?a=1&v=10&encoding=json",
            ),
        ] {
            assert_eq!(connection_address(named).as_ref().map(Url::as_str), Ok(expected));
        }
    }

    #[test]
    fn what_is_no_address_is_named_in_a_sentence() {
        for named in [
            "",
            "gateway.discord.gg",
            "https://discord.com",
            "wss://",
            "wss:///?v=10",
        ] {
            let error = connection_address(named).unwrap_err();
            assert!(error.contains("cannot be used"), "{named}: {error}");
        }
    }
}
