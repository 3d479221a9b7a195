//! How our plain types stand in PostgreSQL: ids as `bigint`, enums by their lower-case name, choices as `smallint`.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
use sqlx::{Decode, Encode, Type};

use crate::ids::{
    ChannelId, CompetitionId, GuildId, InteractionId, MessageId, NoticeId, OpenAnswerId, OutboxId,
    QuestionId, QuizId, RevisionId, RoleId, RoundId, ScheduleId, UserId,
};
use crate::rules::competition::{Entry, Scope, Teams};
use crate::rules::notice::NoticeKind;
use crate::rules::open_answer::Marks;
use crate::rules::outbox::{OutboxKind, Priority};
use crate::rules::question::{Kind, Kinds, Level};
use crate::rules::quiz::{Ending, Source};
use crate::rules::quiz_score::Scoring;
use crate::rules::review::{Rating, Retention};
use crate::rules::scoring::Choices;
use crate::store::rounds::State;
use crate::store::unreadable::UnreadableValue;
use crate::store::{competitions, quizzes};

/// `as <column type>`: the type as it is stored, how to get at it, and how to make one of it.
macro_rules! stored {
    ($($name:ty as $stored:ty: $to:expr, $from:expr;)*) => {$(
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <$stored as Type<Postgres>>::type_info()
            }
            fn compatible(ty: &PgTypeInfo) -> bool {
                <$stored as Type<Postgres>>::compatible(ty)
            }
        }
        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let to: fn(&$name) -> $stored = $to;
                <$stored as Encode<Postgres>>::encode_by_ref(&to(self), buffer)
            }
        }
        impl<'r> Decode<'r, Postgres> for $name {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                let from: fn($stored) -> Result<$name, BoxDynError> = $from;
                from(<$stored as Decode<Postgres>>::decode(value)?)
            }
        }
    )*};
}

macro_rules! stored_words {
    ($($name:ty: $what:literal;)*) => {
        stored! {
            $($name as String: |word| word.as_str().to_owned(),
              |text| <$name>::parse(&text).ok_or_else(|| report_unreadable($what, text));)*
        }
    };
}

macro_rules! stored_ids {
    ($($name:ident)*) => { stored! { $($name as i64: |id| id.0, |id| Ok($name(id));)* } };
}

stored_ids! {
    ChannelId CompetitionId GuildId InteractionId MessageId NoticeId OpenAnswerId OutboxId QuestionId QuizId RevisionId
    RoleId RoundId ScheduleId UserId
}

stored! {
    Choices as i16: |choices| choices.bits(),
        |bits| Choices::from_bits(bits).ok_or_else(|| report_unreadable("choices", bits));
    Marks as i16: |marks| marks.bits(),
        |bits| Marks::from_bits(bits).ok_or_else(|| report_unreadable("marks", bits));
    Priority as i16: |priority| priority.number(),
        |number| Priority::of_number(number).ok_or_else(|| report_unreadable("priority", number));
    Retention as i16: |retention| i16::from(retention.percent()),
        |percent| u8::try_from(percent).ok().and_then(Retention::from_percent)
            .ok_or_else(|| report_unreadable("retention", percent));
}

stored_words! {
    Level: "level";
    Kind: "kind";
    Kinds: "kinds";
    Source: "source";
    State: "state of a round";
    quizzes::State: "state of a quiz";
    competitions::State: "state of a competition";
    Rating: "rating";
    Scoring: "scoring";
    Ending: "ending";
    Scope: "scope";
    Entry: "entry";
    Teams: "kind of teams";
    NoticeKind: "kind of notice";
    OutboxKind: "kind of message";
}

fn report_unreadable(what: &'static str, value: impl ToString) -> BoxDynError {
    let value = value.to_string();
    UnreadableValue { what, value }.into()
}
