//! Headless Chromium, as a person uses it: looks for text, clicks, types. Every look waits, bounded, until it is true,
//! because a browser draws when it likes.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(40);

pub const ENTER: &str = "\u{e007}";
pub const TAB: &str = "\u{e004}";
pub const ESCAPE: &str = "\u{e00c}";
const BACKSPACE: &str = "\u{e003}";

/// Width, height and whether it is a phone.
pub type Size = (u32, u32, bool);
pub const DESKTOP: Size = (1280, 800, false);
pub const PHONE: Size = (390, 844, true);

/// A browser with one window.
pub struct Browser {
    client: Client,
    _driver: Driver,
    _profile: TempDir,
}

/// chromedriver and the browsers it started, in a process group of their own, so that a failed test leaves none behind.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

impl Browser {
    /// Starts Chromium; `None`, with a message, where it is not installed.
    pub async fn start((width, height, phone): Size) -> Option<Self> {
        let Some(chromium) = installed(&["chromium", "chromium-browser", "google-chrome"]) else {
            eprintln!("SKIPPED: no Chromium is installed (Debian: apt-get install chromium chromium-driver)");
            return None;
        };
        let chromedriver = installed(&["chromedriver"])
            .expect("Chromium is installed, but not chromedriver (Debian: apt-get install chromium-driver)");
        let mut driver = Command::new(chromedriver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map(Driver)
            .expect("chromedriver starts");
        let port = port_of(&mut driver.0);
        let profile = tempfile::tempdir().expect("a temporary folder");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=en-GB",
            &format!("--window-size={width},{height}"),
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let metrics = json!({ "width": width, "height": height, "pixelRatio": if phone { 2 } else { 1 },
                              "touch": phone, "mobile": phone });
        let capabilities = json!({ "goog:chromeOptions": {
            "binary": chromium, "args": arguments, "mobileEmulation": { "deviceMetrics": metrics },
        } });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        Some(Self {
            client,
            _driver: driver,
            _profile: profile,
        })
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    pub async fn end(self) {
        let _ = self.client.close().await;
    }

    pub async fn script(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .expect("the script runs")
    }

    /// Waits until an element that fits the selector shows the text.
    pub async fn see(&self, selector: &str, text: &str) {
        self.wait(&format!("{text:?} in {selector}"), FIND, &[selector, text], true)
            .await;
    }

    /// Waits until no element that fits the selector shows the text.
    pub async fn see_no(&self, selector: &str, text: &str) {
        self.wait(
            &format!("no {text:?} in {selector}"),
            FIND,
            &[selector, text],
            false,
        )
        .await;
    }

    /// Waits until there is no such element.
    pub async fn see_none(&self, selector: &str) {
        self.see_no(selector, "").await;
    }

    /// Waits until a script returns `true`.
    pub async fn until_true(&self, what: &str, script: &str) {
        self.wait(what, script, &[], true).await;
    }

    /// Waits until the message box holds exactly this, but for spaces at the end.
    pub async fn value(&self, expected: &str) {
        let script = "return document.getElementById('input').value.trimEnd() === arguments[0]";
        self.wait(
            &format!("{expected:?} in the message box"),
            script,
            &[expected],
            true,
        )
        .await;
    }

    /// Clicks the first such element.
    pub async fn click(&self, selector: &str) {
        self.see(selector, "").await;
        self.hit(Locator::Css(selector)).await;
    }

    /// Clicks the button with this label.
    pub async fn press(&self, label: &str) {
        self.see(".button", label).await;
        let button = format!("//*[contains(@class,'button') and normalize-space()='{label}']");
        self.hit(Locator::XPath(&button)).await;
    }

    /// Clicks, again if what was found slides, or was drawn anew meanwhile.
    async fn hit(&self, target: Locator<'_>) {
        let end = Instant::now() + PATIENCE;
        loop {
            let clicked = match self.client.find(target).await {
                Ok(element) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(()) => return,
                Err(error) if Instant::now() > end => panic!("{target:?} cannot be clicked: {error}"),
                Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Types into whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let focused = self
            .client
            .active_element()
            .await
            .expect("something has the focus");
        focused.send_keys(keys).await.expect("it takes keys");
    }

    /// Gives a file to an input for files.
    pub async fn choose_file(&self, selector: &str, file: &Path) {
        self.see(selector, "").await;
        let input = self
            .client
            .find(Locator::Css(selector))
            .await
            .expect("it was there");
        input
            .send_keys(&file.display().to_string())
            .await
            .expect("it takes a file");
    }

    pub async fn erase(&self, characters: usize) {
        self.keys(&BACKSPACE.repeat(characters)).await;
    }

    /// Switches the acting member.
    pub async fn act_as(&self, name: &str) {
        self.click("#me").await;
        let item = format!("//*[@id='members-menu']/li[contains(., '{name}')]");
        self.hit(Locator::XPath(&item)).await;
        self.see("#me b", name).await;
    }

    /// Keeps a picture where somebody asked for pictures.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SANDBOX_PICTURES") else {
            return;
        };
        // What slides or fades in should have arrived.
        let still = "return document.getAnimations().every((one) => one.playState !== 'running')";
        self.until_true("the page to be still", still).await;
        let png = self.client.screenshot().await.expect("a picture");
        std::fs::create_dir_all(&folder).expect("the folder for pictures");
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).expect("the picture is kept");
    }

    async fn wait(&self, what: &str, script: &str, arguments: &[&str], expected: bool) {
        let end = Instant::now() + PATIENCE;
        let arguments: Vec<Value> = arguments.iter().map(|one| json!(one)).collect();
        loop {
            let found = self.client.execute(script, arguments.clone()).await;
            if found.is_ok_and(|found| found == json!(expected)) {
                return;
            }
            if Instant::now() > end {
                let shown = self.script("return document.body.innerText").await;
                panic!(
                    "waited in vain for {what}; the page shows:\n{}",
                    shown.as_str().unwrap_or_default()
                );
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// Whether an element that fits the first argument is shown and contains the second.
const FIND: &str = "return [...document.querySelectorAll(arguments[0])].some((one) => \
                    one.checkVisibility() && one.innerText.replace(/\\s+/g, ' ').includes(arguments[1]))";

fn installed(names: &[&str]) -> Option<std::path::PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let places =
        std::env::split_paths(&folders).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}

/// The port chromedriver says it took.
fn port_of(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().expect("its output is ours")).lines();
    let said = lines.map_while(Result::ok).find_map(|line| {
        let port = line.split_once("started successfully on port ")?.1;
        port.trim_end_matches('.').parse().ok()
    });
    said.expect("chromedriver says on which port it listens")
}
