//! What Discord's Markdown becomes, one rule at a time, and what must never come out.

use super::{Mention, render_html};

fn html(text: &str) -> String {
    render_html(text, &|mention| match mention {
        Mention::User(7) => Some("Ann".to_owned()),
        Mention::User(8) => Some("<img src=x>".to_owned()),
        Mention::Role(3) => Some("Daily".to_owned()),
        Mention::Channel(2) => Some("general".to_owned()),
        Mention::User(_) | Mention::Role(_) | Mention::Channel(_) => None,
    })
    .trim()
    .replace('\n', "↵")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(html(text), *expected, "for {text:?}");
    }
}

#[test]
fn inline_styles_are_discords() {
    check(&[
        (
            "**b** *i* _i_ ~~s~~",
            "<p><strong>b</strong> <em>i</em> <em>i</em> <del>s</del></p>",
        ),
        ("__u__ ***bi***", "<p><u>u</u> <em><strong>bi</strong></em></p>"),
        ("||secret||", "<p><span class=\"spoiler\">secret</span></p>"),
        (
            "snake_case_name `a*b*`",
            "<p>snake_case_name <code>a*b*</code></p>",
        ),
        ("\\*not italic\\*", "<p>*not italic*</p>"),
        ("one\ntwo", "<p>one<br>↵two</p>"),
        ("a || b", "<p>a || b</p>"),
    ]);
}

#[test]
fn a_mark_beside_a_blank_or_within_a_word_styles_too() {
    check(&[
        ("2 ** 3 ** 2", "<p>2 <strong> 3 </strong> 2</p>"),
        ("a__b__c", "<p>a<u>b</u>c</p>"),
        ("a ___ and ___", "<p>a <em><u> and </u></em></p>"),
        ("_____", "<p><u>_</u></p>"),
        ("call foo_bar_ now", "<p>call foo<em>bar</em> now</p>"),
        ("a || b || c", "<p>a <span class=\"spoiler\"> b </span> c</p>"),
        ("~~ s ~~", "<p><del> s </del></p>"),
        ("**one\ntwo**", "<p><strong>one<br>↵two</strong></p>"),
        ("**a `b**` c**", "<p><strong>a <code>b**</code> c</strong></p>"),
        (
            "[**b**](https://e.org)",
            "<p><a href=\"https://e.org\" target=\"_blank\" rel=\"noopener noreferrer\"><strong>b</strong></a></p>",
        ),
        ("n * n and a * b", "<p>n * n and a * b</p>"),
        ("snake_case_name, _private", "<p>snake_case_name, _private</p>"),
        ("* **a** b", "<ul>↵<li><strong>a</strong> b</li>↵</ul>"),
        (
            "\\*\\*no\\*\\* \\— \\< C:\\new \\",
            "<p>**no** — &lt; C:\\new \\</p>",
        ),
        (
            "\\# no\n\\> no\n\\- no\n1\\. no",
            "<p># no<br>↵&gt; no<br>↵- no<br>↵1. no</p>",
        ),
        ("\\<@7\\> https:\\//e.org", "<p>&lt;@7&gt; https://e.org</p>"),
        (
            "see https://e.org/a__b__c",
            "<p>see <a href=\"https://e.org/a__b__c\" target=\"_blank\" rel=\"noopener noreferrer\">\
             https://e.org/a__b__c</a></p>",
        ),
        ("<:a_b_:5>", "<p><span class=\"emoji\">:a_b_:</span></p>"),
        (
            "<id:customize>",
            "<p><span class=\"mention\">Channels &amp; Roles</span></p>",
        ),
        (
            "\u{E12A}\u{E12A}x\u{E12A}\u{E12A}",
            "<p>\u{FFFD}\u{FFFD}x\u{FFFD}\u{FFFD}</p>",
        ),
    ]);
}

#[test]
fn headings_have_three_levels_and_subtext_is_small() {
    check(&[
        ("# One", "<h1>One</h1>"),
        ("### Three", "<h3>Three</h3>"),
        ("#### four", "<p>#### four</p>"),
        ("#hash", "<p>#hash</p>"),
        ("-# small", "<p><sub>small</sub></p>"),
        ("Title\n---", "<p>Title<br>↵---</p>"),
        ("Title\n===", "<p>Title<br>↵===</p>"),
        ("***", "<p>***</p>"),
    ]);
}

