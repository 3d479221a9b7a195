//! One file per thing a person can do. Handlers return what to say; saying it is the delivery's business, so the same
//! handlers serve the gateway and a signed HTTP endpoint.

mod answer;
mod author;
pub mod competition;
mod complete;
mod daily;
mod explain;
mod leaderboard;
mod notice;
mod open;
mod profile;
pub mod quiz;
pub mod review;
pub mod season;

use std::sync::Arc;

use tracing::Instrument as _;

use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::handlers::answer::Click;
use crate::handlers::competition::Asked;
use crate::handlers::quiz::Asker;
use crate::ids::{GuildId, RevisionId};
use crate::interaction::{Action, Command, Completion, CustomId, Interaction, Member};
use crate::reply::{Audience, Message, Reply};
use crate::rules::question::Question;
use crate::rules::schedule::Zone;
use crate::rules::season::Calendar;
use crate::store;
use crate::view;

/// Answers what a person did. Never fails: what goes wrong is logged here, once, and the person gets a sentence.
pub async fn handle_interaction(bot: &Bot, interaction: Interaction) -> Reply {
    let span = tracing::info_span!(
        "interaction",
        interaction.id = interaction.id.0,
        guild.id = interaction.guild.0,
        user.id = interaction.member.user.0,
        action = action_name(&interaction.action),
    );
    let id = interaction.id;
    let private = interaction.on_private_message;
    async {
        match dispatch_action(bot, interaction).await {
            // Nothing that others see is ever rewritten for one person, whatever button was forged.
            Ok(Reply::Update(message)) if !private && message.audience == Audience::OnlyYou => {
                Reply::Say(message)
            }
            Ok(reply) => reply,
            Err(error) => {
                let error = describe_failure(bot, &error).await;
                // The interaction's own number finds this line again.
                tracing::error!(error, "an interaction failed");
                metrics::counter!("greenroom_interactions_failed_total").increment(1);
                Reply::Say(view::help::failure_note(&id.to_string()))
            }
        }
    }
    .instrument(span)
    .await
}

