//! One file per thing a person can do. Handlers return what to say; saying it is the delivery's business, so the same
//! handlers serve the gateway and a signed HTTP endpoint.

mod answer;
mod author;
pub mod cards;
pub mod choose;
pub mod competition;
mod complete;
mod daily;
mod explain;
pub mod judge;
mod leaderboard;
mod notice;
mod open;
mod profile;
pub mod quiz;
pub mod review;
pub mod season;

use std::sync::Arc;

use tracing::Instrument as _;

use crate::bot::Bot;
use crate::handlers::answer::Click;
use crate::handlers::competition::Asked;
use crate::handlers::quiz::Asker;
use crate::ids::{GuildId, RevisionId};
use crate::interaction::{Action, Command, Completion, Interaction, Member, Press};
use crate::reply::{Audience, Message, Reply};
use crate::rules::question::Question;
use crate::rules::schedule::Zone;
use crate::rules::season::Calendar;
use crate::store;
use crate::view;

/// Answers what a person did. Never fails: what goes wrong is logged here, once, and the person gets a sentence.
pub async fn handle(bot: &Bot, interaction: Interaction) -> Reply {
    let span = tracing::info_span!(
        "interaction",
        interaction.id = interaction.id.0,
        guild.id = interaction.guild.0,
        user.id = interaction.member.user.0,
        action = name(&interaction.action),
    );
    let id = interaction.id;
    let private = interaction.on_private_message;
    async {
        match dispatch(bot, interaction).await {
            // Nothing that others see is ever rewritten for one person, whatever button was forged.
            Ok(Reply::Update(message)) if !private && message.audience == Audience::OnlyYou => {
                Reply::Say(message)
            }
            Ok(reply) => reply,
            Err(error) => {
                // The interaction's own number finds this line again.
                tracing::error!(error = format!("{error:#}"), "an interaction failed");
                metrics::counter!("greenroom_interactions_failed_total").increment(1);
                Reply::Say(view::help::failed(&id.to_string()))
            }
        }
    }
    .instrument(span)
    .await
}

async fn dispatch(bot: &Bot, interaction: Interaction) -> anyhow::Result<Reply> {
    let Interaction {
        id,
        at,
        guild,
        channel,
        member,
        app_permissions,
        in_thread,
        on_private_message,
        action,
    } = interaction;
    let click = |round| Click {
        id,
        at,
        guild,
        member: &member,
        round,
    };
    let asker = Asker {
        id,
        guild,
        channel,
        member: &member,
        app_permissions,
        in_thread,
    };
    Ok(match action {
        Action::Press { press, values } => match press {
            Press::Answer { round, option } => answer::one(bot, click(round), option).await?,
            Press::AnswerMany { round } => answer::many(bot, click(round), &values).await?,
            Press::Write { round } => open::write(bot, click(round)).await?,
            Press::OwnAnswer { round } => {
                open::own(bot, guild, member.user, round, on_private_message).await?
            }
            Press::Mark {
                round,
                criterion,
                met,
            } => {
                open::mark(
                    bot,
                    guild,
                    member.user,
                    (round, criterion, met),
                    on_private_message,
                )
                .await?
            }
            Press::Share { round, share } => {
                open::share(bot, click(round), share, on_private_message).await?
            }
            Press::Convincing { answer } => open::convincing(bot, id, guild, &member, answer).await?,
            Press::Why { round } => explain::why(bot, guild, &member, round).await?,
            Press::FollowUps { round } => explain::follow_ups(bot, guild, member.user, round).await?,
            Press::ModelAnswer { round, follow_up } => {
                explain::model_answer(bot, guild, member.user, round, follow_up).await?
            }
            Press::Look { question, side } => {
                author::look(bot, guild, &member, question, side, on_private_message).await?
            }
            Press::Live { quiz, step } => Reply::Say(quiz::live::step(bot, asker, quiz, step).await?),
            Press::LiveQuestions { quiz, page } => {
                quiz::live::questions(bot, asker, quiz, page, on_private_message).await?
            }
            Press::Quiz { quiz, step } => quiz::private::step(bot, asker, quiz, step).await?,
            Press::ReviewStart => Reply::Update(review::start(bot, asker).await?),
            Press::Remind { round } => Reply::Say(review::remind(bot, guild, &member, round).await?),
            Press::SeasonResults { start, page } => turned(
                season::results(bot, guild, &member, start, page).await?,
                on_private_message,
            ),
            Press::HallOfFame { page } => turned(
                season::hall_of_fame(bot, guild, &member, page).await?,
                on_private_message,
            ),
            Press::Competition { competition, page } => turned(
                competition::page(bot, guild, &member, competition, page).await?,
                on_private_message,
            ),
            Press::JoinCompetition { competition } => {
                let asked = Asked {
                    id,
                    guild,
                    member: &member,
                };
                Reply::Say(competition::join(bot, asked, competition).await?)
            }
            Press::Notice { notice } => Reply::Say(notice::behind(bot, guild, &member, notice).await?),
            Press::Board { board, page } => {
                let shown = leaderboard::board(bot, guild, &member, &board, page).await?;
                turned(shown, on_private_message)
            }
        },
        Action::Command(Command::Quiz(command)) => quiz::quiz(bot, asker, &command).await?,
        Action::Command(Command::Review(command)) => review::review(bot, asker, &command).await?,
        Action::Submit {
            form: Press::Write { round },
            fields,
        } => open::submit(bot, click(round), &fields, on_private_message).await?,
        Action::Submit { form, .. } => {
            tracing::warn!(form = form.custom_id(), "a form the bot never shows");
            Reply::Say(view::help::unknown())
        }
        Action::Command(Command::Daily(daily)) => daily::daily(bot, id, guild, &member, *daily).await?,
        Action::Command(Command::Leaderboard(which)) => {
            Reply::Say(leaderboard::command(bot, guild, &member, which).await?)
        }
        Action::Command(Command::Profile { of }) => profile::profile(bot, guild, &member, of).await?,
        Action::Command(Command::Competition(command)) => {
            let asked = Asked {
                id,
                guild,
                member: &member,
            };
            competition::competition(bot, asked, command).await?
        }
        Action::Command(Command::Season(command)) => season::season(bot, guild, &member, command).await?,
        Action::Command(Command::QuestionPreview { id }) => author::preview(bot, guild, &member, &id).await?,
        Action::Command(Command::Help) => Reply::Say(view::help::help(is_manager(&member))),
        Action::Complete(Completion { field, typed }) => {
            complete::complete(bot, guild, field, &typed).await?
        }
        Action::Unknown { what } => {
            tracing::warn!(what, "an unknown button or command");
            Reply::Say(view::help::unknown())
        }
    })
}

