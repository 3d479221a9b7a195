//! Whether the bot may do, in every channel of a schedule, what the schedule wants of it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::report::{Line, Sheet};
use super::{PATIENCE, api_failure, look_at_api};
use crate::discord::client::Discord;
use crate::discord::client::inspect::{ChannelDetails, GuildDetails, JoinedGuild, MemberDetails};
use crate::discord::error::{ApiError, ErrorKind};
use crate::discord::permissions::{
    ATTACH_FILES, CREATE_PUBLIC_THREADS, MENTION_EVERYONE, READ_MESSAGE_HISTORY, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL, permissions_in,
};
use crate::ids::{ChannelId, GuildId, UserId};
use crate::store::inspect::Posting;

const THING: &str = "schedule";
/// Servers whose channels are looked at; a bot in more of them would be kept from its own calls.
const MOST_GUILDS: usize = 100;
/// Pages of servers that are read, of 200 each.
const MOST_PAGES: usize = 20;
/// What a question needs, and what it is called in Discord.
const NEEDED: [(u64, &str); 3] = [
    (VIEW_CHANNEL, "View Channel"),
    (SEND_MESSAGES, "Send Messages"),
    (READ_MESSAGE_HISTORY, "Read Message History"),
];
/// What a discussion in a thread needs.
const FOR_THREADS: [(u64, &str); 2] = [
    (CREATE_PUBLIC_THREADS, "Create Public Threads"),
    (SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
];

/// Adds a line about the servers the bot is in, and one for each schedule in them.
///
/// # Errors
/// If a line cannot be written.
pub async fn check_places<W: Write>(
    discord: &Discord,
    user: UserId,
    postings: Option<&[Posting]>,
    now: DateTime<Utc>,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    let joined = match look_at_api("servers", discord.read_joined_guilds(MOST_PAGES)).await {
        Ok(joined) => joined,
        Err(line) => {
            sheet.add(&line)?;
            return sheet.add(&Line::not_tried("schedules", "the servers"));
        }
    };
    sheet.add(&match joined.len() {
        0 => Line::not_yet(
            "servers",
            "it is in none; open the link that `greenroom invite` prints",
        ),
        1 => Line::right("servers", "it is in 1"),
        many => Line::right("servers", format!("it is in {many}")),
    })?;
    let Some(postings) = postings else {
        return sheet.add(&Line::not_tried("schedules", "the tables in the database"));
    };
    let names: HashMap<GuildId, &JoinedGuild> =
        joined.iter().map(|guild| (GuildId(guild.id), guild)).collect();
    check_postings(discord, user, &names, postings, now, sheet).await
}

async fn check_postings<W: Write>(
    discord: &Discord,
    user: UserId,
    joined: &HashMap<GuildId, &JoinedGuild>,
    postings: &[Posting],
    now: DateTime<Utc>,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    // A server that removed the bot has its schedules paused, and nobody here can do anything about it.
    let concerned =
        |posting: &&Posting| joined.contains_key(&posting.guild_id) || posting.paused_at.is_none();
    let postings: Vec<&Posting> = postings.iter().filter(concerned).collect();
    if postings.is_empty() {
        return sheet.add(&Line::not_yet(
            "schedules",
            "there are none; a manager makes one in Discord with /daily add",
        ));
    }
    let mut order = Vec::new();
    let mut by_guild: BTreeMap<GuildId, Vec<&Posting>> = BTreeMap::new();
    for posting in postings {
        if !by_guild.contains_key(&posting.guild_id) {
            order.push(posting.guild_id);
        }
        by_guild.entry(posting.guild_id).or_default().push(posting);
    }
    let until = Instant::now() + PATIENCE * 6;
    for (n, guild) in order.iter().enumerate() {
        if n == MOST_GUILDS || Instant::now() > until {
            let left = format!("more time: {} servers were not looked at", order.len() - n);
            return sheet.add(&Line::not_tried("schedules", &left));
        }
        sheet.begin(&format!("server {} of {}", n + 1, order.len()));
        match joined.get(guild) {
            None => sheet.add(&Line::wrong(
                THING,
                format!("questions are due on server {guild}, which the bot is not in"),
                "Invite it there again; its schedules are paused once `greenroom run` notices.",
            ))?,
            Some(guild) => {
                let at = Server {
                    discord,
                    user,
                    guild,
                    now,
                };
                at.check(&by_guild[&GuildId(guild.id)], sheet).await?;
            }
        }
    }
    Ok(())
}

/// A server the bot is in, being looked at.
struct Server<'a> {
    discord: &'a Discord,
    user: UserId,
    guild: &'a JoinedGuild,
    now: DateTime<Utc>,
}

