//! The sheet as one HTML file, ready to print: no script, nothing from elsewhere, sensible in black and white.
//!
//! Its paper is whatever the printer has: widths follow the page, A4 as well as Letter.

use std::fmt::Write as _;

use html_escape::encode_text;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Anchor, Block, Criterion, Sheet};

const STYLE: &str = include_str!("sheet.css");

/// The whole sheet.
#[must_use]
pub fn write_html(sheet: &Sheet) -> String {
    let title = encode_text(&sheet.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}: interview sheet</title>\n<style>\n{STYLE}\
         @page {{ @bottom-left {{ content: \"{}\" }} }}\n</style>\n</head>\n<body>\n",
        in_style(&sheet.footer)
    );
    write_section("head", &sheet.head, &mut out);
    for question in &sheet.questions {
        write_section("question", question, &mut out);
    }
    write_section("end", &sheet.end, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn write_section(class: &str, blocks: &[Block], out: &mut String) {
    let _ = writeln!(out, "<section class=\"{class}\">");
    for block in blocks {
        write_block(block, out);
    }
    out.push_str("</section>\n");
}

fn write_block(block: &Block, out: &mut String) {
    let _ = match block {
        Block::Heading(level, text) => writeln!(out, "<h{level}>{}</h{level}>", line_to_html(text)),
        Block::Facts(text) => writeln!(out, "<p class=\"facts\">{}</p>", encode_text(text)),
        Block::Text(text) => writeln!(out, "<div class=\"text\">{}</div>", markdown_to_html(text)),
        Block::Aside(text) => writeln!(out, "<div class=\"aside\">{}</div>", markdown_to_html(text)),
        Block::Items(title, items) => {
            let class = if title.is_some() { "items" } else { "options" };
            writeln!(out, "<div class=\"{class}\">{}</div>", html_list(*title, items))
        }
        Block::Columns(columns) => {
            let column = |(title, items): &(&str, Vec<String>)| {
                format!("<div>{}</div>", html_list(Some(title), items))
            };
            let columns: String = columns.iter().map(column).collect();
            writeln!(out, "<div class=\"columns\">{columns}</div>")
        }
        Block::Steps(steps) => {
            let steps: String = steps
                .iter()
                .map(|step| format!("<li>{}</li>\n", encode_text(step)))
                .collect();
            writeln!(out, "<ol class=\"steps\">\n{steps}</ol>")
        }
        Block::Fields(names) => {
            let fields: String = names.iter().map(|name| format!("<span>{name}</span>")).collect();
            writeln!(out, "<div class=\"fields\">{fields}</div>")
        }
        Block::Scale(criteria) => writeln!(out, "{}", scale_table(criteria)),
        Block::Rubric(anchors, criteria) => writeln!(out, "{}", rubric_table(anchors, criteria)),
        Block::Notes(title, lines) => {
            let lines = "<div></div>".repeat(usize::from(*lines));
            writeln!(out, "<div class=\"notes\"><p>{title}</p>{lines}</div>")
        }
        Block::Summary(titles) => writeln!(out, "{}", summary_table(titles)),
        Block::Group(blocks) => {
            out.push_str("<div class=\"group\">\n");
            blocks.iter().for_each(|block| write_block(block, out));
            writeln!(out, "</div>")
        }
        Block::Choice(names) => {
            let boxes: String = names
                .iter()
                .map(|name| format!("<span>{BOX} {name}</span>"))
                .collect();
            writeln!(out, "<div class=\"choice\">{boxes}</div>")
        }
    };
}

const BOX: &str = "<i class=\"box\"></i>";
/// One column per step.
const STEPS: &str = "<th></th><th>1</th><th>2</th><th>3</th><th>4</th>";

fn scale_table(criteria: &[Criterion]) -> String {
    let anchor = |Anchor { says, example }: &Anchor| {
        let example = example
            .iter()
            .map(|example| format!("<em>{}</em>", line_to_html(example)));
        format!("<td>{BOX} {says}{}</td>", example.collect::<String>())
    };
    let row = |Criterion { name, anchors }: &Criterion| {
        let anchors: String = anchors.iter().map(anchor).collect();
        format!("<tr><th>{name}</th>{anchors}</tr>\n")
    };
    let rows: String = criteria.iter().map(row).collect();
    format!("<table class=\"scale\">\n<thead><tr>{STEPS}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>")
}

fn rubric_table(anchors: &[&str; 4], criteria: &[String]) -> String {
    let anchors: String = anchors.iter().map(|says| format!("<td>{says}</td>")).collect();
    let boxes = format!("<td class=\"tick\">{BOX}</td>").repeat(4);
    let row = |criterion: &String| format!("<tr><td>{}</td>{boxes}</tr>\n", line_to_html(criterion));
    let rows: String = criteria.iter().map(row).collect();
    format!(
        "<table class=\"scale rubric\">\n<thead><tr>{STEPS}</tr>\n<tr><td></td>{anchors}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>"
    )
}

fn summary_table(titles: &[String]) -> String {
    let row = |(title, number): (&String, u8)| {
        format!(
            "<tr><td>{number}. {}</td><td></td><td></td></tr>\n",
            line_to_html(title)
        )
    };
    let rows: String = titles.iter().zip(1..).map(row).collect();
    format!(
        "<table class=\"summary\">\n<thead><tr><th>Question</th><th>Score</th><th>Because</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>"
    )
}

fn html_list(title: Option<&str>, items: &[String]) -> String {
    let title = title.map_or_else(String::new, |title| format!("<h4>{title}</h4>\n"));
    let items: String = items
        .iter()
        .map(|text| format!("<li>{}</li>\n", markdown_to_html(text)))
        .collect();
    format!("{title}<ul>\n{items}</ul>\n")
}

/// Markdown as HTML. What looks like HTML in it is text, as on Discord, and links are told, not followed: paper has
/// none.
fn markdown_to_html(text: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, markdown_events(text));
    html.trim_end().to_owned()
}

/// The same for one line: only what can stand inside of a line is marked up. So a title may begin with a number and a
/// dot.
fn line_to_html(text: &str) -> String {
    // What stands in a heading is a line, whatever it looks like.
    let heading = format!("# {} #", text.replace('\n', " "));
    let is_heading = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(Tag::Heading { .. }) | Event::End(TagEnd::Heading(_))
        )
    };
    let mut html = String::new();
    pulldown_cmark::html::push_html(
        &mut html,
        markdown_events(&heading).filter(|event| !is_heading(event)),
    );
    html.trim_end().to_owned()
}

fn markdown_events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::SoftBreak => Some(Event::HardBreak),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        // The address of an image is not worth printing, its description is.
        Event::Start(Tag::Image { .. } | Tag::Link { .. }) | Event::End(TagEnd::Image | TagEnd::Link) => None,
        event => Some(event),
    })
}

/// Text between quotes of a style sheet, with everything escaped that could end it. The space behind an escape belongs
/// to it.
fn in_style(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' | '0'..='9' | 'a'..='z' | 'A'..='Z' => out.push(c),
            other => {
                let _ = write!(out, "\\{:x} ", u32::from(other));
            }
        }
    }
    out
}
