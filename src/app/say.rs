//! Puts into the outbox what the bot is to say by itself: where, how urgent, and for how long it is worth it.
//!
//! Always in the transaction that gives rise to it: a question is planned and will be posted, or neither.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, MessageId, OpenAnswerId, QuizId, RoundId};
use crate::rules::notice::NoticeKind;
use crate::rules::outbox::{LATEST_NUDGE, OutboxKind, Priority, latest_question, latest_reveal};
use crate::rules::quiz::{AWAY, Source};
use crate::store;
use crate::store::live::Live;
use crate::store::notices::Subject;
use crate::store::outbox::{Addressee, Saying, say_anew, say_once};
use crate::store::review_settings::Settings;
use crate::store::rounds::Round;

/// A question that was just planned.
pub async fn say_question(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    round: RoundId,
    source: Source,
    channel: ChannelId,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let priority = match source {
        Source::Live => Priority::Live,
        Source::Daily | Source::Solo | Source::Review => Priority::Question,
    };
    let saying = Saying {
        guild,
        kind: OutboxKind::Question,
        subject: round.0,
        part: 0,
        to: Addressee::Channel(channel),
        priority,
        due_at,
        expires_at: due_at.checked_add_signed(latest_question(source)),
        message: None,
    };
    say_once(db, &saying).await
}

/// What the message of a question for everybody shows has changed for good: it is judged, or its quiz has ended.
pub async fn say_reveal(db: impl PgExecutor<'_>, round: &Round, now: DateTime<Utc>) -> sqlx::Result<()> {
    let priority = match round.source {
        Source::Live => Priority::Live,
        Source::Daily => Priority::Reveal,
        // Shown to its member by the reply to the answer.
        Source::Solo | Source::Review => return Ok(()),
    };
    let saying = Saying {
        guild: round.guild_id,
        kind: OutboxKind::Question,
        subject: round.round_id.0,
        part: 0,
        to: Addressee::Channel(round.channel_id),
        priority,
        due_at: now,
        expires_at: now.checked_add_signed(latest_reveal(round.source)),
        message: round.message_id,
    };
    say_anew(db, &saying).await
}

/// A part of what follows a reveal.
pub async fn say_discussion(
    db: impl PgExecutor<'_>,
    round: &Round,
    part: i16,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let revealed_at = round.revealed_at.unwrap_or(now);
    let saying = Saying {
        guild: round.guild_id,
        kind: OutboxKind::Discussion,
        subject: round.round_id.0,
        part,
        to: Addressee::Channel(round.channel_id),
        priority: Priority::Discussion,
        due_at: now,
        expires_at: revealed_at.checked_add_signed(latest_reveal(round.source)),
        message: None,
    };
    say_once(db, &saying).await
}

/// The lobby of a live quiz that was just made.
pub async fn say_lobby(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    quiz: QuizId,
    channel: ChannelId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    say_once(db, &of_quiz(guild, quiz, channel, OutboxKind::Lobby, now)).await
}

/// What the lobby of a live quiz says has changed for good: the quiz begins or is over.
pub async fn say_lobby_anew(db: impl PgExecutor<'_>, live: &Live, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (guild, quiz, channel) = (live.guild_id, live.quiz_id, live.channel_id);
    let lobby = Saying {
        expires_at: None,
        message: live.message_id,
        ..of_quiz(guild, quiz, channel, OutboxKind::Lobby, now)
    };
    say_anew(db, &lobby).await
}

/// The podium of a live quiz.
pub async fn say_podium(db: impl PgExecutor<'_>, live: &Live, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (guild, quiz, channel) = (live.guild_id, live.quiz_id, live.channel_id);
    say_once(db, &of_quiz(guild, quiz, channel, OutboxKind::Podium, now)).await
}

fn of_quiz(guild: GuildId, quiz: QuizId, channel: ChannelId, kind: OutboxKind, now: DateTime<Utc>) -> Saying {
    Saying {
        guild,
        kind,
        subject: quiz.0,
        part: 0,
        to: Addressee::Channel(channel),
        priority: Priority::Live,
        due_at: now,
        expires_at: now.checked_add_signed(AWAY),
        message: None,
    }
}

/// Plans a notice. Does nothing where there is one of that kind: each is said once.
pub async fn plan_notice(
    db: &mut PgConnection,
    guild: GuildId,
    subject: Subject,
    kind: NoticeKind,
    channel: ChannelId,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let planned = store::notices::plan_notice(&mut *db, guild, subject, kind, channel, due_at).await?;
    let Some(notice) = planned else {
        return Ok(());
    };
    let saying = Saying {
        guild,
        kind: OutboxKind::Notice,
        subject: notice.0,
        part: 0,
        to: Addressee::Channel(channel),
        priority: Priority::Discussion,
        due_at,
        expires_at: kind.latest(due_at),
        message: None,
    };
    say_once(db, &saying).await
}

/// A nudge that was just planned.
pub async fn say_nudge(
    db: impl PgExecutor<'_>,
    member: &Settings,
    nudge: i64,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let saying = Saying {
        guild: member.guild_id,
        kind: OutboxKind::Nudge,
        subject: nudge,
        part: 0,
        to: Addressee::Member(member.user_id),
        priority: Priority::Nudge,
        due_at,
        expires_at: due_at.checked_add_signed(LATEST_NUDGE),
        message: None,
    };
    say_once(db, &saying).await
}

/// What a member wrote is shared, or no longer. The reveal of its round is shown.
pub async fn say_shared_answer(
    db: impl PgExecutor<'_>,
    round: &Round,
    (answer, message): (OpenAnswerId, Option<MessageId>),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let saying = Saying {
        guild: round.guild_id,
        kind: OutboxKind::SharedAnswer,
        subject: answer.0,
        part: 0,
        to: Addressee::Channel(round.channel_id),
        priority: Priority::Discussion,
        due_at: now,
        expires_at: None,
        message,
    };
    say_anew(db, &saying).await
}
