-- What a program has to know to live on this schema: the number of a migration. Whoever knows that one, and none newer,
-- runs beside newer programs; a migration that an older program could not bear raises it.
insert into meta (key, value) values ('schema_min', '12');
