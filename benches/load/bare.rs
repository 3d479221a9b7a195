//! The smallest bot that stores an answer: the same libraries, one statement, none of our rules. What ours costs beyond
//! this is ours to answer for. It is this very program, started once more.

use std::env;

use anyhow::Context as _;
use greenroom::internals::{RoundId, open_question};
use serde_json::json;
use serenity::all::{
    Context, CreateInteractionResponse, CreateInteractionResponseMessage, EventHandler, GatewayIntents,
    Guild, Interaction,
};
use serenity::async_trait;
use serenity::client::ClientBuilder;
use serenity::http::HttpBuilder;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::{ROUNDS, question};

/// What tells this program to be that bot.
pub const ARGUMENT: &str = "--bare";

const TABLE: &str = "create table answers (
    round_id bigint, user_id bigint, choice smallint not null, interaction_id bigint not null,
    answered_at timestamptz not null, primary key (round_id, user_id))";

const RECORD: &str = "insert into answers values ($1, $2, $3, $4, now())
    on conflict (round_id, user_id) do update set choice = excluded.choice, interaction_id = excluded.interaction_id,
        answered_at = excluded.answered_at
     where excluded.interaction_id > answers.interaction_id";

/// Runs it until it is killed.
pub async fn run() -> anyhow::Result<()> {
    let (token, base) = (env::var("DISCORD_TOKEN")?, env::var("DISCORD_API_BASE")?);
    let db = PgPoolOptions::new()
        .max_connections(10)
        .connect(&env::var("DATABASE_URL")?)
        .await?;
    sqlx::query(TABLE).execute(&db).await?;
    let http = HttpBuilder::new(token)
        .proxy(base)
        .ratelimiter_disabled(true)
        .build();
    let client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS).event_handler(Bare { db });
    Ok(client.await?.start().await?)
}

struct Bare {
    db: PgPool,
}

#[async_trait]
impl EventHandler for Bare {
    async fn guild_create(&self, context: Context, guild: Guild, _: Option<bool>) {
        if let Err(error) = ask(&context, &guild).await {
            eprintln!("the bare bot could not ask: {error:#}");
        }
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        if let Err(error) = self.record(&context, &interaction).await {
            eprintln!("the bare bot could not answer: {error:#}");
        }
    }
}

impl Bare {
    async fn record(&self, context: &Context, interaction: &Interaction) -> anyhow::Result<()> {
        let Interaction::Component(click) = interaction else {
            return Ok(());
        };
        let mut parts = click.data.custom_id.split(':').skip(1);
        let mut number = || {
            parts
                .next()
                .context("a number")?
                .parse::<i64>()
                .context("a number")
        };
        let (round, option) = (number()?, i16::try_from(number()?)?);
        sqlx::query(RECORD)
            .bind(round)
            .bind(click.user.id.get().cast_signed())
            .bind(option)
            .bind(click.id.get().cast_signed())
            .execute(&self.db)
            .await?;
        let message = CreateInteractionResponseMessage::new()
            .ephemeral(true)
            .content(format!("You chose option {option} of {round}."));
        let response = CreateInteractionResponse::Message(message);
        Ok(click.create_response(&context.http, response).await?)
    }
}

/// Posts the question that ours is measured with, so that a click is as large.
async fn ask(context: &Context, guild: &Guild) -> anyhow::Result<()> {
    let question = question()?;
    let daily = guild.channels.values().find(|channel| channel.name == "daily");
    let daily = daily.context("#daily")?.id;
    let until = chrono::DateTime::from_timestamp(1_900_000_000, 0).context("a time")?;
    for round in 1..=i64::try_from(ROUNDS)? {
        let message = open_question(&question, "Late binding", RoundId(round), until, 0, None);
        context
            .http
            .send_message(daily, Vec::new(), &json!(message))
            .await?;
    }
    Ok(())
}
