//! `/leaderboard` and the buttons that turn its pages.

use std::collections::{HashMap, HashSet};

use crate::app::board_scores::read_board_scores;
use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::guild_calendar;
use crate::handlers::stop::Handled;
use crate::ids::{GuildId, UserId};
use crate::interaction::{Caller, WhichBoard};
use crate::reply::Message;
use crate::rules::period::{Bounds, Period};
use crate::rules::ranks::{Ranked, Score, rank_scores, subtract_scores};
use crate::rules::season::Calendar;
use crate::rules::streak::LOOK_BACK;
use crate::store;
use crate::view;
use crate::view::board::Board;

/// The command: topics may be misspelt.
pub async fn handle_leaderboard(bot: &Bot, caller: &Caller, which: WhichBoard) -> Handled<Message> {
    let topic = match which
        .topic
        .as_deref()
        .map(|typed| filter::parse_filter(bot.bank.syllabus(), typed))
    {
        None => None,
        Some(Ok(names)) if names.len() > 1 => {
            let several = "A board is about one topic or area. Choose one, or leave it out for all.";
            return Err(Message::note(several).into());
        }
        Some(Ok(names)) => names.into_iter().next(),
        Some(Err(mistakes)) => return Err(Message::note(view::text::plain(&mistakes.join(" "))).into()),
    };
    show_board(bot, caller, &WhichBoard { topic, ..which }, 0).await
}

/// One page of a board as a member sees it.
pub async fn show_board(bot: &Bot, caller: &Caller, which: &WhichBoard, page: u32) -> Handled<Message> {
    let guild = caller.guild;
    let calendar = guild_calendar(bot, guild).await?;
    let bounds = which.period.bounds(bot.now(), &calendar);
    let ranked = rank_members(bot, guild, which, &bounds, &calendar).await?;
    let hidden: HashSet<_> = store::boards::hidden_members(&bot.db, guild)
        .await?
        .into_iter()
        .collect();
    let topic = which.topic.as_deref();
    let title = topic.map(|name| filter::topic_title(bot.bank.syllabus(), name));
    let mut board = Board {
        period: which.period,
        practice: which.practice,
        label: &bounds.label,
        topic: topic.zip(title.as_deref()),
        ranked: &ranked,
        hidden: &hidden,
        streaks: &HashMap::new(),
        viewer: caller.member.user,
        page: usize::try_from(page).unwrap_or(usize::MAX),
        picture: None,
    };
    // The practice board has no streaks and no last question that everybody was asked.
    let (streaks, before) = match which.practice {
        true => (HashMap::new(), None),
        false => (
            store::boards::read_streaks(&bot.db, guild, &board.shown(), LOOK_BACK).await?,
            places_before(bot, guild, &ranked, &bounds, topic).await?,
        ),
    };
    board.streaks = &streaks;
    let names = store::members::member_names(&bot.db, guild, &board.shown()).await?;
    board.picture = bot.pictures.of(board.card(&names, before.as_ref())).await;
    Ok(view::board::board_message(&board))
}

/// Everybody's place before the last question was judged; `None` where there was no board then.
async fn places_before(
    bot: &Bot,
    guild: GuildId,
    ranked: &[Ranked],
    bounds: &Bounds,
    topic: Option<&str>,
) -> anyhow::Result<Option<HashMap<UserId, u32>>> {
    let topics = topic.map(|name| filter::expand_topics(bot.bank.syllabus(), &[name.to_owned()]));
    let last =
        store::records::last_question(&bot.db, guild, bounds.start, bounds.end, topics.as_deref()).await?;
    let Some(last) = last else {
        return Ok(None);
    };
    let now: Vec<Score> = ranked.iter().map(|row| row.score.clone()).collect();
    let before: HashMap<_, _> = rank_scores(subtract_scores(&now, &last))
        .into_iter()
        .map(|row| (row.score.user, row.rank))
        .collect();
    // If the earlier board was empty, hide the marks for new members.
    Ok(Some(before).filter(|before| !before.is_empty()))
}

/// Everybody on a board, in order. Season and all-time boards read the standings; the others add up answers, as far as
/// there are no sums yet, a few at a time.
pub async fn rank_members(
    bot: &Bot,
    guild: GuildId,
    which: &WhichBoard,
    bounds: &Bounds,
    calendar: &Calendar,
) -> anyhow::Result<Vec<Ranked>> {
    let practice = which.practice;
    let topics = which
        .topic
        .as_ref()
        .map(|name| filter::expand_topics(bot.bank.syllabus(), std::slice::from_ref(name)));
    let standing = match (which.period, &topics) {
        (Period::Season, None) => Some(bounds.start.map(|start| calendar.season_at(start).start)),
        (Period::AllTime, None) => Some(None),
        (Period::Week | Period::Month | Period::Season | Period::AllTime, _) => None,
    };
    let mut scores = match (standing, topics.as_deref()) {
        (Some(season), _) => store::boards::read_standings(&bot.db, guild, season, practice).await?,
        (None, topics) if !practice => {
            let _turn = bot.long_reads.acquire().await?;
            read_board_scores(bot, guild, bounds, topics).await?
        }
        (None, topics) => {
            let _turn = bot.long_reads.acquire().await?;
            let (start, end) = (bounds.start, bounds.end);
            store::boards::scores_between(&bot.db, guild, start, end, topics, practice).await?
        }
    };
    // Who left the server keeps the points, but does not stand in the way of those who are here.
    let left = store::members::departed_members(&bot.db, guild).await?;
    scores.retain(|score| !left.contains(&score.user));
    Ok(rank_scores(scores))
}
