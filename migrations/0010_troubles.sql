-- What did not happen of a schedule, and why, so that its manager can be shown all of it. Few rounds have a reason or
-- wait to be posted, so the index stays small; a schedule's list reads a few rows of it.
create index rounds_troubles on rounds (guild_id, schedule_id, due_at) where reason is not null or state = 'planned';
