//! HTTP/1.1 by hand: a request as it came, byte for byte, and answers as nobody's library would write them.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// More than the bot ever sends, so that a mistake ends instead of filling the memory.
const LONGEST_BODY: usize = 30_000_000;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The first line, without its end.
    pub line: String,
    pub method: String,
    /// What stands between the method and the version: a path with its query, if the client knows HTTP.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// The path and the query's pairs.
    pub fn parts(&self) -> (&str, Vec<(&str, &str)>) {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        (path, pairs.collect())
    }

    /// The JSON it carries, alone or as `payload_json` beside files.
    pub fn json(&self) -> Option<Value> {
        let kind = self.header("content-type").unwrap_or_default();
        if kind.starts_with("application/json") {
            return serde_json::from_slice(&self.body).ok();
        }
        let between = format!("--{}", kind.strip_prefix("multipart/form-data; boundary=")?);
        let text = String::from_utf8_lossy(&self.body);
        let parts = text.split(&between);
        let mut payloads = parts.filter(|part| part.contains("name=\"payload_json\""));
        let (_, payload) = payloads.next()?.split_once("\r\n\r\n")?;
        serde_json::from_str(payload.trim_end()).ok()
    }
}

/// Reads the next request of a connection; none if it ended in between.
pub async fn read_request<S>(from: &mut BufReader<S>) -> io::Result<Option<Request>>
where
    S: AsyncRead + Unpin,
{
    let line = read_line(from).await?;
    if line.is_empty() {
        return Ok(None);
    }
    let mut words = line.splitn(3, ' ').map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        line,
        ..Request::default()
    };
    loop {
        let line = read_line(from).await?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        request.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    request.body = read_body(from, &request).await?;
    Ok(Some(request))
}

async fn read_line<S: AsyncRead + Unpin>(from: &mut BufReader<S>) -> io::Result<String> {
    let mut line = String::new();
    from.take(100_000).read_line(&mut line).await?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn read_body<S>(from: &mut BufReader<S>, request: &Request) -> io::Result<Vec<u8>>
where
    S: AsyncRead + Unpin,
{
    let mut body = Vec::new();
    if request.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = read_line(from).await?;
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            read_exactly(from, size, &mut body).await?;
            read_line(from).await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let length = request.header("content-length").unwrap_or("0");
    let length = length.parse().map_err(io::Error::other)?;
    read_exactly(from, length, &mut body).await?;
    Ok(body)
}

async fn read_exactly<S>(from: &mut BufReader<S>, length: usize, into: &mut Vec<u8>) -> io::Result<()>
where
    S: AsyncRead + Unpin,
{
    let start = into.len();
    if start + length > LONGEST_BODY {
        return Err(io::Error::other("a body no bot sends"));
    }
    into.resize(start + length, 0);
    from.read_exact(&mut into[start..]).await?;
    Ok(())
}

/// An answer with its length, byte for byte.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let reason = match status {
        101 => "Switching Protocols",
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Something",
    };
    let mut text = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if !matches!(status, 101 | 204) {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// An answer as Discord gives it.
pub fn json_answer(status: u16, body: &Value) -> Vec<u8> {
    answer(status, &[("Content-Type", "application/json")], &body.to_string())
}

/// An answer as Cloudflare gives it, which stands before Discord: a page for people, and the end of the connection.
pub fn cloudflare_page(status: u16) -> Vec<u8> {
    let headers = [
        ("Server", "cloudflare"),
        ("Content-Type", "text/html"),
        ("Connection", "close"),
        ("CF-RAY", "8f0c0ffee0000000-FRA"),
    ];
    let body = format!(
        "<html>\r\n<head><title>{status} Bad Request</title></head>\r\n<body>\r\n<center><h1>{status} Bad \
         Request</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    );
    answer(status, &headers, &body)
}
