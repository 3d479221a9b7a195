//! Faults that a test switches on: what a network and a large service do to a bot now and then.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The answer takes longer.
    Delay(Duration),
    /// 429 with the headers and the body Discord sends; `with_code` adds a `code`, which it does not always do.
    RateLimited {
        /// When to try again.
        retry_after: Duration,
        /// Whether all routes are meant.
        global: bool,
        /// Whether the body has a code.
        with_code: bool,
    },
    /// This status, and nothing was done.
    Broken(u16),
    /// Everything was done, but the connection is cut before the answer.
    AnswerLost,
    /// Everything was done, and the answer takes longer.
    AnswerLate(Duration),
    /// This answer, whatever was asked: what stands in front of Discord says, or a code there is no other way to get.
    Raw {
        /// HTTP status.
        status: u16,
        /// Headers beside `content-type`, which is JSON's where the body is JSON and else HTML's.
        headers: Vec<(String, String)>,
        /// The body, byte for byte.
        body: String,
        /// Whether the call was carried out all the same.
        done: bool,
    },
}

impl Fault {
    /// The page Cloudflare shows in Discord's place; nothing was done.
    pub fn html(status: u16) -> Self {
        let page =
            "<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head></html>\n";
        Self::body(status, page)
    }

    /// Any body; nothing was done.
    pub fn body(status: u16, body: &str) -> Self {
        Self::Raw {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
            done: false,
        }
    }

    /// One of Discord's own codes in the form of its errors; nothing was done.
    pub fn code(status: u16, code: u32, message: &str) -> Self {
        Self::body(status, &json!({ "message": message, "code": code }).to_string())
    }

    /// The same answer with one more header. Only answers that a test wrote have any.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Raw { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The same answer after the call was carried out. Only answers that a test wrote know the difference.
    #[must_use]
    pub fn after_the_deed(mut self) -> Self {
        if let Self::Raw { done, .. } = &mut self {
            *done = true;
        }
        self
    }
}

/// Which requests go wrong, and how often.
#[derive(Clone, Debug)]
struct Rule {
    method: String,
    route: String,
    fault: Fault,
    times: Option<usize>,
    only_with_files: bool,
}

/// A handle to switch faults on and off.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl Faults {
    /// Lets every request fail whose method is `method` (or any for `*`) and whose path, without `/api/v10`, matches
    /// `route`: segments between slashes, `*` for any one segment, `**` at the end for any rest.
    pub fn always(&self, method: &str, route: &str, fault: Fault) {
        self.add(method, route, fault, None, false);
    }

    /// As [`Self::always`], for the next `times` requests.
    pub fn next(&self, times: usize, method: &str, route: &str, fault: Fault) {
        self.add(method, route, fault, Some(times), false);
    }

    /// As [`Self::next`], but only requests that carry files go wrong, and only they are counted.
    pub fn next_with_files(&self, times: usize, method: &str, route: &str, fault: Fault) {
        self.add(method, route, fault, Some(times), true);
    }

    /// Everything works again.
    pub fn clear(&self) {
        self.rules.lock().clear();
    }

    fn add(&self, method: &str, route: &str, fault: Fault, times: Option<usize>, only_with_files: bool) {
        let rule = Rule {
            method: method.to_owned(),
            route: route.to_owned(),
            fault,
            times,
            only_with_files,
        };
        self.rules.lock().push(rule);
    }

    /// The faults of one request, each counted as used.
    pub(crate) fn of(&self, method: &str, path: &str, has_files: bool) -> Vec<Fault> {
        let mut rules = self.rules.lock();
        let mut found = Vec::new();
        for rule in rules.iter_mut().filter(|rule| rule.times != Some(0)) {
            let means = (rule.method == "*" || rule.method == method) && matches_route(&rule.route, path);
            if means && (has_files || !rule.only_with_files) {
                rule.times = rule.times.map(|times| times - 1);
                found.push(rule.fault.clone());
                if !matches!(rule.fault, Fault::Delay(_)) {
                    break;
                }
            }
        }
        rules.retain(|rule| rule.times != Some(0));
        found
    }
}

fn matches_route(route: &str, path: &str) -> bool {
    let mut path = path.trim_matches('/').split('/');
    for wanted in route.trim_matches('/').split('/') {
        match (wanted, path.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(has)) if wanted == has => {}
            _ => return false,
        }
    }
    path.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_match_by_segment() {
        assert!(matches_route("/channels/*/messages", "/channels/12/messages"));
        assert!(matches_route("/interactions/**", "/interactions/1/t/callback"));
        assert!(!matches_route("/channels/*/messages", "/channels/12/messages/13"));
        assert!(!matches_route("/channels/*/messages/*", "/channels/12/messages"));
    }

    #[test]
    fn a_fault_for_one_request_is_gone_after_it() {
        let faults = Faults::default();
        faults.next(1, "POST", "/channels/*/messages", Fault::Broken(500));
        assert_eq!(faults.of("GET", "/channels/1/messages", false), []);
        assert_eq!(
            faults.of("POST", "/channels/1/messages", false),
            [Fault::Broken(500)]
        );
        assert_eq!(faults.of("POST", "/channels/1/messages", false), []);
    }

    #[test]
    fn a_fault_of_calls_with_files_waits_for_one() {
        let faults = Faults::default();
        faults.next_with_files(1, "POST", "/**", Fault::html(403));
        assert_eq!(faults.of("POST", "/channels/1/messages", false), []);
        assert_eq!(
            faults.of("POST", "/channels/1/messages", true),
            [Fault::html(403)]
        );
    }
}
