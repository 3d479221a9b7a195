//! One file per thing a person can do. Handlers return what to say; saying it is the delivery's business, so the same
//! handlers serve the gateway and a signed HTTP endpoint.

mod answer;
mod author;
mod caller;
mod competition;
mod complete;
mod daily;
pub mod departure;
mod explain;
mod leaderboard;
mod notice;
mod open;
mod profile;
mod quiz;
mod review;
mod rounds;
mod season;
mod stop;

use std::sync::Arc;

use tracing::Instrument as _;

use self::stop::{Handled, Stop};
use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::ids::{GuildId, RevisionId};
use crate::interaction::{Action, Authoring, Caller, Command, CustomId, Interaction};
use crate::reply::{Audience, Reply};
use crate::rules::question::Question;
use crate::rules::schedule::Zone;
use crate::rules::season::Calendar;
use crate::store;
use crate::view;

/// Answers what a person did. Never fails: what goes wrong is logged here, once, and the person gets a sentence.
pub async fn handle_interaction(bot: &Bot, interaction: Interaction) -> Reply {
    let Interaction { caller, action } = interaction;
    let span = tracing::info_span!(
        "interaction",
        interaction.id = caller.id.0,
        guild.id = caller.guild.0,
        user.id = caller.member.user.0,
        locale = caller.locale,
        action = action_name(&action),
    );
    async {
        match dispatch_action(bot, &caller, action).await {
            // Nothing that others see is ever rewritten for one person, whatever button was forged.
            Ok(Reply::Update(message)) if !caller.on_own_message && message.audience == Audience::OnlyYou => {
                Reply::Say(message)
            }
            Ok(reply) => reply,
            Err(Stop::Say(message)) => Reply::Say(message),
            Err(Stop::Failed(error)) => {
                let error = describe_failure(bot, &error).await;
                // The interaction's own number finds this line again.
                tracing::error!(error, "an interaction failed");
                metrics::counter!("greenroom_interactions_failed_total").increment(1);
                Reply::Say(view::help::failure_note(&caller.id.to_string()))
            }
        }
    }
    .instrument(span)
    .await
}

async fn dispatch_action(bot: &Bot, caller: &Caller, action: Action) -> Handled {
    match action {
        Action::Command(command) => dispatch_command(bot, caller, command).await,
        Action::Press { press, values } => dispatch_press(bot, caller, press, &values).await,
        Action::Submit {
            form: CustomId::Write { round },
            fields,
        } => open::submit_words(bot, caller, round, &fields).await,
        Action::Submit { form, .. } => {
            tracing::warn!(form = form.custom_id(), "a form the bot never shows");
            Ok(Reply::Say(view::help::unknown_action()))
        }
        Action::Complete(completion) => complete::complete_option(bot, caller, &completion).await,
        Action::Unknown { what } => {
            tracing::warn!(what, "an unknown button or command");
            Ok(Reply::Say(view::help::unknown_action()))
        }
    }
}

async fn dispatch_command(bot: &Bot, caller: &Caller, command: Command) -> Handled {
    Ok(Reply::Say(match command {
        Command::Daily(daily) => daily::handle_daily(bot, caller, *daily).await?,
        Command::Quiz(quiz) => quiz::handle_quiz(bot, caller, &quiz).await?,
        Command::Review(review) => review::handle_review(bot, caller, &review).await?,
        Command::Leaderboard(which) => leaderboard::handle_leaderboard(bot, caller, which).await?,
        Command::Profile { member } => {
            profile::show_profile(bot, caller, member.map(|named| named.id)).await?
        }
        Command::Competition(competition) => {
            competition::handle_competition(bot, caller, competition).await?
        }
        Command::Season(season) => season::handle_season(bot, caller, season).await?,
        Command::Question(Authoring::Preview { id }) => author::preview_question(bot, caller, &id).await?,
        Command::Help {} => view::help::help_page(caller.member.manage_guild),
    }))
}

async fn dispatch_press(bot: &Bot, caller: &Caller, press: CustomId, values: &[String]) -> Handled {
    match press {
        CustomId::Answer { round, option } => answer::answer_single(bot, caller, round, option).await,
        CustomId::AnswerMany { round } => answer::answer_multiple(bot, caller, round, values).await,
        CustomId::Write { round } => open::open_form(bot, caller, round).await,
        CustomId::OwnAnswer { round } => open::show_own_answer(bot, caller, round).await,
        CustomId::Mark {
            round,
            criterion,
            met,
        } => open::mark_criterion(bot, caller, round, criterion, met).await,
        CustomId::Share { round, share } => open::share_answer(bot, caller, round, share).await,
        CustomId::Convincing { answer } => open::vote_convincing(bot, caller, answer).await.map(Reply::Say),
        CustomId::Why { round } => explain::explain_options(bot, caller, round).await,
        CustomId::FollowUps { round } => explain::follow_ups(bot, caller, round).await.map(Reply::Say),
        CustomId::ModelAnswer { round, follow_up } => explain::model_answer(bot, caller, round, follow_up)
            .await
            .map(Reply::Say),
        CustomId::Look { question, side } => author::show_side(bot, caller, question, side).await,
        CustomId::Live { quiz, step } => quiz::live::take_step(bot, caller, quiz, step)
            .await
            .map(Reply::Say),
        CustomId::LiveQuestions { quiz, page } => quiz::live::show_questions(bot, caller, quiz, page).await,
        CustomId::Quiz { quiz, step } => quiz::private::take_step(bot, caller, quiz, step).await,
        CustomId::ReviewStart => review::start_review(bot, caller).await.map(Reply::Update),
        CustomId::Remind { round } => review::remind_of_question(bot, caller, round)
            .await
            .map(Reply::Say),
        CustomId::SeasonResults { start, page } => {
            Ok(caller.update_or_say(season::season_results(bot, caller, start, page).await?))
        }
        CustomId::HallOfFame { page } => {
            Ok(caller.update_or_say(season::hall_of_fame(bot, caller, page).await?))
        }
        CustomId::Competition { competition, page } => {
            Ok(caller.update_or_say(competition::board_page(bot, caller, competition, page).await?))
        }
        CustomId::JoinCompetition { competition } => {
            competition::take_part::join_competition(bot, caller, competition)
                .await
                .map(Reply::Say)
        }
        CustomId::Notice { notice } => notice::standings_behind(bot, caller, notice)
            .await
            .map(Reply::Say),
        CustomId::Board { board, page } => {
            Ok(caller.update_or_say(leaderboard::show_board(bot, caller, &board, page).await?))
        }
    }
}

/// What an action is called in the log: a command by its name, a button by what its `custom_id` begins with.
fn action_name(action: &Action) -> String {
    let of_button = |id: &CustomId| id.custom_id().split(':').next().unwrap_or_default().to_owned();
    match action {
        Action::Command(command) => format!("/{}", command.name()),
        Action::Press { press, .. } => of_button(press),
        Action::Submit { form, .. } => format!("form {}", of_button(form)),
        Action::Complete(_) => "complete".to_owned(),
        Action::Unknown { .. } => "unknown".to_owned(),
    }
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
