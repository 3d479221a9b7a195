-- What has to be remembered of Discord's refusals and of answers that were lost.

-- A question may be known to have been posted and deleted by somebody, without its message being known: Discord says so
-- when its nonce is used again. Such a round is open, and then revealed, without a message.
alter table rounds
    drop constraint rounds_posted,
    add constraint rounds_posted check (state not in ('posted', 'revealed') or reveal_at is not null);

-- When a nonce was first sent. For a few minutes after that Discord keeps a second message from appearing, so that a post
-- whose answer was lost may be repeated even where the channel's messages cannot be listed.
create table first_posts (
    nonce text primary key,
    posted_at timestamptz not null
);
create index first_posts_old on first_posts (posted_at);

-- The direct conversations the bot has opened. Discord flags bots that open many in a short time, so each is opened once,
-- and few within some minutes. channel_id is null while one is being opened, or was tried in vain.
create table conversations (
    user_id bigint primary key,
    channel_id bigint,
    opened_at timestamptz not null
);
create index conversations_opened on conversations (opened_at);
