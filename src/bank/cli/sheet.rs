//! `greenroom bank sheet`: a set on paper.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use super::args::{SheetArgs, SheetFormat};
use crate::bank::Bank;
use crate::bank::problem::nearest_word;
use crate::bank::sheet::{Sheet, html, markdown};
use crate::rules::sets::{Set, count_questions};

pub fn run_sheet_command(args: &SheetArgs) -> anyhow::Result<ExitCode> {
    let bank = super::open_bank(args.bank.as_deref())?;
    let mut out = io::stdout();
    let Some(name) = &args.set else {
        list_sets(&bank, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let set = bank.set(name).ok_or_else(|| unknown_set(&bank, name))?;
    let sheet = Sheet::new(&bank, set, args.seed).map_err(|short| {
        anyhow::anyhow!(
            "the bank has too few questions for {}: part {} asks for {} and gets {}",
            set.name,
            short[0].part + 1,
            short[0].wanted,
            short[0].got
        )
    })?;
    let terminal = args.out.as_os_str() == "-";
    let written = match args.format {
        Some(SheetFormat::Both) if terminal => {
            anyhow::bail!("one format fits on the terminal: --format md or --format html")
        }
        None if terminal => vec![("md", markdown::write_markdown(&sheet))],
        Some(SheetFormat::Md) => vec![("md", markdown::write_markdown(&sheet))],
        Some(SheetFormat::Html) => vec![("html", html::write_html(&sheet))],
        Some(SheetFormat::Both) | None => {
            vec![
                ("md", markdown::write_markdown(&sheet)),
                ("html", html::write_html(&sheet)),
            ]
        }
    };
    if terminal {
        for (_, text) in &written {
            out.write_all(text.as_bytes())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let named = |ending: &str| args.out.join(format!("{}-{}.{ending}", set.slug, args.seed));
    let files: Vec<(PathBuf, String)> = written
        .into_iter()
        .map(|(ending, text)| (named(ending), text))
        .collect();
    save_all(&files, &args.out)?;
    for (path, _) in &files {
        writeln!(out, "{}", path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes all of the files or, if one of them is there already, none.
fn save_all(files: &[(PathBuf, String)], folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))?;
    // A sheet somebody has written on is worth more than the one it was made from.
    if let Some((there, _)) = files.iter().find(|(path, _)| path.exists()) {
        anyhow::bail!(
            "{} is there already; move it away, or name another folder with --out",
            there.display()
        );
    }
    for (path, text) in files {
        let failed = || format!("write {}", path.display());
        let mut file = File::create_new(path).with_context(failed)?;
        file.write_all(text.as_bytes()).with_context(failed)?;
    }
    Ok(())
}

fn list_sets(bank: &Bank, out: &mut dyn Write) -> io::Result<()> {
    if bank.sets().is_empty() {
        return writeln!(
            out,
            "This bank has no sets; questions/README.md says how to write some."
        );
    }
    for set in bank.sets() {
        let minutes = set.minutes.map(|minutes| format!(", {minutes} minutes"));
        writeln!(
            out,
            "{:<16} {} ({} questions{})\n{:16} {}",
            set.slug,
            set.name,
            count_questions(&set.parts),
            minutes.unwrap_or_default(),
            "",
            set.description
        )?;
    }
    Ok(())
}

fn unknown_set(bank: &Bank, name: &str) -> anyhow::Error {
    let names = || {
        bank.sets()
            .iter()
            .flat_map(|Set { name, slug, .. }| [slug.as_str(), name])
    };
    let close = nearest_word(&name.to_lowercase(), names());
    let close = close.map_or_else(String::new, |close| format!("; did you mean {close}?"));
    let all: Vec<&str> = bank.sets().iter().map(|set| set.slug.as_str()).collect();
    anyhow::anyhow!("there is no set {name}{close}\nthe sets are {}", all.join(", "))
}
