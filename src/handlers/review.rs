//! `/review`: a member's own deck, how they want to be asked, and what they think of a rating.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::nudges::{next_nudge, nudge_recurrence};
use crate::app::{cards, choose};
use crate::bot::Bot;
use crate::handlers::quiz;
use crate::handlers::rounds::find_revealed;
use crate::handlers::stop::Handled;
use crate::ids::{GuildId, QuestionId, RoundId, UserId};
use crate::interaction::{Caller, Review, ReviewOptions};
use crate::reply::Message;
use crate::rules::mistake::Mistake;
use crate::rules::question::Kind;
use crate::rules::quiz::{QUESTIONS, Source};
use crate::rules::review::{Retention, ReviewPlan};
use crate::rules::schedule::{LocalTime, Zone};
use crate::rules::scoring::Choices;
use crate::store;
use crate::store::review_settings::Settings;
use crate::view;
use crate::view::review::{Deck, FORECAST_DAYS, Reviewing};

/// The subcommands.
pub async fn handle_review(bot: &Bot, caller: &Caller, command: &Review) -> Handled<Message> {
    match command {
        Review::Now {} => show_deck(bot, caller).await,
        Review::Settings(options) => change_settings(bot, caller, options).await,
    }
}

/// What is due and what comes; and what there is to say once, such as that nudges were switched off.
async fn show_deck(bot: &Bot, caller: &Caller) -> Handled<Message> {
    let (guild, user, now) = (caller.guild, caller.member.user, bot.now());
    let mut tx = bot.db.begin().await?;
    let retired = store::decks::drop_retired(&mut *tx, guild, user).await?;
    let off = store::review_settings::take_off_reason(&mut *tx, guild, user).await?;
    let (settings, plan) = cards::review_settings(&mut tx, guild, user).await?;
    let until = plan.midnight_in(FORECAST_DAYS + 1, now);
    let stored = store::decks::read_deck(&mut *tx, guild, user, now, until).await?;
    tx.commit().await?;
    Ok(view::review::deck_message(&Deck {
        today: plan.zone.local_date_of(now),
        cards: stored.cards,
        due: stored.due,
        held_back: stored.held_back,
        coming: stored
            .coming
            .iter()
            .map(|at| plan.zone.local_date_of(*at))
            .collect(),
        next: stored.next.map(|at| plan.zone.local_date_of(at)),
        retired,
        nudges_off: off,
        reviewing: to_reviewing(&settings, &plan),
    }))
}

fn to_reviewing(settings: &Settings, plan: &ReviewPlan) -> Reviewing {
    Reviewing {
        retention: settings.retention,
        zone: plan.zone.clone(),
        nudge: settings.nudge_time.map(LocalTime::from),
    }
}

/// The button Start: goes on with the review that was left, or begins one with what is due.
pub async fn start_review(bot: &Bot, caller: &Caller) -> Handled<Message> {
    let (guild, user) = (caller.guild, caller.member.user);
    if let Some(left) = store::quizzes::unfinished_of(&bot.db, guild, user, Source::Review).await? {
        return quiz::private::go_on(bot, &left, None).await;
    }
    let most = i64::try_from(*QUESTIONS.end()).unwrap_or(i64::MAX);
    let due = store::decks::due_cards(&bot.db, guild, user, bot.now(), most).await?;
    if due.is_empty() {
        return show_deck(bot, caller).await;
    }
    let mut tx = bot.db.begin().await?;
    let asked = choose::current_revisions(bot, &mut tx, guild, &due).await?;
    tx.commit().await?;
    quiz::private::begin_quiz(
        bot,
        caller,
        Source::Review,
        view::review::TITLE,
        asked.len(),
        &asked,
    )
    .await
}

