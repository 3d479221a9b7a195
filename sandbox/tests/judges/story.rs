//! What members do with a bot, and what they have to see: the same for every library.
//!
//! | command | what the bot does |
//! |---|---|
//! | `/ping` | says "pong", and looks at what it said |
//! | `/echo text: …` | says every option it was given, `-` for the others |
//! | `/set quiet`, `/set level number:`, `/set deep inner` | says in private which it was |
//! | `/find word:` | completes from three words; says "found WORD" |
//! | `Quote`, `Greet` | quotes the message; greets the member |
//! | `/panel` | buttons (change the message, answer in private, later, a form, a link) and four selects, whose choice it says |
//! | `/form` | a form; says what was entered, in place of the panel if it came from there |
//! | `/layout` | a container with text, sections, separator, gallery, file, select; its button rewrites it |
//! | `/files` | two files, then an edit that keeps one and adds another |
//! | `/slow`, `/quietly` | thinks first; follow-ups, edited, fetched, deleted |
//! | `/thread`, `/tidy`, `/members`, `/hook`, `/look` | does this with threads, messages, members, webhooks, everything else |
//! | `/dm` | writes in private, with a button; repeats what is written to it there |
//!
//! What members cannot see, such as who reacted, the bots look at by themselves: a line that begins with PROBLEM is a
//! finding.

use std::collections::HashSet;

use sandbox::{Member, Sandbox, Seen};

use crate::bot::Judge;

/// A form as a library can make it: what is entered into which field, and what the bot says of it.
pub struct Form {
    pub fields: &'static [(&'static str, &'static str)],
    pub said: &'static str,
    /// What it says with a file `proof.txt` in the field "Proof", where it has that.
    pub said_with_file: Option<&'static str>,
}

/// With a field of each kind, in labels.
pub const LABELLED: Form = Form {
    fields: &[
        ("Name", "Ann"),
        ("Level", "Hard"),
        ("Friends", "@Ben|@Chloe"),
        ("Where", "#quiz"),
    ],
    said: "Ann; hard; Ben, Chloe; quiz; no file",
    said_with_file: Some("Ann; hard; Ben, Chloe; quiz; proof.txt"),
};

/// Two text inputs in rows, as forms were at first.
pub const IN_ROWS: Form = Form {
    fields: &[("Name", "Ann"), ("Level", "Hard")],
    said: "Ann; Hard",
    said_with_file: None,
};

/// Members use everything the bot has.
pub async fn live_together(judge: &mut Judge, form: &Form) {
    use_commands(judge).await;
    use_components(judge).await;
    use_forms(judge, form).await;
    show_layouts_and_files(judge).await;
    wait_and_follow_up(judge).await;
    tidy_channels(judge).await;
    write_in_private(judge).await;
    cut_the_connection(judge).await;
}

/// Sends a command and returns what it was answered.
async fn slash(judge: &mut Judge, who: &Member, text: &str) -> Seen {
    let answer = who.slash(text).await;
    judge.did(text, answer)
}

/// Messages in a channel that this member sees, as text.
fn texts(who: &Member, channel: &str) -> Vec<String> {
    let messages = who.messages(channel);
    messages.iter().map(|seen| seen.text().to_owned()).collect()
}

/// Waits until Ann or another member sees such a text.
async fn text_appears(judge: &Judge, act: &str, who: &Member, channel: &str, text: &str) {
    let appeared = |_: &Sandbox| texts(who, channel).iter().any(|one| one == text);
    let waited = judge.sandbox.wait_until(text, appeared).await;
    judge.succeeded(act, waited);
}

