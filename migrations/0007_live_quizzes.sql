-- Live quizzes: a lobby, questions one after the other in a channel, a podium. The questions are rounds of the quiz,
-- asked, judged and shown by the jobs that do so for every round; here stands what moves them on.

-- What a live quiz has beyond any other.
create table live_quizzes (
    quiz_id bigint primary key references quizzes,
    guild_id bigint not null references guilds,
    channel_id bigint not null,
    -- How many questions it has, and how long each is open.
    questions smallint not null check (questions between 1 and 20),
    seconds smallint not null check (seconds between 10 and 120),
    -- plain: points by level. speed: more for a faster answer. See src/rules/quiz_score.rs.
    scoring text not null check (scoring in ('plain', 'speed')),
    -- Whether a wrong answer costs something.
    penalty boolean not null,
    -- When the lobby closes by itself.
    starts_at timestamptz not null,
    -- When the quiz moves on next; null while something else has to happen first, such as the reveal of a question.
    next_at timestamptz,
    -- How many of the last questions nobody answered, in a row.
    silent smallint not null default 0,
    -- Why it ends before its last question, or never began.
    -- nobody: nobody joined. silence: nobody answered any more. stopped: somebody stopped it. away: the bot was not
    -- running for too long. channel: the channel is gone or closed to the bot.
    ending text check (ending in ('nobody', 'silence', 'stopped', 'away', 'channel')),
    -- What Discord said about the channel, in a sentence for a manager.
    reason text,
    -- The lobby, and the podium.
    message_id bigint,
    podium_message_id bigint,
    -- When the lobby's list of players was last written.
    counted_at timestamptz,
    -- Who works on it until when; attempt is the fence, as in rounds.
    lease_until timestamptz,
    attempt int not null default 0
);
create index live_quizzes_due on live_quizzes (next_at, quiz_id) where next_at is not null;
create index live_quizzes_of_channel on live_quizzes (channel_id);
-- One at a time in a channel.
create unique index quizzes_live on quizzes (channel_id) where source = 'live' and state in ('lobby', 'running');

-- Who plays: joined in the lobby, or answered a question. The name is what Discord called them then.
create table quiz_players (
    quiz_id bigint not null references quizzes,
    user_id bigint not null,
    guild_id bigint not null,
    name text not null,
    joined_at timestamptz not null,
    primary key (quiz_id, user_id)
);

-- What an answer was worth within its live quiz, which boards do not look at.
alter table answers add column score int;

-- Whether everybody may open a live quiz, or only managers.
alter table guilds add column anyone_hosts boolean not null default false;
