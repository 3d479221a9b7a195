-- The whole of the daily question: who is there, what is asked, when, what was answered and what it was worth.
--
-- Identifiers of people, servers, channels, roles, messages and interactions are Discord's snowflakes as bigint; our
-- own are identities and grow with time. All times are timestamptz and come from the program: the database never
-- decides what time it is, so there is no now() in here.
--
-- Tables of a guild carry guild_id, so that the schema can be distributed by guild later.

create table guilds (
    guild_id bigint primary key,
    -- Weeks, months and seasons of the boards begin at midnight in this zone. It is the zone of the guild's first
    -- schedule until somebody says otherwise.
    time_zone text not null default 'UTC',
    created_at timestamptz not null
);

-- A member appears here with their first answer. The name is what Discord called them then, for places that cannot
-- show a mention.
create table members (
    guild_id bigint not null references guilds,
    user_id bigint not null,
    name text not null,
    hidden boolean not null default false,
    first_seen_at timestamptz not null,
    primary key (guild_id, user_id)
);

-- A question over all its revisions. Without a guild it belongs to the bank that comes with the program.
-- topic, level and kind repeat what the current revision says, to choose by without reading texts.
create table questions (
    question_id bigint generated always as identity primary key,
    guild_id bigint references guilds,
    slug text not null,
    topic text not null,
    level text not null check (level in ('easy', 'medium', 'hard')),
    kind text not null check (kind in ('single', 'multiple', 'output', 'open')),
    revision_id bigint not null,
    -- A retired question is not asked again; rounds that asked it keep it.
    retired_at timestamptz,
    constraint questions_slug_key unique nulls not distinct (guild_id, slug)
);

-- One text of a question, never changed: a round points at the text it asked.
create table revisions (
    revision_id bigint generated always as identity primary key,
    question_id bigint not null references questions,
    content jsonb not null,
    created_at timestamptz not null
);
create index revisions_of_question on revisions (question_id);

-- Deferred, because a question and its first revision need each other.
alter table questions
    add constraint questions_revision_fkey foreign key (revision_id) references revisions
    deferrable initially deferred;

-- The rule that makes rounds: a wall-clock time in an IANA zone on some days of the week. next_due_at is derived from
-- it in Rust and recomputed when the time zone data changes; it is null while nothing is due.
create table schedules (
    schedule_id bigint generated always as identity primary key,
    guild_id bigint not null references guilds,
    channel_id bigint not null,
    time_zone text not null,
    local_time time not null,
    -- Bit 0 is Monday, bit 6 Sunday.
    days smallint not null check (days between 1 and 127),
    -- Empty: any topic. Entries are topics or whole areas of the syllabus.
    topics text[] not null default '{}',
    -- Null: any level.
    level text check (level in ('easy', 'medium', 'hard')),
    window_seconds int not null check (window_seconds between 60 and 604800),
    ping_role_id bigint,
    thread boolean not null,
    -- Later than this after its time, a missed question is recorded as skipped instead of posted.
    grace_seconds int not null default 7200,
    -- What makes the choice of questions repeatable.
    seed bigint not null,
    next_due_at timestamptz,
    next_date date,
    paused_at timestamptz,
    -- A sentence for the manager when the bot itself had to pause it.
    paused_reason text,
    removed_at timestamptz,
    created_by bigint not null,
    created_at timestamptz not null
);
create index schedules_due on schedules (next_due_at, schedule_id) where next_due_at is not null;
create index schedules_of_guild on schedules (guild_id) where removed_at is null;

