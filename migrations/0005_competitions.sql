-- Seasons that end, and competitions.

alter table guilds
    -- How long seasons are that have no row below yet: a change waits for the running one to end.
    add column season_length text not null default 'quarter' check (season_length in ('month', 'quarter')),
    -- Where the end of a season is announced; null: in the channel of the first schedule.
    add column announce_channel_id bigint;

-- A season, from local midnight to local midnight in the guild's zone. Rows are made while a season runs and follow each
-- other without a gap; what is later than the last row is worked out from the guild's season_length.
create table seasons (
    guild_id bigint not null references guilds,
    start_date date not null,
    -- The first day that no longer belongs to it.
    end_date date not null check (end_date > start_date),
    -- When to look whether it can be closed; later than its end while questions opened in it wait for their reveal.
    due_at timestamptz not null,
    closed_at timestamptz,
    primary key (guild_id, start_date)
);
create index seasons_open on seasons (due_at) where closed_at is null;

-- The final standings of a season. Written once when it closes and never changed: what is found out later stands in
-- season_regrades.
create table season_results (
    guild_id bigint not null,
    start_date date not null,
    user_id bigint not null,
    -- The order of the list, without ties; prizes go by it. rank is shared by members with equal points.
    place int not null,
    rank int not null,
    -- What Discord called the member then, for those who are gone.
    name text not null,
    points int not null,
    correct int not null,
    answers int not null,
    primary key (guild_id, start_date, user_id),
    foreign key (guild_id, start_date) references seasons
);
create index season_results_places on season_results (guild_id, start_date, place);

-- What a member's points of a closed season would be by now: after a reveal that came too late, or a corrected key.
create table season_regrades (
    guild_id bigint not null,
    start_date date not null,
    user_id bigint not null,
    regraded_points int not null,
    noted_at timestamptz not null,
    primary key (guild_id, start_date, user_id),
    foreign key (guild_id, start_date) references seasons
);

alter table members
    -- Discord no longer knows them here. Their points stay, boards leave them out; an answer brings them back.
    add column left_at timestamptz;
create index members_left on members (guild_id, user_id) where left_at is not null;

create table competitions (
    competition_id bigint generated always as identity primary key,
    guild_id bigint not null references guilds,
    name text not null check (char_length(name) between 1 and 60),
    -- Which answers count: those to daily questions, to live quizzes, or all, practice included.
    scope text not null check (scope in ('daily', 'live', 'all')),
    -- Empty: any topic. Entries are topics or whole areas of the syllabus.
    topics text[] not null default '{}',
    -- everyone: whoever answers takes part. open: those who join.
    entry text not null check (entry in ('everyone', 'open')),
    -- Null: each for themselves.
    teams text check (teams in ('role', 'captains', 'balanced')),
    prize_note text,
    channel_id bigint not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    state text not null check (state in ('planned', 'running', 'finished', 'cancelled')),
    -- When the next step is to be taken: the start; the end, or later while questions wait for their reveal.
    due_at timestamptz not null,
    -- Of how many members a team's score is the mean, once it is finished.
    best int,
    created_by bigint not null,
    created_at timestamptz not null
);
create index competitions_due on competitions (due_at) where state in ('planned', 'running');
create index competitions_of_guild on competitions (guild_id, competition_id desc);

create table competition_teams (
    competition_id bigint not null references competitions,
    team smallint not null,
    name text not null,
    -- By role: whoever holds it when they join.
    role_id bigint,
    -- By captains: who picks.
    captain_id bigint,
    primary key (competition_id, team)
);

-- Who takes part, where that is not simply everyone. The team is the one at joining and stays, whatever becomes of roles.
create table competition_members (
    competition_id bigint not null references competitions,
    guild_id bigint not null,
    user_id bigint not null,
    team smallint,
    -- Answers given from then on and before left_at count.
    joined_at timestamptz not null,
    left_at timestamptz,
    primary key (competition_id, user_id),
    foreign key (competition_id, team) references competition_teams
);

-- The final standings: members, and teams where there are any. Written once and never changed.
create table competition_results (
    competition_id bigint not null references competitions,
    guild_id bigint not null,
    -- The order of the list, without ties; prizes go by it.
    place int not null,
    rank int not null,
    -- Null on the line of a team; team is null where there are none.
    user_id bigint,
    team smallint,
    name text not null,
    -- Of a team: the sum of its best members.
    points int not null,
    correct int not null,
    answers int not null,
    constraint competition_results_key unique nulls not distinct (competition_id, user_id, team)
);

-- Messages that are posted once when their time comes, in the manner of rounds: the row is there before the message.
create table notices (
    notice_id bigint generated always as identity primary key,
    guild_id bigint not null references guilds,
    kind text not null check (kind in ('season-end', 'start', 'midway', 'last-day', 'end', 'cancelled')),
    competition_id bigint references competitions,
    season_start date,
    channel_id bigint not null,
    due_at timestamptz not null,
    state text not null check (state in ('planned', 'posted', 'skipped', 'failed')),
    reason text,
    lease_until timestamptz,
    -- The fence, as in rounds.
    attempt int not null default 0,
    message_id bigint,
    posted_at timestamptz,
    constraint notices_subject check ((kind = 'season-end') = (season_start is not null)
        and (kind <> 'season-end') = (competition_id is not null))
);
create unique index notices_of_season on notices (guild_id, season_start) where season_start is not null;
create unique index notices_of_competition on notices (competition_id, kind) where competition_id is not null;
create index notices_planned on notices (due_at, notice_id) where state = 'planned';
