-- What boards of months, areas and topics need not add up again. In a server of two million answers such a board read up
-- to three hundred thousand of them each time. Now the sums up to an instant are kept, and only what came after it is
-- read.
--
-- Derived, and made when somebody looks at a board that has become expensive: there is nothing in here for small servers,
-- and nothing to do at a reveal. An older program neither reads nor writes it, and takes nothing from it: the instant is
-- always before anything that is still to be judged, whoever judges it.
create table board_prefixes (
    guild_id bigint not null references guilds,
    -- A hash of the next, because every row of sums carries it.
    board bigint not null,
    -- Which answers count: the board's beginning and end, and the questions it is about.
    what text not null,
    -- Answers before this are in the sums; null while there are none.
    summed_until timestamptz,
    -- When somebody needed it last. Those of past months are forgotten.
    extended_at timestamptz not null,
    primary key (guild_id, board)
);

create table board_sums (
    guild_id bigint not null,
    board bigint not null,
    user_id bigint not null,
    points int not null,
    correct int not null,
    answers int not null,
    last_at timestamptz not null,
    primary key (guild_id, board, user_id),
    foreign key (guild_id, board) references board_prefixes on delete cascade
);