impl Server<'_> {
    async fn check<W: Write>(&self, postings: &[&Posting], sheet: &mut Sheet<W>) -> io::Result<()> {
        let id = GuildId(self.guild.id);
        let read = async {
            tokio::try_join!(
                self.discord.read_guild(id),
                self.discord.read_member(id, self.user)
            )
        };
        let (guild, member) = match look_at_api(THING, read).await {
            Ok(read) => read,
            Err(line) => return sheet.add(&line),
        };
        let mut channels: HashMap<ChannelId, Result<ChannelDetails, ApiError>> = HashMap::new();
        for posting in postings {
            let channel = match channels.entry(posting.channel_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.read_channel(posting.channel_id).await),
            };
            sheet.add(&match channel {
                Ok(channel) => self.judge(posting, &guild, &member, channel),
                Err(error) => self.unseen(posting, error),
            })?;
        }
        Ok(())
    }

    async fn read_channel(&self, channel: ChannelId) -> Result<ChannelDetails, ApiError> {
        let read = tokio::time::timeout(PATIENCE, self.discord.read_channel(channel)).await;
        read.unwrap_or_else(|_| {
            Err(ApiError::NoAnswer {
                call: format!("GET /channels/{channel}"),
                reason: format!("nothing within {} s", PATIENCE.as_secs()),
            })
        })
    }

    /// The channel could not be read.
    fn unseen(&self, posting: &Posting, error: &ApiError) -> Line {
        let place = format!(
            "channel {} of {} at {}",
            posting.channel_id,
            self.guild.name,
            posting.local_time.format("%H:%M")
        );
        let link = format!(
            "https://discord.com/channels/{}/{}",
            posting.guild_id, posting.channel_id
        );
        match error.kind() {
            ErrorKind::Gone => Line::wrong(
                THING,
                format!("{place}: it no longer exists"),
                "Choose another with /daily edit channel:…, or remove the schedule with /daily remove.",
            ),
            ErrorKind::Forbidden => Line::wrong(
                THING,
                format!("{place}: the bot may not see it"),
                format!("Open {link}, then its settings, Permissions, and allow the bot View Channel."),
            ),
            _ => api_failure(THING, error),
        }
    }

    /// What a schedule wants, held against what its channel allows.
    fn judge(
        &self,
        posting: &Posting,
        guild: &GuildDetails,
        member: &MemberDetails,
        channel: &ChannelDetails,
    ) -> Line {
        let name = channel.name.as_deref().unwrap_or("a channel");
        let place = format!(
            "#{name} of {} at {}",
            self.guild.name,
            posting.local_time.format("%H:%M")
        );
        const TEXT: u64 = 0;
        const ANNOUNCEMENT: u64 = 5;
        if !matches!(channel.kind, TEXT | ANNOUNCEMENT) {
            let remedy = "Choose a text or announcement channel with /daily edit channel:….";
            return Line::wrong(THING, format!("{place}: it takes no questions"), remedy);
        }
        let bits = permissions_in(guild, self.user, member, channel, member.is_silenced(self.now));
        let resume = match posting.paused_reason {
            Some(_) => " Then /daily resume: the bot had to pause it.",
            None => "",
        };
        let missing = missing(bits, &NEEDED);
        if !missing.is_empty() {
            return Line::wrong(
                THING,
                format!("{place}: not allowed there: {missing}"),
                format!("Open the channel's settings, Permissions, and allow the bot {missing}.{resume}"),
            );
        }
        if let Some(line) = self.judge_ping(posting, guild, bits, &place) {
            return line;
        }
        match &posting.paused_reason {
            Some(reason) => Line::not_yet(
                THING,
                format!(
                    "{place}: the bot paused it (“{reason}”). Everything it needs is allowed now: /daily resume"
                ),
            ),
            None => Line::right(THING, place + &remark(posting, bits)),
        }
    }

    fn judge_ping(&self, posting: &Posting, guild: &GuildDetails, bits: u64, place: &str) -> Option<Line> {
        let role = posting.ping_role_id?;
        let Some(role) = guild.role(role) else {
            return Some(Line::wrong(
                THING,
                format!("{place}: the role it pings no longer exists"),
                "Choose another with /daily edit ping-role:…, or everyone for none.",
            ));
        };
        if role.mentionable || bits & MENTION_EVERYONE != 0 {
            return None;
        }
        Some(Line::wrong(
            THING,
            format!("{place}: @{} cannot be pinged, so nobody is called", role.name),
            format!(
                "Server settings, Roles, {}: allow anyone to mention this role. Or allow the bot Mention Everyone.",
                role.name
            ),
        ))
    }
}

/// What goes on without, and how.
fn remark(posting: &Posting, bits: u64) -> String {
    let mut remark = String::new();
    if bits & ATTACH_FILES == 0 {
        remark += "; without Attach Files its pictures are left out";
    }
    let threads = missing(bits, &FOR_THREADS);
    if posting.thread && !threads.is_empty() {
        remark += &format!("; without {threads} the discussion stays in the channel");
    }
    remark
}

/// The names of what is not among the bits.
fn missing(bits: u64, wanted: &[(u64, &'static str)]) -> String {
    let names: Vec<&str> = wanted
        .iter()
        .filter(|(bit, _)| bits & bit == 0)
        .map(|(_, name)| *name)
        .collect();
    names.join(", ")
}