async fn dispatch_action(bot: &Bot, interaction: Interaction) -> anyhow::Result<Reply> {
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
            CustomId::Answer { round, option } => answer::answer_single(bot, click(round), option).await?,
            CustomId::AnswerMany { round } => answer::answer_multiple(bot, click(round), &values).await?,
            CustomId::Write { round } => open::open_form(bot, click(round)).await?,
            CustomId::OwnAnswer { round } => {
                open::show_own_answer(bot, guild, member.user, round, on_private_message).await?
            }
            CustomId::Mark {
                round,
                criterion,
                met,
            } => {
                open::mark_criterion(
                    bot,
                    guild,
                    member.user,
                    (round, criterion, met),
                    on_private_message,
                )
                .await?
            }
            CustomId::Share { round, share } => {
                open::share_answer(bot, click(round), share, on_private_message).await?
            }
            CustomId::Convincing { answer } => open::vote_convincing(bot, id, guild, &member, answer).await?,
            CustomId::Why { round } => explain::explain_options(bot, guild, &member, round).await?,
            CustomId::FollowUps { round } => explain::follow_ups(bot, guild, member.user, round).await?,
            CustomId::ModelAnswer { round, follow_up } => {
                explain::model_answer(bot, guild, member.user, round, follow_up).await?
            }
            CustomId::Look { question, side } => {
                author::show_side(bot, guild, &member, question, side, on_private_message).await?
            }
            CustomId::Live { quiz, step } => Reply::Say(quiz::live::take_step(bot, asker, quiz, step).await?),
            CustomId::LiveQuestions { quiz, page } => {
                quiz::live::show_questions(bot, asker, quiz, page, on_private_message).await?
            }
            CustomId::Quiz { quiz, step } => quiz::private::take_step(bot, asker, quiz, step).await?,
            CustomId::ReviewStart => Reply::Update(review::start_review(bot, asker).await?),
            CustomId::Remind { round } => {
                Reply::Say(review::remind_of_question(bot, guild, &member, round).await?)
            }
            CustomId::SeasonResults { start, page } => page_reply(
                season::season_results(bot, guild, &member, start, page).await?,
                on_private_message,
            ),
            CustomId::HallOfFame { page } => page_reply(
                season::hall_of_fame(bot, guild, &member, page).await?,
                on_private_message,
            ),
            CustomId::Competition { competition, page } => page_reply(
                competition::board_page(bot, guild, &member, competition, page).await?,
                on_private_message,
            ),
            CustomId::JoinCompetition { competition } => {
                let asked = Asked {
                    id,
                    guild,
                    member: &member,
                };
                Reply::Say(competition::press_join(bot, asked, competition).await?)
            }
            CustomId::Notice { notice } => {
                Reply::Say(notice::standings_behind(bot, guild, &member, notice).await?)
            }
            CustomId::Board { board, page } => {
                let shown = leaderboard::show_board(bot, guild, &member, &board, page).await?;
                page_reply(shown, on_private_message)
            }
        },
        Action::Command(Command::Quiz(command)) => quiz::handle_quiz(bot, asker, &command).await?,
        Action::Command(Command::Review(command)) => review::handle_review(bot, asker, &command).await?,
        Action::Submit {
            form: CustomId::Write { round },
            fields,
        } => open::submit_words(bot, click(round), &fields, on_private_message).await?,
        Action::Submit { form, .. } => {
            tracing::warn!(form = form.custom_id(), "a form the bot never shows");
            Reply::Say(view::help::unknown_action())
        }
        Action::Command(Command::Daily(daily)) => {
            daily::handle_daily(bot, id, guild, &member, *daily).await?
        }
        Action::Command(Command::Leaderboard(which)) => {
            Reply::Say(leaderboard::handle_leaderboard(bot, guild, &member, which).await?)
        }
        Action::Command(Command::Profile { of }) => profile::show_profile(bot, guild, &member, of).await?,
        Action::Command(Command::Competition(command)) => {
            let asked = Asked {
                id,
                guild,
                member: &member,
            };
            competition::handle_competition(bot, asked, command).await?
        }
        Action::Command(Command::Season(command)) => {
            season::handle_season(bot, guild, &member, command).await?
        }
        Action::Command(Command::QuestionPreview { id }) => {
            author::preview_question(bot, guild, &member, &id).await?
        }
        Action::Command(Command::Help) => Reply::Say(view::help::help_page(is_manager(&member))),
        Action::Complete(Completion { field, typed }) => {
            complete::complete_option(bot, guild, field, &typed).await?
        }
        Action::Unknown { what } => {
            tracing::warn!(what, "an unknown button or command");
            Reply::Say(view::help::unknown_action())
        }
    })
}

/// One's own page turns in place; nothing that others see is ever rewritten for one person.
fn page_reply(page: Message, on_private_message: bool) -> Reply {
    match on_private_message {
        true => Reply::Update(page),
        false => Reply::Say(page),
    }
}

/// What an action is called in the log.
fn action_name(action: &Action) -> &'static str {
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
            CustomId::Answer { .. } => "answer",
            CustomId::AnswerMany { .. } => "answer-many",
            CustomId::Write { .. } => "write",
            CustomId::OwnAnswer { .. } => "own-answer",
            CustomId::Mark { .. } => "mark",
            CustomId::Share { .. } => "share",
            CustomId::Convincing { .. } => "convincing",
            CustomId::Why { .. } => "why",
            CustomId::FollowUps { .. } => "follow-ups",
            CustomId::ModelAnswer { .. } => "model-answer",
            CustomId::Look { .. } => "look",
            CustomId::Live { .. } => "live",
            CustomId::LiveQuestions { .. } => "live-questions",
            CustomId::Quiz { .. } => "quiz-step",
            CustomId::ReviewStart => "review-start",
            CustomId::Remind { .. } => "remind",
            CustomId::Board { .. } => "board",
            CustomId::SeasonResults { .. } => "season-results",
            CustomId::HallOfFame { .. } => "hall-of-fame",
            CustomId::Notice { .. } => "notice",
            CustomId::Competition { .. } => "competition-page",
            CustomId::JoinCompetition { .. } => "competition-join",
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
async fn find_question(bot: &Bot, revision: RevisionId) -> sqlx::Result<Arc<Question>> {
    bot.revisions.get(&bot.db, revision).await
}

/// When a guild's weeks and seasons begin.
async fn guild_calendar(bot: &Bot, guild: GuildId) -> anyhow::Result<Calendar> {
    let mut db = bot.db.acquire().await?;
    let calendar = store::seasons::guild_calendar(&mut db, guild).await?;
    Ok(calendar.unwrap_or_else(|| Calendar::new(Zone::utc())))
}
