-- Sets a guild made for itself: named lists of what a quiz asks. Those that come with the program are in its bank.

create table quiz_sets (
    guild_id bigint not null references guilds,
    -- The name in lower case: two names have to differ in more than that.
    key text not null,
    name text not null check (char_length(name) between 1 and 40),
    -- A list of crate::rules::sets::Part. Topics and areas by name, so that a new question of theirs takes part.
    parts jsonb not null,
    -- Who saved it last, and when.
    created_by bigint not null,
    created_at timestamptz not null,
    primary key (guild_id, key)
);