-- One posted question in one channel. The row comes first and the message second; that is what makes a post happen
-- exactly once (see src/jobs/publish.rs).
create table rounds (
    round_id bigint generated always as identity primary key,
    guild_id bigint not null references guilds,
    schedule_id bigint not null references schedules,
    -- The local day it belongs to, which survives edits of the time and new time zone data.
    occurrence_date date not null,
    -- Null for the schedule's own round of that day; the interaction that asked for one more otherwise.
    requested_by_interaction bigint,
    channel_id bigint not null,
    -- Null when it was skipped before a question was chosen.
    question_id bigint references questions,
    revision_id bigint references revisions,
    -- What can be chosen, so that a forged button is refused by the statement that records answers: the options as in
    -- answers.choices, and whether more than one may be chosen.
    offered smallint not null default 0,
    several boolean not null default false,
    due_at timestamptz not null,
    window_seconds int not null,
    ping_role_id bigint,
    thread boolean not null,
    -- planned: to be posted. posted: open for answers. revealed: scored, key public. skipped, failed: never posted.
    state text not null check (state in ('planned', 'posted', 'revealed', 'skipped', 'failed')),
    -- Why it was skipped or failed, for the manager.
    reason text,
    -- Who works on it until when; attempt is the fence: a result is stored only by the attempt that was leased.
    lease_until timestamptz,
    attempt int not null default 0,
    message_id bigint,
    posted_at timestamptz,
    -- Answers given before this instant count.
    reveal_at timestamptz,
    revealed_at timestamptz,
    -- The reveal is shown: message edited, thread written.
    announced_at timestamptz,
    thread_id bigint,
    -- When the "n answered" of the message was last written.
    counted_at timestamptz,
    constraint rounds_revision check (revision_id is not null or state = 'skipped'),
    constraint rounds_posted check (state not in ('posted', 'revealed') or (message_id is not null and reveal_at is not null))
);
-- A due question is posted exactly once: one row per schedule and local day, and one per request for an extra round.
create unique index rounds_occurrence on rounds (schedule_id, occurrence_date) where requested_by_interaction is null;
create unique index rounds_request on rounds (requested_by_interaction) where requested_by_interaction is not null;
create index rounds_planned on rounds (due_at, round_id) where state = 'planned';
create index rounds_open on rounds (reveal_at, round_id) where state = 'posted';
create index rounds_unannounced on rounds (revealed_at, round_id) where state = 'revealed' and announced_at is null;
create index rounds_going on rounds (schedule_id, round_id) where state in ('planned', 'posted');
create index rounds_asked on rounds (guild_id, question_id) where state in ('planned', 'posted', 'revealed');
create index rounds_of_schedule on rounds (schedule_id, due_at desc) where state = 'revealed';

-- One row per member and round, whatever the number of clicks. interaction_id orders them: events arrive in any order
-- and the newest click wins. correct and points stay null until the reveal, so that a click never touches the index
-- the boards read.
create table answers (
    round_id bigint not null references rounds,
    user_id bigint not null,
    guild_id bigint not null,
    -- Bit n is option n.
    choices smallint not null check (choices between 1 and 31),
    interaction_id bigint not null,
    answered_at timestamptz not null,
    correct boolean,
    points smallint,
    primary key (round_id, user_id)
);
-- Week and month boards read only this index. No time column of another table: a changed answer counts when it was last
-- changed.
create index answers_board on answers (guild_id, answered_at) include (user_id, points, correct, round_id)
    where points is not null;
create index answers_of_member on answers (guild_id, user_id, answered_at) where points is not null;

-- Season and all-time boards, one row per member and period, written in the reveal's transaction. Derived: they can be
-- rebuilt from answers. Deliberately without a ranking index, which would cost every heap-only update.
create table standings (
    guild_id bigint not null,
    -- season: a calendar quarter in the guild's zone, starting at start_date. all: start_date is 0001-01-01.
    period text not null check (period in ('season', 'all')),
    start_date date not null,
    user_id bigint not null,
    points int not null,
    correct int not null,
    answers int not null,
    last_at timestamptz not null,
    primary key (guild_id, period, start_date, user_id)
) with (fillfactor = 85);

-- Commands that would do something twice if they were handled twice, which happens while two instances hear the same
-- events. A row is kept for a day.
create table handled_commands (
    interaction_id bigint primary key,
    handled_at timestamptz not null
);

-- Facts about the installation, such as the time zone data the due times were computed with.
create table meta (
    key text primary key,
    value text not null
);