/// One's own page turns in place; nothing that others see is ever rewritten for one person.
fn turned(page: Message, on_private_message: bool) -> Reply {
    match on_private_message {
        true => Reply::Update(page),
        false => Reply::Say(page),
    }
}

/// What an action is called in the log.
fn name(action: &Action) -> &'static str {
    match action {
        Action::Command(Command::Daily(_)) => "daily",
        Action::Command(Command::Quiz(_)) => "quiz",
        Action::Command(Command::Review(_)) => "review",
        Action::Command(Command::Leaderboard(_)) => "leaderboard",
        Action::Command(Command::Profile { .. }) => "profile",
        Action::Command(Command::Season(_)) => "season",
        Action::Command(Command::Competition(_)) => "competition",
        Action::Command(Command::QuestionPreview { .. }) => "question-preview",
        Action::Command(Command::Help) => "help",
        Action::Press { press, .. } => match press {
            Press::Answer { .. } => "answer",
            Press::AnswerMany { .. } => "answer-many",
            Press::Write { .. } => "write",
            Press::OwnAnswer { .. } => "own-answer",
            Press::Mark { .. } => "mark",
            Press::Share { .. } => "share",
            Press::Convincing { .. } => "convincing",
            Press::Why { .. } => "why",
            Press::FollowUps { .. } => "follow-ups",
            Press::ModelAnswer { .. } => "model-answer",
            Press::Look { .. } => "look",
            Press::Live { .. } => "live",
            Press::LiveQuestions { .. } => "live-questions",
            Press::Quiz { .. } => "quiz-step",
            Press::ReviewStart => "review-start",
            Press::Remind { .. } => "remind",
            Press::Board { .. } => "board",
            Press::SeasonResults { .. } => "season-results",
            Press::HallOfFame { .. } => "hall-of-fame",
            Press::Notice { .. } => "notice",
            Press::Competition { .. } => "competition-page",
            Press::JoinCompetition { .. } => "competition-join",
        },
        Action::Submit { .. } => "submit",
        Action::Complete(_) => "complete",
        Action::Unknown { .. } => "unknown",
    }
}

/// Whether a member may administer. Checked here, whatever the command's registration says: servers may override that.
fn is_manager(member: &Member) -> bool {
    member.manage_guild
}

/// The text a round asked.
async fn question(bot: &Bot, revision: RevisionId) -> sqlx::Result<Arc<Question>> {
    bot.revisions.get(&bot.db, revision).await
}

/// When a guild's weeks and seasons begin.
async fn calendar(bot: &Bot, guild: GuildId) -> anyhow::Result<Calendar> {
    let mut db = bot.db.acquire().await?;
    let calendar = store::seasons::calendar(&mut db, guild).await?;
    Ok(calendar.unwrap_or_else(|| Calendar::new(Zone::utc())))
}
