//! `/review`: a member's own deck, how they want to be asked, and what they think of a rating.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::nudges::{next_nudge, nudge_recurrence};
use crate::app::{cards, choose};
use crate::bot::Bot;
use crate::handlers::quiz::Asker;
use crate::handlers::{explain, quiz};
use crate::ids::{GuildId, RoundId, UserId};
use crate::interaction::{Member, Review, ReviewOptions};
use crate::reply::{Message, Reply};
use crate::rules::mistake::Mistake;
use crate::rules::question::Kind;
use crate::rules::quiz::{QUESTIONS, Source};
use crate::rules::review::{Outlook, Rating, Retention, ReviewPlan};
use crate::rules::schedule::{LocalTime, Zone};
use crate::store;
use crate::store::review_settings::Settings;
use crate::view;
use crate::view::review::{Deck, FORECAST_DAYS, Reviewing};

/// The subcommands.
pub async fn handle_review(bot: &Bot, asker: Asker<'_>, command: &Review) -> anyhow::Result<Reply> {
    Ok(Reply::Say(match command {
        Review::Now => show_deck(bot, asker.guild, asker.member).await?,
        Review::Settings(options) => change_settings(bot, asker, options).await?,
    }))
}

/// What is due and what comes; and what there is to say once, such as that nudges were switched off.
async fn show_deck(bot: &Bot, guild: GuildId, member: &Member) -> anyhow::Result<Message> {
    let (user, now) = (member.user, bot.now());
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
pub async fn start_review(bot: &Bot, asker: Asker<'_>) -> anyhow::Result<Message> {
    let (guild, user) = (asker.guild, asker.member.user);
    if let Some(left) = store::quizzes::unfinished_of(&bot.db, guild, user, Source::Review).await? {
        return quiz::private::go_on(bot, &left, None).await;
    }
    let most = i64::try_from(*QUESTIONS.end()).unwrap_or(i64::MAX);
    let due = store::decks::due_cards(&bot.db, guild, user, bot.now(), most).await?;
    if due.is_empty() {
        return show_deck(bot, guild, asker.member).await;
    }
    let questions: Vec<_> = due.iter().map(|card| card.question_id).collect();
    let mut tx = bot.db.begin().await?;
    let asked = choose::current_revisions(bot, &mut tx, guild, &questions).await?;
    tx.commit().await?;
    quiz::begin_private_quiz(
        bot,
        asker,
        Source::Review,
        view::review::TITLE,
        asked.len(),
        &asked,
    )
    .await
}

/// `/review settings`: changes what is said, and shows how things stand.
async fn change_settings(bot: &Bot, asker: Asker<'_>, typed: &ReviewOptions) -> anyhow::Result<Message> {
    let (guild, user) = (asker.guild, asker.member.user);
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let (mut settings, plan) = cards::review_settings(&mut tx, guild, user).await?;
    if *typed == ReviewOptions::default() {
        return Ok(view::review::settings_message(&to_reviewing(&settings, &plan)));
    }
    let changed = match apply_changes(&to_reviewing(&settings, &plan), typed) {
        Ok(changed) => changed,
        Err(mistakes) => return Ok(view::daily::option_mistakes(&mistakes)),
    };
    settings.retention = changed.retention;
    settings.nudge_time = changed.nudge.map(Into::into);
    if typed.timezone.is_some() || changed.nudge.is_some() {
        // A nudge keeps the zone it was promised in, whatever becomes of the guild's.
        settings.time_zone = Some(changed.zone.name().to_owned());
    }
    settings.channel_id = Some(asker.channel);
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

/// How an answered question was rated, and what each rating would come to. `None` where there is nothing to judge: the
/// card was reviewed again since, or the answer was no review.
pub async fn find_rating(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
) -> anyhow::Result<Option<(Outlook, Rating)>> {
    let mut tx = bot.db.begin().await?;
    let Some(review) = store::cards::lock_review(&mut tx, guild, user, round).await? else {
        return Ok(None);
    };
    let (_, plan) = cards::review_settings(&mut tx, guild, user).await?;
    let outlook = plan.outlook(review.before, review.reviewed_at);
    Ok(Some((outlook, review.rating)))
}

/// A member judges their own answer. Judging twice leaves the later judgement; once the card has been reviewed again, it
/// is too late and nothing changes.
pub async fn rate_card(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    round: RoundId,
    rating: Rating,
) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    if let Some(review) = store::cards::lock_review(&mut tx, guild, user, round).await? {
        let (_, plan) = cards::review_settings(&mut tx, guild, user).await?;
        let after = plan.outlook(review.before, review.reviewed_at).after(rating);
        store::cards::rate_card(&mut tx, guild, user, round, &review, (rating, after)).await?;
    }
    Ok(tx.commit().await?)
}

/// The button Remind me of a revealed question.
pub async fn remind_of_question(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    round: RoundId,
) -> anyhow::Result<Message> {
    let asked = match explain::find_revealed(bot, guild, member.user, round).await? {
        Ok(asked) if asked.kind == Kind::Open => return Ok(view::review::not_for_open()),
        Ok(asked) => asked,
        Err(refusal) => return Ok(refusal),
    };
    let mut tx = bot.db.begin().await?;
    let Some(question) = store::rounds::find_round(&mut *tx, guild, round)
        .await?
        .and_then(|round| round.question_id)
    else {
        return Ok(view::answer::unknown_round());
    };
    let own = store::answers::of_member(&mut *tx, round, member.user).await?;
    let right = own.map(|own| own == crate::rules::scoring::Choices::key_of(&asked.options));
    let new = cards::add_card(&mut tx, guild, member.user, question, right, bot.now()).await?;
    let comes_back = next_review(&mut tx, guild, member.user, question, bot.now()).await?;
    tx.commit().await?;
    Ok(view::review::card_added(new, comes_back))
}

/// The button Remind me of these: everything a private quiz asked, which the caller knows to be the member's.
pub async fn remind_all(
    bot: &Bot,
    guild: GuildId,
    user: UserId,
    turns: &[store::quizzes::QuizQuestion],
) -> anyhow::Result<usize> {
    let mut tx = bot.db.begin().await?;
    let mut new = 0;
    for turn in turns.iter().filter(|turn| turn.correct.is_some()) {
        let now = bot.now();
        new += usize::from(cards::add_card(&mut tx, guild, user, turn.question_id, turn.correct, now).await?);
    }
    tx.commit().await?;
    Ok(new)
}

/// The day on which a card comes back, and whether that is tomorrow or before.
async fn next_review(
    db: &mut PgConnection,
    guild: GuildId,
    user: UserId,
    question: crate::ids::QuestionId,
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
