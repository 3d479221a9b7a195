//! Cards for Anki: <https://docs.ankiweb.net/importing/text-files.html>.
//!
//! A card asks as the question does and answers with the key and all reasons. Follow-ups stay behind.

use std::fmt::Write as _;
use std::io::Write;

use pulldown_cmark::{Parser, html};

use crate::bank::markdown::with_hard_breaks;
use crate::rules::question::Question;
use crate::rules::scoring::option_letter;

/// Writes the cards with the header Anki reads.
pub fn write_anki(questions: &[Question], out: &mut dyn Write) -> csv::Result<()> {
    out.write_all(b"#separator:Comma\n#html:true\n#guid column:1\n#tags column:4\n")?;
    let mut rows = csv::Writer::from_writer(out);
    for question in questions {
        let tags: Vec<String> = question.tags.iter().map(|tag| tag.replace(' ', "-")).collect();
        rows.write_record([
            &question.slug,
            &card_front(question),
            &card_back(question),
            &tags.join(" "),
        ])?;
    }
    rows.flush()?;
    Ok(())
}

fn card_front(question: &Question) -> String {
    let mut text = format!("**{}**\n\n{}\n", question.title, question.prompt);
    for (at, option) in question.options.iter().enumerate() {
        let _ = write!(text, "\n**{}.** {}\n", option_letter(at), option.text);
    }
    html_of(&text)
}

fn card_back(question: &Question) -> String {
    let mut text = String::new();
    for (at, option) in question.options.iter().enumerate() {
        let verdict = if option.right { "right" } else { "wrong" };
        let _ = write!(
            text,
            "**{} is {verdict}.** {}\n\n",
            option_letter(at),
            option.rationale
        );
    }
    let _ = write!(text, "{}\n\n", question.explanation);
    for criterion in &question.rubric {
        let _ = writeln!(text, "- {criterion}");
    }
    let _ = write!(text, "\n{}", question.model_answer);
    html_of(&text)
}

fn html_of(markdown: &str) -> String {
    let mut html = String::new();
    html::push_html(&mut html, Parser::new(&with_hard_breaks(markdown)));
    html.trim().to_owned()
}
