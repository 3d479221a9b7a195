//! Faults that a test switches on: what a network and a large service do to a bot now and then.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

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
}

/// Which requests go wrong, and how often.
#[derive(Clone, Debug)]
struct Rule {
    method: String,
    route: String,
    fault: Fault,
    times: Option<usize>,
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
        self.add(method, route, fault, None);
    }

    /// As [`Self::always`], for the next `times` requests.
    pub fn next(&self, times: usize, method: &str, route: &str, fault: Fault) {
        self.add(method, route, fault, Some(times));
    }

    /// Everything works again.
    pub fn clear(&self) {
        self.rules.lock().clear();
    }

    fn add(&self, method: &str, route: &str, fault: Fault, times: Option<usize>) {
        let rule = Rule {
            method: method.to_owned(),
            route: route.to_owned(),
            fault,
            times,
        };
        self.rules.lock().push(rule);
    }

    /// The faults of one request, each counted as used.
    pub(crate) fn of(&self, method: &str, path: &str) -> Vec<Fault> {
        let mut rules = self.rules.lock();
        let mut found = Vec::new();
        for rule in rules.iter_mut().filter(|rule| rule.times != Some(0)) {
            if (rule.method == "*" || rule.method == method) && matches(&rule.route, path) {
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

fn matches(route: &str, path: &str) -> bool {
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
        assert!(matches("/channels/*/messages", "/channels/12/messages"));
        assert!(matches("/interactions/**", "/interactions/1/t/callback"));
        assert!(!matches("/channels/*/messages", "/channels/12/messages/13"));
        assert!(!matches("/channels/*/messages/*", "/channels/12/messages"));
    }

    #[test]
    fn a_fault_for_one_request_is_gone_after_it() {
        let faults = Faults::default();
        faults.next(1, "POST", "/channels/*/messages", Fault::Broken(500));
        assert_eq!(faults.of("GET", "/channels/1/messages"), []);
        assert_eq!(faults.of("POST", "/channels/1/messages"), [Fault::Broken(500)]);
        assert_eq!(faults.of("POST", "/channels/1/messages"), []);
    }
}
