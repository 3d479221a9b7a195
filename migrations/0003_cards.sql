-- The review deck: what a member missed or asked to be reminded of, and when it comes back.

-- A question in a member's deck, with how well they know it. src/rules/review.rs works out stability, difficulty and
-- due_at; the first two are FSRS's.
create table cards (
    guild_id bigint not null references guilds,
    user_id bigint not null,
    question_id bigint not null references questions,
    -- Days until the chance to recall it has fallen to 90 %.
    stability real not null,
    -- From 1 to 10.
    difficulty real not null,
    -- Midnight of the day on which it comes back, by the member's calendar.
    due_at timestamptz not null,
    last_review_at timestamptz not null,
    reps int not null,
    -- How often it was forgotten after it had been known.
    lapses int not null,
    -- How it came into the deck: answered wrongly, or asked for.
    why text not null check (why in ('missed', 'asked')),
    created_at timestamptz not null,
    primary key (guild_id, user_id, question_id)
);
create index cards_due on cards (guild_id, user_id, due_at);

-- One row per answer that changed a card: it keeps an answer from counting twice, and it holds what the card was before,
-- so that its member may judge the answer otherwise.
create table card_reviews (
    round_id bigint not null references rounds,
    user_id bigint not null,
    guild_id bigint not null,
    question_id bigint not null,
    rating text not null check (rating in ('again', 'hard', 'good', 'easy')),
    reviewed_at timestamptz not null,
    -- Null where this answer made the card.
    stability_before real,
    difficulty_before real,
    reviewed_before timestamptz,
    primary key (round_id, user_id)
);

-- A member without a row has the usual settings and no nudge.
create table review_settings (
    guild_id bigint not null references guilds,
    user_id bigint not null,
    -- The chance, in percent, with which a card shall still be known when it comes back.
    retention smallint not null default 90 check (retention between 70 and 97),
    -- Null: the guild's.
    time_zone text,
    -- When a direct message says that something is due; null: never.
    nudge_time time,
    -- Where the nudge was asked for, and so where it sends its reader.
    channel_id bigint,
    -- Derived from nudge_time and the zone, as in schedules.
    nudge_next_at timestamptz,
    nudge_next_date date,
    -- Why the bot itself had to stop nudging; null again once the member was told.
    nudge_off_reason text,
    primary key (guild_id, user_id)
);
create index review_settings_due on review_settings (nudge_next_at) where nudge_next_at is not null;

-- One nudge of one day. The row comes first and the message second, as with rounds.
create table nudges (
    nudge_id bigint generated always as identity primary key,
    guild_id bigint not null,
    user_id bigint not null,
    -- The day by the member's calendar: at most one nudge each.
    local_date date not null,
    due_at timestamptz not null,
    -- What it says; fixed, so that a second attempt says the same.
    cards int not null,
    channel_id bigint not null,
    -- planned: to be sent. dropped: not sent in time. refused: the member does not take messages from the bot.
    state text not null check (state in ('planned', 'sent', 'dropped', 'refused')),
    lease_until timestamptz,
    attempt int not null default 0,
    constraint nudges_day unique (guild_id, user_id, local_date)
);
create index nudges_planned on nudges (due_at, nudge_id) where state = 'planned';