#[test]
fn quotes_and_lists_end_with_their_last_line() {
    check(&[
        ("> a\nb", "<blockquote>↵<p>a</p>↵</blockquote>↵<p>b</p>"),
        (">a", "<p>&gt;a</p>"),
        (
            "x\n>>> a\nb",
            "<p>x</p>↵<blockquote>↵<p>a<br>↵b</p>↵</blockquote>",
        ),
        ("- a\n- b\nc", "<ul>↵<li>a</li>↵<li>b</li>↵</ul>↵<p>c</p>"),
        ("3. a\n4. b", "<ol start=\"3\">↵<li>a</li>↵<li>b</li>↵</ol>"),
        ("- a\n  - b", "<ul>↵<li>a↵<ul>↵<li>b</li>↵</ul>↵</li>↵</ul>"),
        ("+ a", "<p>+ a</p>"),
    ]);
}

#[test]
fn code_is_left_alone() {
    check(&[
        (
            "```\na < b & c\n```",
            "<pre class=\"fence\"><code>a &lt; b &amp; c</code></pre>",
        ),
        (
            "see ```py\nx``` there",
            "<p>see</p>↵<pre class=\"fence\"><code>x</code></pre>↵<p>there</p>",
        ),
        (
            "```one line```",
            "<pre class=\"fence\"><code>one line</code></pre>",
        ),
        (
            "```not a language\nx\n```",
            "<pre class=\"fence\"><code>not a language↵x</code></pre>",
        ),
        (
            "> ```\n> q\n> ```\nout",
            "<blockquote>↵<pre class=\"fence\"><code>q</code></pre>↵</blockquote>↵<p>out</p>",
        ),
        (
            "- item\n  ```\n  q\n  ```",
            "<ul>↵<li>item<pre class=\"fence\"><code>q</code></pre>↵</li>↵</ul>",
        ),
        ("```never closed", "<p>```never closed</p>"),
        ("    four spaces", "<p>four spaces</p>"),
        ("`&amp; <@7> ||`", "<p><code>&amp;amp; &lt;@7&gt; ||</code></p>"),
        (
            "```\n<@7> **x**\n```",
            "<pre class=\"fence\"><code>&lt;@7&gt; **x**</code></pre>",
        ),
    ]);
}

#[test]
fn a_python_session_in_a_fence_is_no_quote() {
    let session = html("```pycon\n>>> 1\n1\n```\nafter");
    assert_eq!(
        session,
        "<pre class=\"fence\"><code>&gt;&gt;&gt; <span class=\"py-number\">1</span>↵\
         <span class=\"py-number\">1</span></code></pre>↵<p>after</p>"
    );
}

#[test]
fn python_is_coloured() {
    let code = "@cache\ndef f(x):  # \"why\"\n    return f\"{x}\\\"\" + 'é' * 1e-3 + print";
    assert_eq!(
        html(&format!("```python\n{code}\n```")),
        "<pre class=\"fence\"><code><span class=\"py-name\">@cache</span>↵\
         <span class=\"py-keyword\">def</span> <span class=\"py-name\">f</span>(x):  \
         <span class=\"py-comment\"># \"why\"</span>↵    \
         <span class=\"py-keyword\">return</span> <span class=\"py-string\">f\"{x}\\\"\"</span> + \
         <span class=\"py-string\">'é'</span> * <span class=\"py-number\">1e-3</span> + \
         <span class=\"py-builtin\">print</span></code></pre>"
    );
    assert!(html("```py\ns = '''a\n'b' # no comment\n'''\n```").ends_with("'''</span></code></pre>"));
    assert!(html("```py\ns = 'open\nt = 1\n```").contains("'open</span>↵t = <span class=\"py-number\">1"));
}

#[test]
fn mentions_show_names() {
    check(&[
        ("hi <@7>", "<p>hi <span class=\"mention\">@Ann</span></p>"),
        ("<@!7>", "<p><span class=\"mention\">@Ann</span></p>"),
        (
            "**<@&3>**",
            "<p><strong><span class=\"mention\">@Daily</span></strong></p>",
        ),
        (
            "<#2>",
            "<p><span class=\"mention\" data-channel=\"2\">#general</span></p>",
        ),
        (
            "<@9>",
            "<p><span class=\"mention unknown\">@unknown-user</span></p>",
        ),
        ("@everyone!", "<p><span class=\"mention\">@everyone</span>!</p>"),
        (
            "</daily add:4>",
            "<p><span class=\"mention\" data-command=\"/daily add\">/daily add</span></p>",
        ),
        (
            "<:green_tick:55>",
            "<p><span class=\"emoji\">:green_tick:</span></p>",
        ),
        ("1 <2> 3 <@x> a@b.c", "<p>1 &lt;2&gt; 3 &lt;@x&gt; a@b.c</p>"),
    ]);
}