async fn use_commands(judge: &mut Judge) {
    let ann = judge.sandbox.member("Ann");
    assert_eq!(slash(judge, &ann, "/ping").await.text(), "pong");
    let said = slash(
        judge,
        &ann,
        "/echo text:hello you times:3 ratio:0.5 loud:true user:@Ben channel:#quiz role:@Daily",
    )
    .await;
    assert_eq!(said.text(), "hello you 3 0.5 true Ben quiz Daily -");
    let file = ann
        .slash_with("/echo text:see file:a.txt", &[("a.txt", b"A")])
        .await;
    let file = judge.did("/echo with a file", file);
    assert_eq!(file.text(), "see - - - - - - a.txt");
    for (text, answer) in [
        ("/set quiet", "quiet: nothing"),
        ("/set level number:4", "level: 4"),
        ("/set deep inner", "deep inner: nothing"),
    ] {
        let seen = slash(judge, &ann, text).await;
        assert!(seen.ephemeral, "{text}");
        assert_eq!(seen.text(), answer);
    }
    let choices = judge.did("complete", ann.complete("/find word:cl").await);
    let names: Vec<_> = choices.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["closure", "class"]);
    let found = slash(judge, &ann, "/find word:closure").await;
    assert_eq!(found.text(), "found closure");
    let quote = judge.did("Quote", ann.use_on_message(&found, "Quote").await);
    assert_eq!(quote.text(), "> found closure");
    let greeting = judge.did("Greet", ann.use_on_member("Ben", "Greet").await);
    assert_eq!(greeting.text(), "Hello Ben");
}

async fn use_components(judge: &mut Judge) {
    let (ann, ben) = (judge.sandbox.member("Ann"), judge.sandbox.member("Ben"));
    let panel = slash(judge, &ann, "/panel").await;
    let whisper = judge.did("Whisper", ben.press(&panel, "Whisper").await);
    assert!(whisper.ephemeral);
    assert_eq!(whisper.text(), "Only for Ben");
    for (select, values, answer) in [
        ("Words", &["One", "Three"][..], "Words: 1, 3"),
        ("Users", &["@Ben", "@Chloe"][..], "Users: Ben, Chloe"),
        ("Roles", &["@Daily"][..], "Roles: Daily"),
        ("Channels", &["#quiz"][..], "Channels: quiz"),
    ] {
        let chosen = ben.choose(&panel, select, values).await;
        assert_eq!(judge.did(select, chosen).text(), answer);
    }
    let later = judge.did("Later", ben.press(&panel, "Later").await);
    assert_eq!(later.id, panel.id);
    text_appears(judge, "Later", &ben, "#general", "And one more").await;
    assert!(!texts(&ann, "#general").contains(&"And one more".to_owned()));
    let changed = judge.did("Change", ann.press(&panel, "Change").await);
    assert_eq!((changed.id, changed.text()), (panel.id, "Changed\n(Never)"));
}

async fn use_forms(judge: &mut Judge, form: &Form) {
    let ann = judge.sandbox.member("Ann");
    let opened = slash(judge, &ann, "/form").await;
    assert_eq!(opened.title(), "About you");
    let filled = judge.did("the form", ann.submit(&opened, form.fields).await);
    assert_eq!(filled.text(), form.said);
    if let Some(said) = form.said_with_file {
        let opened = slash(judge, &ann, "/form").await;
        let fields = [form.fields, &[("Proof", "proof.txt")]].concat();
        let filled = ann.submit_with(&opened, &fields, &[("proof.txt", b"42")]).await;
        assert_eq!(judge.did("the form with a file", filled).text(), said);
    }
    let panel = slash(judge, &ann, "/panel").await;
    let opened = judge.did("Form", ann.press(&panel, "Form").await);
    let filled = judge.did("the form of a button", ann.submit(&opened, form.fields).await);
    assert_eq!((filled.id, filled.text()), (panel.id, form.said));
}

async fn show_layouts_and_files(judge: &mut Judge) {
    let ann = judge.sandbox.member("Ann");
    let layout = slash(judge, &ann, "/layout").await;
    for part in [
        "# Layout",
        "A section",
        "[Redo]",
        "dot.png",
        "notes.txt",
        "<Anyone",
    ] {
        assert!(layout.text().contains(part), "{part} is missing in:\n{layout}");
    }
    for (values, answer) in [(&["@Ben"][..], "Anyone: Ben"), (&["@Daily"][..], "Anyone: Daily")] {
        let chosen = ann.choose(&layout, "Anyone", values).await;
        assert_eq!(judge.did("Anyone", chosen).text(), answer);
    }
    let again = judge.did("Redo", ann.press(&layout, "Redo").await);
    assert_eq!(again.id, layout.id);
    assert!(again.text().contains("Done again"), "{again}");
    let files = slash(judge, &ann, "/files").await;
    let edited = |sandbox: &Sandbox| {
        let seen = sandbox.member("Ann").see(files.id);
        seen.is_some_and(|seen| seen.text() == "Two others\n{dot.png}\n{more.json}")
    };
    let waited = judge.sandbox.wait_until("the other file", edited).await;
    judge.succeeded("/files", waited);
}