/// `/review settings`: changes what is said, and shows how things stand.
async fn change_settings(bot: &Bot, caller: &Caller, typed: &ReviewOptions) -> Handled<Message> {
    let (guild, user) = (caller.guild, caller.member.user);
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let (mut settings, plan) = cards::review_settings(&mut tx, guild, user).await?;
    if *typed == ReviewOptions::default() {
        return Ok(view::review::settings_message(&to_reviewing(&settings, &plan)));
    }
    let changed = apply_changes(&to_reviewing(&settings, &plan), typed)
        .map_err(|mistakes| view::daily::option_mistakes(&mistakes))?;
    settings.retention = changed.retention;
    settings.nudge_time = changed.nudge.map(Into::into);
    if typed.timezone.is_some() || changed.nudge.is_some() {
        // A nudge keeps the zone it was promised in, whatever becomes of the guild's.
        settings.time_zone = Some(changed.zone.name().to_owned());
    }
    settings.channel_id = Some(caller.channel);
    let latest = store::nudges::latest_day(&mut *tx, guild, user).await?;
    let next = nudge_recurrence(&settings)?.and_then(|rule| next_nudge(&rule, latest, now));
    (settings.nudge_next_at, settings.nudge_next_date) = next.unzip();
    store::guilds::ensure_guild(&mut *tx, guild, "UTC", now).await?;
    store::review_settings::upsert_settings(&mut *tx, &settings).await?;
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::review::settings_saved(&changed))
}

/// Reads what was typed over what there is.
fn apply_changes(now: &Reviewing, typed: &ReviewOptions) -> Result<Reviewing, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut note = |mistake: Mistake| mistakes.push(mistake.to_string());
    let mut changed = now.clone();
    if let Some(text) = &typed.retention {
        match text.parse::<Retention>() {
            Ok(retention) => changed.retention = retention,
            Err(mistake) => note(mistake),
        }
    }
    if let Some(text) = &typed.timezone {
        match text.parse::<Zone>() {
            Ok(zone) => changed.zone = zone,
            Err(mistake) => note(mistake),
        }
    }
    match typed.nudge.as_deref().map(str::trim) {
        None => {}
        Some(text) if ["off", "no", "none", "never"].contains(&text.to_lowercase().as_str()) => {
            changed.nudge = None;
        }
        Some(text) => match text.parse::<LocalTime>() {
            Ok(time) => changed.nudge = Some(time),
            Err(mistake) => note(mistake),
        },
    }
    match mistakes.is_empty() {
        true => Ok(changed),
        false => Err(mistakes),
    }
}

/// The button Remind me of a revealed question.
pub async fn remind_of_question(bot: &Bot, caller: &Caller, round: RoundId) -> Handled<Message> {
    let (found, asked) = find_revealed(bot, caller, round).await?;
    if asked.kind == Kind::Open {
        return Err(view::review::not_for_open().into());
    }
    let question = found.question_id.ok_or_else(view::answer::unknown_round)?;
    let (guild, user) = (caller.guild, caller.member.user);
    let mut tx = bot.db.begin().await?;
    let own = store::answers::of_member(&mut *tx, round, user).await?;
    let right = own.map(|own| own == Choices::key_of(&asked.options));
    let new = cards::add_card(&mut tx, guild, user, question, right, bot.now()).await?;
    let comes_back = next_review(&mut tx, guild, user, question, bot.now()).await?;
    tx.commit().await?;
    Ok(view::review::card_added(new, comes_back))
}

/// The day on which a card comes back, and whether that is tomorrow or before.
async fn next_review(
    db: &mut PgConnection,
    guild: GuildId,
    user: UserId,
    question: QuestionId,
    now: DateTime<Utc>,
) -> anyhow::Result<view::review::When> {
    let due = store::decks::due_at(&mut *db, guild, user, question)
        .await?
        .unwrap_or(now);
    let (_, plan) = cards::review_settings(db, guild, user).await?;
    let (today, day) = (plan.zone.local_date_of(now), plan.zone.local_date_of(due));
    Ok(match day - today {
        days if days <= TimeDelta::zero() => view::review::When::Now,
        days if days == TimeDelta::days(1) => view::review::When::Tomorrow,
        _ => view::review::When::On(day),
    })
}
