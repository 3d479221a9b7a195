-- One table for every message the bot posts or edits by itself, and one way to do so (see src/jobs/outbox.rs). This
-- ends the programs before it: what they leased work with is gone, so that nothing is posted by both.
--
-- That is what the linter warns of, and meant here:
-- squawk-ignore-file ban-drop-column, ban-drop-table, require-concurrent-index-deletion

create table outbox (
    guild_id bigint not null references guilds,
    outbox_id bigint generated always as identity,
    -- question: a question, its count, its reveal. discussion: one part of what follows a reveal. lobby and podium: of a
    -- live quiz. The others are what they are called.
    kind text not null check (kind in ('question', 'discussion', 'lobby', 'podium', 'notice', 'nudge', 'shared-answer')),
    -- The round, quiz, notice, nudge or open answer it is about, by its number.
    subject_id bigint not null,
    -- Which of several messages about the same.
    part smallint not null default 0,
    -- Where it is said: in a channel, or to a member.
    channel_id bigint,
    user_id bigint,
    -- Less is sooner. 0: live quizzes. 1: reveals. 2: questions. 3: discussions, notices, shared answers. 4: counts.
    -- 5: nudges.
    priority smallint not null,
    due_at timestamptz not null,
    -- Not before this, because it was changed a moment ago or Discord asked for patience.
    not_before timestamptz,
    -- It is worth nothing after this.
    expires_at timestamptz,
    -- What it should show, counted; what the last attempt took up; what is shown. urgent_version is the newest that must
    -- not be put off: a reveal, not one more answer.
    version int not null default 1,
    urgent_version int not null default 1,
    leased_version int not null default 0,
    shown_version int not null default 0,
    -- waiting: there is something to post or to edit. shown: it is up to date. dropped: it no longer made sense. failed:
    -- Discord refused it.
    state text not null default 'waiting' check (state in ('waiting', 'shown', 'dropped', 'failed')),
    reason text,
    message_id bigint,
    posted_at timestamptz,
    -- How often its message was deleted and posted anew, and a nonce of the program before this table; both are part of
    -- the nonce.
    reposts smallint not null default 0,
    nonce text,
    -- When the first attempt began that may have posted it without our hearing of it.
    first_leased_at timestamptz,
    -- Who works on it until when; attempt is the fence: a result is stored only by the attempt that was leased.
    lease_until timestamptz,
    attempt int not null default 0,
    -- Attempts since the last that went well.
    tries int not null default 0,
    wake_at timestamptz not null generated always as (greatest(due_at, not_before, lease_until)) stored,
    primary key (guild_id, outbox_id),
    constraint outbox_subject unique (guild_id, kind, subject_id, part),
    constraint outbox_place check ((channel_id is null) <> (user_id is null))
);
create index outbox_waiting on outbox (priority, wake_at) where state = 'waiting';
create index outbox_done on outbox (due_at) where state <> 'waiting';

-- Whoever delivers is told of what is new, by whichever statement.
create function notify_outbox() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', '');
    return null;
end
$$;
create trigger outbox_said after insert on outbox for each row execute function notify_outbox();
create trigger outbox_changed after update of version on outbox for each row
    when (new.version > old.version) execute function notify_outbox();

-- What is on its way, and what may still change, goes on where it is.

insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, not_before, expires_at, nonce,
                    first_leased_at)
select r.guild_id, 'question', r.round_id, r.channel_id, case r.source when 'live' then 0 else 2 end, r.due_at,
       r.lease_until, r.due_at + case r.source when 'live' then interval '10 minutes' else interval '2 hours' end,
       case when r.attempt > 0 then 'q' || r.round_id end,
       case when r.attempt > 0 then coalesce(f.posted_at, r.due_at) end
  from rounds r left join first_posts f on f.nonce = 'q' || r.round_id
 where r.state = 'planned' and r.source in ('daily', 'live');

insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, leased_version, shown_version, state,
                    message_id, posted_at, reposts)
select guild_id, 'question', round_id, channel_id, case source when 'live' then 0 else 4 end, due_at, 1, 1, 'shown',
       message_id, posted_at, case when message_id is null then 1 else 0 end
  from rounds
 where state = 'posted' and source in ('daily', 'live');

-- A reveal that is not shown. Where its question's message was deleted, it may have been posted anew already.
insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, not_before, expires_at, version,
                    urgent_version, leased_version, shown_version, message_id, posted_at, reposts, nonce,
                    first_leased_at)
select r.guild_id, 'question', r.round_id, r.channel_id, case r.source when 'live' then 0 else 1 end, r.revealed_at,
       r.lease_until, r.revealed_at + case r.source when 'live' then interval '10 minutes' else interval '1 day' end,
       2, 2, 1, 1, case when f.nonce is null then r.message_id end, r.posted_at,
       case when f.nonce is null and r.message_id is not null then 0 else 1 end, f.nonce, f.posted_at
  from rounds r left join first_posts f on f.nonce = 'v' || r.round_id
 where r.state = 'revealed' and r.announced_at is null and r.source in ('daily', 'live');
insert into outbox (guild_id, kind, subject_id, part, channel_id, priority, due_at, not_before, expires_at, nonce,
                    first_leased_at)
