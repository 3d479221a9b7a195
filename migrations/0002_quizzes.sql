-- Quizzes on demand. A quiz asks rounds, as a schedule does; so there is one way to ask, answer, judge and rank.

-- A run of questions somebody asked for.
create table quizzes (
    quiz_id bigint generated always as identity primary key,
    guild_id bigint not null references guilds,
    channel_id bigint not null,
    -- solo: private, for one member. live: in a channel, for whoever joins. review: private, from the member's own cards.
    source text not null check (source in ('live', 'solo', 'review')),
    -- Who asked for it: the one who plays a private quiz, the host of a live one.
    host_id bigint not null,
    -- Heard twice, it is still one quiz.
    requested_by_interaction bigint not null unique,
    -- What it asks about, in words.
    title text not null,
    state text not null check (state in ('lobby', 'running', 'finished', 'cancelled')),
    created_at timestamptz not null,
    ended_at timestamptz
);
create index quizzes_of_host on quizzes (guild_id, host_id, quiz_id desc) where source <> 'live';

alter table rounds
    -- daily: asked by a schedule. The others: asked by a quiz of that kind.
    add column source text not null default 'daily' check (source in ('daily', 'live', 'solo', 'review')),
    add column quiz_id bigint references quizzes,
    -- Its place in the quiz, from 1.
    add column number smallint,
    -- A private round: who alone may see and answer it. It has no message of its own.
    add column only_user_id bigint,
    -- Whether the first answer counts, as in quizzes, and not the last.
    add column first_counts boolean not null default false,
    alter column schedule_id drop not null,
    alter column occurrence_date drop not null,
    drop constraint rounds_posted,
    drop constraint rounds_state_check,
    -- waiting: its turn in the quiz has not come.
    add constraint rounds_state_check
        check (state in ('waiting', 'planned', 'posted', 'revealed', 'skipped', 'failed')),
    add constraint rounds_posted check (state not in ('posted', 'revealed')
        or (reveal_at is not null and (message_id is not null or only_user_id is not null))),
    add constraint rounds_origin check (case source
        when 'daily' then schedule_id is not null and occurrence_date is not null and quiz_id is null
        else schedule_id is null and quiz_id is not null and number is not null end);
create unique index rounds_of_quiz on rounds (quiz_id, number) where quiz_id is not null;

alter table answers
    -- The round's, here so that boards need not look it up.
    add column source text not null default 'daily' check (source in ('daily', 'live', 'solo', 'review')),
    drop constraint answers_choices_check,
    -- 0: answered in one's own words.
    add constraint answers_choices_check check (choices between 0 and 31);
drop index answers_board;
create index answers_board on answers (guild_id, answered_at) include (user_id, points, correct, round_id, source)
    where points is not null;

-- Practice has boards of its own: what is earned alone and at any time does not compete with what everybody is asked.
alter table standings
    add column practice boolean not null default false,
    drop constraint standings_pkey,
    add primary key (guild_id, period, practice, start_date, user_id);