async fn wait_and_follow_up(judge: &mut Judge) {
    let (ann, ben) = (judge.sandbox.member("Ann"), judge.sandbox.member("Ben"));
    let slow = slash(judge, &ann, "/slow").await;
    assert!(slow.text().starts_with("Done at last"), "{slow}");
    let quiet = slash(judge, &ann, "/quietly").await;
    assert!(quiet.ephemeral);
    assert_eq!(quiet.text(), "Between us");
    let done = |sandbox: &Sandbox| {
        let seen = texts(&sandbox.member("Ann"), "#general");
        let has = |text: &str| seen.iter().any(|one| one == text);
        has("For everybody, edited") && !has("Also between us") && !has("Between us")
    };
    let waited = judge.sandbox.wait_until("what follows /quietly", done).await;
    judge.succeeded("/quietly", waited);
    assert!(texts(&ben, "#general").contains(&"For everybody, edited".to_owned()));
}

async fn tidy_channels(judge: &mut Judge) {
    let ann = judge.sandbox.member("Ann").at("#daily");
    let threads = slash(judge, &ann, "/thread").await;
    assert_eq!(threads.text(), "Threads: Renamed, By itself");
    assert_eq!(texts(&ann, "Renamed"), ["In the thread", "Open again"]);
    for (text, answer) in [
        ("/tidy", "Tidied 2"),
        ("/members", "Found Ben; the owner is Ann; sought Chloe"),
        ("/hook", "Webhook Herald II came and went"),
        ("/look", "Looked at 9: true 18"),
    ] {
        assert_eq!(slash(judge, &ann, text).await.text(), answer);
    }
    let left: HashSet<_> = texts(&ann, "#daily").into_iter().collect();
    for gone in ["first", "second", "third", "Hear ye"] {
        assert!(!left.contains(gone), "{gone} is still there");
    }
}

async fn write_in_private(judge: &mut Judge) {
    let ann = judge.sandbox.member("Ann");
    assert_eq!(slash(judge, &ann, "/dm").await.text(), "Sent");
    let hello = ann.last("dm");
    assert_eq!(hello.text(), "Hello in private\n[Understood]");
    let done = judge.did("Understood", ann.press(&hello, "Understood").await);
    assert_eq!(done.text(), "Understood");
    judge.did("write in private", ann.say("dm", "Are you there?"));
    text_appears(judge, "write in private", &ann, "dm", "You wrote: Are you there?").await;
}

/// What happens meanwhile must arrive after the bot has resumed.
async fn cut_the_connection(judge: &mut Judge) {
    let ann = judge.sandbox.member("Ann");
    for kind in ["cut", "ask", "close"] {
        let before = judge.sandbox.gateway().resumes();
        match kind {
            "cut" => judge.sandbox.gateway().cut(),
            "ask" => judge.sandbox.gateway().ask_to_reconnect(),
            _ => judge.sandbox.gateway().close(4000),
        }
        judge.did(kind, ann.say("dm", kind).map(drop));
        let resumed = |sandbox: &Sandbox| sandbox.gateway().resumes() > before;
        let waited = judge.sandbox.wait_until("a resume", resumed).await;
        judge.succeeded(kind, waited);
        text_appears(judge, kind, &ann, "dm", &format!("You wrote: {kind}")).await;
    }
    let gateway = judge.sandbox.gateway();
    assert_eq!(gateway.identifies(), 1, "every connection was resumed");
    assert_eq!(gateway.resumed_at(), vec![gateway.resume_url(); 3]);
    assert_eq!(slash(judge, &ann, "/ping").await.text(), "pong");
}