select r.guild_id, 'discussion', r.round_id, split_part(f.nonce, '.', 2)::smallint, r.channel_id, 3, r.revealed_at,
       r.lease_until, r.revealed_at + interval '1 day', f.nonce, f.posted_at
  from rounds r join first_posts f on f.nonce like 'r' || r.round_id || '.%'
 where r.state = 'revealed' and r.announced_at is null and r.source = 'daily';

-- Lobbies of quizzes that are not over, or over without their lobby saying so; a podium that may be there already.
insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, not_before, expires_at, version,
                    urgent_version, leased_version, shown_version, state, message_id, posted_at, nonce,
                    first_leased_at)
select l.guild_id, 'lobby', l.quiz_id, l.channel_id, 0, z.created_at, l.lease_until,
       case when l.message_id is null then z.created_at + interval '10 minutes' end,
       1 + (z.ended_at is not null)::int, 1 + (z.ended_at is not null)::int, (l.message_id is not null)::int,
       (l.message_id is not null)::int,
       case when l.message_id is not null and z.ended_at is null then 'shown' else 'waiting' end, l.message_id,
       case when l.message_id is not null then z.created_at end,
       f.nonce, f.posted_at
  from live_quizzes l join quizzes z using (quiz_id) left join first_posts f on f.nonce = 'l' || l.quiz_id
 where z.ended_at is null or l.next_at is not null;
insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, not_before, expires_at, nonce,
                    first_leased_at)
select l.guild_id, 'podium', l.quiz_id, l.channel_id, 0, f.posted_at, l.lease_until, f.posted_at + interval '10 minutes',
       f.nonce, f.posted_at
  from live_quizzes l join quizzes z using (quiz_id) join first_posts f on f.nonce = 'p' || l.quiz_id
 where z.ended_at is null;
update live_quizzes l set next_at = null
  from quizzes z
 where z.quiz_id = l.quiz_id
   and (z.ended_at is not null or (z.state = 'lobby' and l.message_id is null and l.ending is null)
        or exists (select from outbox o where o.guild_id = l.guild_id and o.kind = 'podium' and o.subject_id = l.quiz_id));

insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, not_before, expires_at, nonce,
                    first_leased_at)
select n.guild_id, 'notice', n.notice_id, n.channel_id, 3, n.due_at, n.lease_until,
       case when n.kind in ('midway', 'last-day') then n.due_at + interval '6 hours'
            when n.kind <> 'start' then n.due_at + interval '7 days' end,
       f.nonce, f.posted_at
  from notices n left join first_posts f on f.nonce = 'n' || n.notice_id
 where n.state = 'planned';
insert into outbox (guild_id, kind, subject_id, user_id, priority, due_at, not_before, expires_at, nonce,
                    first_leased_at)
select n.guild_id, 'nudge', n.nudge_id, n.user_id, 5, n.due_at, n.lease_until, n.due_at + interval '2 hours',
       f.nonce, f.posted_at
  from nudges n left join first_posts f on f.nonce = 'd' || n.nudge_id
 where n.state = 'planned';
insert into outbox (guild_id, kind, subject_id, channel_id, priority, due_at, not_before, version, urgent_version,
                    leased_version, shown_version, state, message_id, posted_at, nonce, first_leased_at)
select o.guild_id, 'shared-answer', o.open_answer_id, r.channel_id, 3, coalesce(r.announced_at, r.due_at),
       o.lease_until, o.version, o.version, o.shown_version, o.shown_version,
       case when o.version = o.shown_version then 'shown' else 'waiting' end, o.message_id, o.shown_at,
       f.nonce, f.posted_at
  from open_answers o join rounds r using (round_id) left join first_posts f on f.nonce = 's' || o.open_answer_id
 where r.announced_at is not null and r.only_user_id is null and o.version > 0;

drop index rounds_planned, rounds_unannounced, notices_planned, nudges_planned, open_answers_stale;
alter table rounds drop column lease_until, drop column attempt, drop column counted_at;
alter table notices drop column lease_until, drop column attempt;
alter table nudges drop column lease_until, drop column attempt;
alter table open_answers drop column version, drop column shown_version, drop column shown_at, drop column lease_until,
    drop column attempt;
alter table live_quizzes drop column lease_until, drop column attempt, drop column counted_at;
drop table first_posts;

-- What is planned is said, or not planned: whoever commits the one without the other is refused, such as a program from
-- before that is still running. What it would have planned is left to one that knows how.
create function require_outbox() returns trigger language plpgsql as $$
begin
    perform from outbox
      where guild_id = new.guild_id and kind = tg_argv[0] and subject_id = (to_jsonb(new) ->> tg_argv[1])::bigint;
    if not found then
        raise exception 'the % has no message in the outbox; is a program from before the outbox still running?', tg_argv[0]
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger rounds_in_outbox after insert or update of state on rounds
    deferrable initially deferred for each row when (new.state = 'planned')
    execute function require_outbox('question', 'round_id');
create constraint trigger live_quizzes_in_outbox after insert on live_quizzes
    deferrable initially deferred for each row execute function require_outbox('lobby', 'quiz_id');
create constraint trigger notices_in_outbox after insert on notices
    deferrable initially deferred for each row execute function require_outbox('notice', 'notice_id');
create constraint trigger nudges_in_outbox after insert on nudges
    deferrable initially deferred for each row execute function require_outbox('nudge', 'nudge_id');

-- From here on: programs that do not know the outbox cannot run beside one that does.
update meta set value = '13' where key = 'schema_min';
