//! `/quiz`: questions when somebody asks for them.

pub mod live;
mod options;
pub mod private;
pub mod set;

use anyhow::Context as _;

use crate::app::choose;
use crate::bot::Bot;
use crate::ids::{ChannelId, GuildId, InteractionId, millis_of};
use crate::interaction::{Member, Quiz, QuizOptions};
use crate::reply::{Message, Reply};
use crate::rules::quiz::Source;
use crate::store;
use crate::store::quizzes::{NewQuiz, State};
use crate::view;

/// Who asks for a quiz, where and when.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are those of an interaction")]
pub struct Asker<'a> {
    pub id: InteractionId,
    pub guild: GuildId,
    pub channel: ChannelId,
    pub member: &'a Member,
    pub app_permissions: Option<u128>,
    pub in_thread: bool,
}

impl Asker<'_> {
    /// The permissions the bot lacks to write where this was asked, by the names Discord gives them. Where Discord did not
    /// say what it has, none.
    fn lacking(&self) -> Vec<&'static str> {
        const ADMINISTRATOR: u128 = 1 << 3;
        let write = match self.in_thread {
            true => (1 << 38, "Send Messages in Threads"),
            false => (1 << 11, "Send Messages"),
        };
        let has = self.app_permissions.unwrap_or(u128::MAX);
        let lacks = |bit: u128| has & (bit | ADMINISTRATOR) == 0;
        [(1 << 10, "View Channel"), write]
            .into_iter()
            .filter(|(bit, _)| lacks(*bit))
            .map(|(_, name)| name)
            .collect()
    }

    /// What the choice of questions follows from: the moment, in milliseconds, and who asks. The rest of the id only
    /// counts what else happened at Discord.
    fn seed(&self) -> u64 {
        (millis_of(self.id.0) ^ self.member.user.0).cast_unsigned()
    }
}

/// The subcommands.
pub async fn handle_quiz(bot: &Bot, asker: Asker<'_>, command: &Quiz) -> anyhow::Result<Reply> {
    let message = match command {
        Quiz::Solo(options) => begin_solo(bot, asker, options).await?,
        Quiz::Live(options) => live::open_lobby(bot, asker, options).await?,
        Quiz::Settings { anyone_hosts } => live::change_host_rule(bot, asker, *anyone_hosts).await?,
        Quiz::Resume => private::resume_quiz(bot, asker.guild, asker.member).await?,
        Quiz::Set(command) => set::handle_set(bot, asker, command).await?,
    };
    Ok(Reply::Say(message))
}

/// `/quiz solo`: begins a private quiz with its first question.
async fn begin_solo(bot: &Bot, asker: Asker<'_>, typed: &QuizOptions) -> anyhow::Result<Message> {
    let wanted = match options::wanted_questions(bot.bank.syllabus(), typed) {
        Ok(wanted) => wanted,
        Err(mistakes) => return Ok(view::quiz::option_mistakes(&mistakes)),
    };
    let seed = asker.seed();
    let user = Some(asker.member.user);
    let mut tx = bot.db.begin().await?;
    let asked = choose::choose_for_quiz(
        bot,
        &mut tx,
        asker.guild,
        &wanted.filter,
        wanted.count,
        seed,
        user,
    )
    .await?;
    tx.commit().await?;
    begin_private_quiz(bot, asker, Source::Solo, &wanted.title, wanted.count, &asked).await
}

/// Begins a private quiz of these questions with the first of them. `wanted` is how many were asked for; where there
/// are fewer, that is said.
pub async fn begin_private_quiz(
    bot: &Bot,
    asker: Asker<'_>,
    source: Source,
    title: &str,
    wanted: usize,
    questions: &[store::rounds::QuestionToAsk],
) -> anyhow::Result<Message> {
    if questions.is_empty() {
        return Ok(view::quiz::nothing_fits());
    }
    let now = bot.now();
    let (guild, user) = (asker.guild, asker.member.user);
    let mut tx = bot.db.begin().await?;
    store::guilds::ensure_guild(&mut *tx, guild, "UTC", now).await?;
    store::quizzes::cancel_unfinished(&mut *tx, guild, user, source, now).await?;
    let new = NewQuiz {
        guild,
        channel: asker.channel,
        source,
        host: user,
        requested_by: asker.id,
        title,
        state: State::Running,
        at: now,
    };
    let Some(id) = store::quizzes::create_quiz(&mut tx, &new, questions).await? else {
        // Discord delivered this command twice; the first delivery replies.
        return Ok(view::daily::done_already());
    };
    tx.commit().await?;
    let quiz = store::quizzes::find_quiz(&bot.db, guild, id)
        .await?
        .context("the quiz was just made")?;
    let few = (questions.len() < wanted).then_some(questions.len());
    private::go_on(bot, &quiz, few).await
}
