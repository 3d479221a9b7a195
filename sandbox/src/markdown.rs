//! Discord's Markdown as safe HTML, for the page.
//!
//! comrak parses and ammonia sanitises; what is written here is only where Discord differs from `CommonMark`: its own
//! rules for lines (`prepare`) and for styles (`styles`), mentions and timestamps (`mention`), and the colours of
//! Python (`python`). Text inside a mention is looked up by the caller. It does not know of messages or components,
//! and it does not try to reproduce every quirk of Discord's parser: nested quotes nest here, and `1)` makes a list.

mod escape;
mod mention;
mod prepare;
mod python;
mod styles;

use std::sync::LazyLock;

use ammonia::Builder;
use comrak::nodes::{AstNode, NodeCodeBlock, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};

use escape::escape_html;
pub use mention::{Mention, Names};

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.spoiler = true;
    options.extension.strikethrough = true;
    options.extension.subtext = true;
    options.extension.underline = true;
    options.parse.ignore_setext = true;
    options.render.hardbreaks = true;
    options
});

/// The last word on what reaches the page: whatever the steps before may get wrong, nothing outside this list passes.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .add_tags([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h1",
            "h2",
            "h3",
            "li",
            "ol",
            "p",
            "pre",
            "span",
            "strong",
            "sub",
            "time",
            "u",
            "ul",
        ])
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("span", ["data-channel", "data-command"])
        .add_tag_attributes("time", ["datetime", "data-style"])
        .add_allowed_classes("pre", ["fence"])
        .add_allowed_classes("span", ["spoiler", "mention", "unknown", "emoji"])
        .add_allowed_classes("span", python::CLASSES)
        .add_url_schemes(["http", "https"])
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank");
    builder
});

/// Renders `text` to HTML that is safe to put into the page as it is.
///
/// Mentions and timestamps become elements that the page's script brings to life: `span.mention` and `time`.
pub fn render_html(text: &str, names: Names<'_>) -> String {
    let source = prepare::to_commonmark(&styles::without_stand_ins(text));
    let arena = Arena::new();
    let root = parse_document(&arena, &source, &OPTIONS);
    // Collected first, because the nodes are replaced while walking.
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        styles::style_node(&arena, node);
    }
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        make_discords(&arena, node, names);
    }
    let mut html = String::new();
    if format_html(root, &OPTIONS, &mut html).is_err() {
        // Writing to a String cannot fail; were it to, plain text is the safe answer.
        return escape_html(text);
    }
    styles::restore_marks(&SANITIZER.clean(&html).to_string())
}

/// Replaces what `CommonMark` made of a node where Discord makes something else of it.
fn make_discords<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>, names: Names<'_>) {
    let value = node.data.borrow().value.clone();
    match value {
        // Discord has no HTML: a tag is the text somebody typed.
        NodeValue::HtmlInline(html) => {
            set_value(node, NodeValue::Raw(mention::render_mentions(&html, names)))
        }
        NodeValue::HtmlBlock(block) => {
            set_value(
                node,
                NodeValue::Raw(format!(
                    "<p>{}</p>",
                    mention::render_mentions(&block.literal, names)
                )),
            );
        }
        NodeValue::Text(text) if mention::may_occur(&text) => {
            set_value(node, NodeValue::Raw(mention::render_mentions(&text, names)));
        }
        NodeValue::CodeBlock(block) if block.fenced => set_value(node, NodeValue::Raw(render_fence(&block))),
        // Nor code by indentation.
        NodeValue::CodeBlock(block) => {
            set_value(node, NodeValue::Paragraph);
            node.append(arena.alloc(NodeValue::Text(block.literal.trim_end().to_owned().into()).into()));
        }
        // An address that is no web page (javascript:, mailto:) is not made a link.
        NodeValue::Link(link) if !is_web(&link.url) => {
            let children: Vec<_> = node.children().collect();
            for child in children {
                node.insert_before(child);
            }
            node.detach();
        }
        _ => {}
    }
}

fn set_value<'a>(node: &'a AstNode<'a>, value: NodeValue) {
    node.data.borrow_mut().value = value;
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn render_fence(block: &NodeCodeBlock) -> String {
    let code = block.literal.trim_end_matches('\n');
    let html = if python::is_python(&block.info) {
        python::highlight_code(code)
    } else {
        escape_html(code)
    };
    format!("<pre class=\"fence\"><code>{html}</code></pre>\n")
}

#[cfg(test)]
mod tests;
