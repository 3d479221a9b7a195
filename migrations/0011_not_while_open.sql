-- One rule, "not while it is open", with what it needs to be quick; and what keeps profiles and boards of topics from
-- reading all that a guild ever answered.

-- As before, and until when: what is not told before the reveal can be promised for a time.
create or replace view asked_now as
    select guild_id, question_id, round_id,
           coalesce(reveal_at, due_at + make_interval(secs => window_seconds)) as ends_at
      from rounds
     where state in ('planned', 'posted') and source in ('daily', 'live');

-- What must not be chosen now: what is being asked, and what was asked and whose reveal is not shown yet, because showing
-- it would tell the key of the new round.
create view held_back as
    select guild_id, question_id, ends_at from asked_now
     union all
    select guild_id, question_id, null
      from rounds
     where state = 'revealed' and announced_at is null and source in ('daily', 'live');

-- The index these were read by holds every private round too, of which there is no end.
create index rounds_asked_now on rounds (guild_id, question_id)
    where state in ('planned', 'posted') and source in ('daily', 'live');
create index rounds_unshown on rounds (guild_id, question_id)
    where state = 'revealed' and announced_at is null and source in ('daily', 'live');
-- Choosing asks how often and when everybody was asked something; boards of a topic ask which rounds were about it.
create index rounds_for_everybody on rounds (guild_id, question_id, due_at)
    where state in ('planned', 'posted', 'revealed') and source in ('daily', 'live');

-- What each member earned in each week, by the Monday it begins with where the guild is: a profile shows half a year of
-- places. Derived, as standings are. The second index is what a place is counted with.
create table weekly_points (
    guild_id bigint not null,
    week date not null,
    user_id bigint not null,
    points int not null,
    primary key (guild_id, week, user_id)
);
create index weekly_points_places on weekly_points (guild_id, week, points);

-- Boards of a topic begin with the rounds that asked about it, and read nothing but this of each.
create index answers_of_round on answers (round_id) include (user_id, points, correct, answered_at)
    where points is not null;

-- What was judged before. A zone this server does not know must not keep the program from starting: the weeks of such a
-- guild begin in UTC until its boards are made anew.
insert into weekly_points (guild_id, week, user_id, points)
select a.guild_id, date_trunc('week', a.answered_at at time zone z.name)::date, a.user_id, sum(a.points)
  from answers a
  join (select g.guild_id, coalesce(known.name, 'UTC') as name
          from guilds g left join pg_timezone_names known on known.name = g.time_zone) z using (guild_id)
 where a.points is not null and a.source in ('daily', 'live')
 group by 1, 2, 3;