#[test]
fn timestamps_are_left_to_the_page() {
    check(&[
        (
            "<t:1700000000:R>",
            "<p><time datetime=\"2023-11-14T22:13:20Z\" data-style=\"R\">14 November 2023 22:13 UTC</time></p>",
        ),
        (
            "<t:0>",
            "<p><time datetime=\"1970-01-01T00:00:00Z\" data-style=\"f\">1 January 1970 00:00 UTC</time></p>",
        ),
        ("<t:soon>", "<p>&lt;t:soon&gt;</p>"),
        ("<t:1:Q>", "<p>&lt;t:1:Q&gt;</p>"),
        ("<t:99999999999999999>", "<p>&lt;t:99999999999999999&gt;</p>"),
    ]);
}

#[test]
fn only_web_addresses_become_links() {
    let link = |href: &str, text: &str| {
        format!("<p><a href=\"{href}\" target=\"_blank\" rel=\"noopener noreferrer\">{text}</a></p>")
    };
    assert_eq!(
        html("[docs](https://docs.python.org/3/)"),
        link("https://docs.python.org/3/", "docs")
    );
    assert_eq!(
        html("https://example.org/a?b=1&c=2"),
        link(
            "https://example.org/a?b=1&amp;c=2",
            "https://example.org/a?b=1&amp;c=2"
        )
    );
    assert_eq!(
        html("<https://example.org>"),
        link("https://example.org", "https://example.org")
    );
    check(&[
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](mailto:a@b.c)", "<p>x</p>"),
        ("[x](/relative)", "<p>x</p>"),
        (
            "[x]: https://example.org",
            &link("https://example.org", "https://example.org").replace("<p>", "<p>[x]: "),
        ),
    ]);
    assert!(html("![alt](https://example.org/x.png)").starts_with("<p>!<a href"));
}

#[test]
fn html_is_text() {
    check(&[
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("a <i>*x*</i>", "<p>a &lt;i&gt;<em>x</em>&lt;/i&gt;</p>"),
        (
            "&lt;b&gt; &copy; a & b",
            "<p>&amp;lt;b&amp;gt; &amp;copy; a &amp; b</p>",
        ),
        ("<!-- note -->", "<p>&lt;!-- note --&gt;</p>"),
        ("<@8>", "<p><span class=\"mention\">@&lt;img src=x&gt;</span></p>"),
    ]);
}

#[test]
fn nothing_that_runs_comes_out() {
    let attacks = [
        "<script>alert(1)</script>",
        "> <script>alert(1)</script>",
        "- <img src=x onerror=alert(1)>",
        "a\n\n<div onclick=alert(1)>\n\nb",
        "[a](https://x\" onclick=\"alert(1))",
        "[a](<https://x\"onmouseover=\"alert(1)>)",
        "[a](https://x 'title\" onclick=\"alert(1)')",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "<javascript:alert(1)>",
        "```\"><script>alert(1)</script>\nx\n```",
        "```py\n\"</code></pre><script>alert(1)</script>\"\n```",
        "```<img/src=x/onerror=alert(1)>```",
        "</x\" onclick=\"alert(1):4>",
        "<t:1:\"><img src=x onerror=alert(1)>",
        "<:x\"><script>:1>",
        "||<svg onload=alert(1)>||",
        "`<iframe src=//x>`",
        "\\<script>alert(1)\\</script>",
        "<<script>script>alert(1)<</script>/script>",
    ];
    for attack in attacks {
        let html = html(attack);
        // Every `<` in the output opens or closes an element of ours, and no element has an attribute that runs.
        for tag in html.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
            let allowed = "a blockquote br code del em h1 h2 h3 li ol p pre span strong sub time u ul";
            assert!(
                allowed.split(' ').any(|ours| ours == name),
                "<{tag}> from {attack:?}: {html}"
            );
            let values: Vec<&str> = tag.split('"').step_by(2).collect();
            assert!(
                !values.iter().any(|names| names.contains(" on")),
                "<{tag}> from {attack:?}: {html}"
            );
            assert!(
                !tag.to_lowercase().contains("href=\"javascript"),
                "<{tag}> from {attack:?}: {html}"
            );
            assert!(!tag.contains("href=\"data"), "<{tag}> from {attack:?}: {html}");
        }
    }
}
