//! `/quiz set`: quizzes with a name, the bank's and the guild's own.

use std::collections::HashMap;

use crate::app::choose;
use crate::bank::filter;
use crate::bank::problem::nearest_word;
use crate::bot::Bot;
use crate::handlers::quiz::options;
use crate::handlers::quiz::private::begin_quiz;
use crate::handlers::stop::Handled;
use crate::ids::{GuildId, QuestionId, UserId};
use crate::interaction::{Caller, QuizOptions, QuizSet};
use crate::reply::{Message, limits};
use crate::rules::question::Kind;
use crate::rules::quiz::Source;
use crate::rules::sets::{self, Candidate, MOST_QUESTIONS, Part, count_questions, fill_parts};
use crate::store;
use crate::store::asked::Wish;
use crate::store::rounds::QuestionToAsk;
use crate::view;
use crate::view::sets::{About, Described};

/// How many sets a guild may have: a list of them still fits into a message.
const MOST_SETS: usize = 25;

/// The subcommands.
pub async fn handle_set(bot: &Bot, caller: &Caller, command: &QuizSet) -> Handled<Message> {
    match command {
        QuizSet::Play { name } => play_set(bot, caller, name).await,
        QuizSet::List {} => list_sets(bot, caller.guild).await,
        QuizSet::Save {
            name,
            options,
            existing,
        } => save_set(bot, caller, name, options, existing.as_deref()).await,
        QuizSet::Remove { name } => remove_set(bot, caller, name).await,
    }
}

/// The questions of a set, chosen for a quiz.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The set's name.
    pub name: String,
    /// How many questions it asks for.
    pub wanted: usize,
    /// Seconds a question is open when it is played against the clock, where the set says so.
    pub seconds: Option<u16>,
    /// As many as there are.
    pub questions: Vec<QuestionToAsk>,
}

/// Chooses the questions of the set that is meant: the guild's own, or the bank's. `user` is who takes the quiz where
/// it is private.
///
/// Open questions are left out.
pub async fn choose_from_set(
    bot: &Bot,
    caller: &Caller,
    name: &str,
    user: Option<UserId>,
) -> Handled<Chosen> {
    let own = store::sets::find_set(&bot.db, caller.guild, name.trim()).await?;
    let (name, parts, seconds) = match (own, bot.bank.set(name)) {
        (Some(own), _) => (own.name, own.parts.0, None),
        (None, Some(set)) => (set.name.clone(), set.parts.clone(), set.seconds),
        (None, None) => return Err(no_such(bot, caller.guild, name).await?.into()),
    };
    let parts = closed_parts(&parts);
    let seed = caller.seed();
    let ids = questions_for_parts(bot, caller.guild, &parts, seed, user).await?;
    let mut tx = bot.db.begin().await?;
    let questions = choose::current_revisions(bot, &mut tx, caller.guild, &ids).await?;
    tx.commit().await?;
    Ok(Chosen {
        name,
        wanted: count_questions(&parts),
        seconds,
        questions,
    })
}

/// Up to 25 sets with what is typed in their names, the guild's own first.
pub async fn complete_set(bot: &Bot, guild: GuildId, typed: &str) -> anyhow::Result<Vec<(String, String)>> {
    let typed = typed.trim().to_lowercase();
    let own = store::sets::of_guild(&bot.db, guild).await?.into_iter();
    let own = own.map(|set| describe_set(bot, &set.name, &set.parts.0));
    let builtin = bot
        .bank
        .sets()
        .iter()
        .map(|set| describe_set(bot, &set.name, &set.parts));
    Ok(own
        .chain(builtin)
        .filter(|set| set.name.to_lowercase().contains(&typed))
        .take(limits::CHOICES)
        .map(|set| (view::sets::one_line(&set), set.name))
        .collect())
}

async fn play_set(bot: &Bot, caller: &Caller, name: &str) -> Handled<Message> {
    let chosen = choose_from_set(bot, caller, name, Some(caller.member.user)).await?;
    begin_quiz(
        bot,
        caller,
        Source::Solo,
        &chosen.name,
        chosen.wanted,
        &chosen.questions,
    )
    .await
}

async fn list_sets(bot: &Bot, guild: GuildId) -> Handled<Message> {
    let own = store::sets::of_guild(&bot.db, guild).await?;
    let own: Vec<Described> = own
        .iter()
        .map(|set| describe_set(bot, &set.name, &set.parts.0))
        .collect();
    let of_bank = |set: &sets::Set| Described {
        description: Some(set.description.clone()),
        ..describe_set(bot, &set.name, &set.parts)
    };
    let builtin: Vec<Described> = bot.bank.sets().iter().map(of_bank).collect();
    Ok(view::sets::set_list(&own, &builtin))
}

