-- Questions that are answered in one's own words.

alter table schedules
    -- closed: only questions with options. open: only those without. all: both.
    add column kinds text not null default 'closed' check (kinds in ('closed', 'open', 'all'));

-- What a member wrote, beside the row in answers that counts it (choices = 0). The two are written by one statement.
create table open_answers (
    -- Short enough for a nonce and a button.
    open_answer_id bigint generated always as identity primary key,
    round_id bigint not null,
    user_id bigint not null,
    guild_id bigint not null,
    -- Cleaned of what cannot be shown; how long it may be is said in rules/own_words.rs.
    words text not null check (words <> ''),
    -- Bit n: the member found that their answer meets criterion n of the rubric. Nobody else sees it.
    marks smallint not null default 0 check (marks >= 0),
    -- Whether the member lets the others read it after the reveal; the newest click decides.
    shared boolean not null default false,
    share_interaction_id bigint not null default 0,
    -- Its message in the thread. version counts what changed about it, shown_version is what the message shows; while
    -- they differ there is something to post or to edit.
    version int not null default 0,
    shown_version int not null default 0,
    shown_at timestamptz,
    message_id bigint,
    -- As with rounds: who works on it until when, and the fence.
    lease_until timestamptz,
    attempt int not null default 0,
    unique (round_id, user_id),
    foreign key (round_id, user_id) references answers on delete cascade
);
create index open_answers_stale on open_answers (open_answer_id) where version <> shown_version;

-- Who found a shared answer convincing: one row per voter, whatever the number of clicks.
create table convincing_votes (
    open_answer_id bigint not null references open_answers on delete cascade,
    user_id bigint not null,
    guild_id bigint not null,
    -- False once it was taken back.
    convincing boolean not null,
    interaction_id bigint not null,
    primary key (open_answer_id, user_id)
);
