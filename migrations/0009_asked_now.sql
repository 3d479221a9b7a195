-- What a guild is being asked at this moment, in its channels: such a question is kept out of everything that would give
-- its answer away. Many statements ask for it, and they have to agree. A round that is being posted counts, because people
-- may see it before the bot hears that it is there. What a member practises alone does not count.
--
-- PostgreSQL puts the view's condition in its place in each statement, so the index rounds_asked serves as before.
create view asked_now as
    select guild_id, question_id, round_id
      from rounds
     where state in ('planned', 'posted') and source in ('daily', 'live');