async fn save_set(
    bot: &Bot,
    caller: &Caller,
    name: &str,
    typed: &QuizOptions,
    existing: Option<&str>,
) -> Handled<Message> {
    caller.require_manager()?;
    let (name, part) =
        new_part(bot, name, typed).map_err(|mistakes| view::sets::option_mistakes(&mistakes))?;
    if let Some(set) = bot.bank.set(&name) {
        return Ok(view::sets::name_taken(&set.name));
    }
    let (guild, now) = (caller.guild, bot.now());
    let mut tx = bot.db.begin().await?;
    store::guilds::ensure_guild(&mut *tx, guild, "UTC", now).await?;
    store::sets::lock_sets(&mut *tx, guild).await?;
    if !store::commands::is_first(&mut tx, caller.id, now).await? {
        return Ok(view::sets::done_already());
    }
    let before = store::sets::find_set(&mut *tx, guild, &name).await?;
    let parts = match (&before, existing) {
        (Some(set), Some("add")) => [&set.parts.0[..], &[part]].concat(),
        (Some(_), Some("replace")) | (None, _) => vec![part],
        (Some(set), _) => {
            let there = describe_set(bot, &set.name, &set.parts.0);
            return Err(view::sets::set_exists(&there).into());
        }
    };
    if count_questions(&parts) > usize::from(MOST_QUESTIONS) {
        return Ok(view::sets::too_long(count_questions(&parts)));
    }
    if before.is_none() && store::sets::of_guild(&mut *tx, guild).await?.len() >= MOST_SETS {
        return Ok(view::sets::too_many(MOST_SETS));
    }
    store::sets::save_set(&mut *tx, guild, &name, &parts, caller.member.user, now).await?;
    tx.commit().await?;
    let set = describe_set(bot, &name, &parts);
    let found = questions_for_parts(bot, guild, &closed_parts(&parts), 0, None)
        .await?
        .len();
    Ok(match before {
        Some(before) => {
            view::sets::set_changed(&set, found, &describe_set(bot, &before.name, &before.parts.0))
        }
        None => view::sets::set_saved(&set, found),
    })
}

async fn remove_set(bot: &Bot, caller: &Caller, name: &str) -> Handled<Message> {
    caller.require_manager()?;
    let mut tx = bot.db.begin().await?;
    store::sets::lock_sets(&mut *tx, caller.guild).await?;
    let removed = store::sets::remove_set(&mut *tx, caller.guild, name.trim()).await?;
    tx.commit().await?;
    Ok(match (removed, bot.bank.set(name)) {
        (Some(name), _) => view::sets::set_removed(&name),
        (None, Some(set)) => view::sets::not_removed(&set.name),
        (None, None) => no_such(bot, caller.guild, name).await?,
    })
}

/// The name and the questions that were typed.
fn new_part(bot: &Bot, name: &str, typed: &QuizOptions) -> Result<(String, Part), Vec<String>> {
    let mut mistakes = Vec::new();
    let name = sets::parse_name(name).map_err(|mistake| mistakes.push(mistake.to_string()));
    let understood =
        options::read_options(bot.bank.syllabus(), typed).map_err(|wrong| mistakes.extend(wrong));
    if let Ok(options::Understood {
        kind: Some(Kind::Open),
        ..
    }) = understood
    {
        mistakes.push(
            "A set holds questions with options to choose from. Leave the kind out, or choose another."
                .to_owned(),
        );
    }
    match (name, understood) {
        (Ok(name), Ok(understood)) if mistakes.is_empty() => {
            let part = Part::Some {
                count: u16::try_from(understood.count).unwrap_or(MOST_QUESTIONS),
                topics: understood.names,
                level: understood.level,
                kinds: understood.kind.into_iter().collect(),
            };
            Ok((name, part))
        }
        _ => Err(mistakes),
    }
}

/// The questions that fill these parts in the guild now.
async fn questions_for_parts(
    bot: &Bot,
    guild: GuildId,
    parts: &[Part],
    seed: u64,
    user: Option<UserId>,
) -> sqlx::Result<Vec<QuestionId>> {
    let wish = Wish {
        topics: &[],
        level: None,
        kinds: &Kind::CLOSED,
        user,
    };
    let stored = store::asked::list_candidates(&bot.db, guild, &wish).await?.free;
    let areas: HashMap<&str, &str> = bot
        .bank
        .syllabus()
        .topics()
        .map(|(name, topic)| (name, topic.area.as_str()))
        .collect();
    let candidates: Vec<Candidate<'_>> = stored
        .iter()
        .map(|row| Candidate {
            slug: &row.slug,
            topic: &row.topic,
            area: areas.get(row.topic.as_str()).copied().unwrap_or_default(),
            level: row.level,
            kind: row.kind,
            seen: row.times_asked > 0,
        })
        .collect();
    let questions = fill_parts(parts, &candidates, seed).questions;
    Ok(questions.into_iter().map(|at| stored[at].question_id).collect())
}

fn closed_parts(parts: &[Part]) -> Vec<Part> {
    parts.iter().filter_map(Part::without_open).collect()
}

fn describe_set(bot: &Bot, name: &str, parts: &[Part]) -> Described {
    let questions = count_questions(&closed_parts(parts));
    let part = |part: &Part| match part {
        Part::Some {
            topics, level, kinds, ..
        } => About {
            count: part.count(),
            topics: topics
                .iter()
                .map(|name| filter::topic_title(bot.bank.syllabus(), name))
                .collect(),
            level: *level,
            kinds: kinds.clone(),
        },
        Part::These(_) => About {
            count: part.count(),
            topics: Vec::new(),
            level: None,
            kinds: Vec::new(),
        },
    };
    let about: Vec<About> = parts.iter().map(part).collect();
    Described {
        name: name.to_owned(),
        questions,
        open: count_questions(parts) - questions,
        about: view::sets::describe_parts(&about),
        description: None,
    }
}

async fn no_such(bot: &Bot, guild: GuildId, typed: &str) -> sqlx::Result<Message> {
    let own = store::sets::of_guild(&bot.db, guild).await?;
    let names = own.iter().map(|set| set.name.as_str());
    let names = names.chain(bot.bank.sets().iter().map(|set| set.name.as_str()));
    // Names are compared without regard to upper and lower case.
    let lower: Vec<(String, &str)> = names.map(|name| (name.to_lowercase(), name)).collect();
    let near = nearest_word(
        &typed.trim().to_lowercase(),
        lower.iter().map(|(lower, _)| lower.as_str()),
    );
    let near = near.and_then(|near| lower.iter().find(|(lower, _)| lower == near));
    Ok(view::sets::no_such(typed, near.map(|(_, name)| *name)))
}
