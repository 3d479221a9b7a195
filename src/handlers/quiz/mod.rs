//! `/quiz`: questions when somebody asks for them.

pub mod live;
mod options;
pub mod private;
pub mod set;

use crate::app::choose;
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::interaction::{Caller, Quiz, QuizOptions};
use crate::reply::Message;
use crate::rules::quiz::Source;
use crate::view;

/// The subcommands.
pub async fn handle_quiz(bot: &Bot, caller: &Caller, command: &Quiz) -> Handled<Message> {
    match command {
        Quiz::Solo(options) => begin_solo(bot, caller, options).await,
        Quiz::Live(options) => live::open_lobby(bot, caller, options).await,
        Quiz::Settings { anyone_hosts } => live::change_host_rule(bot, caller, *anyone_hosts).await,
        Quiz::Resume {} => private::resume_quiz(bot, caller).await,
        Quiz::Set(command) => set::handle_set(bot, caller, command).await,
    }
}

/// `/quiz solo`: begins a private quiz with its first question.
async fn begin_solo(bot: &Bot, caller: &Caller, typed: &QuizOptions) -> Handled<Message> {
    let wanted = options::wanted_questions(bot.bank.syllabus(), typed)
        .map_err(|mistakes| view::quiz::option_mistakes(&mistakes))?;
    let (guild, user) = (caller.guild, Some(caller.member.user));
    let mut tx = bot.db.begin().await?;
    let questions = choose::choose_for_quiz(
        bot,
        &mut tx,
        guild,
        &wanted.filter,
        wanted.count,
        caller.seed(),
        user,
    )
    .await?;
    tx.commit().await?;
    private::begin_quiz(bot, caller, Source::Solo, &wanted.title, wanted.count, &questions).await
}
