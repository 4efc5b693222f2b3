-- Dropping an attached partition takes a lock on the whole table, and whoever waits for that lock makes
-- everybody else wait behind it. Detaching concurrently does not, but takes transactions of its own, which
-- a function cannot have: what is left to one is to say what is to be detached and dropped. That is every
-- partition with nothing from p_horizon on, and what an interrupted run left: half detached, or detached
-- and not dropped.
DROP FUNCTION annals.drop_activity;

CREATE FUNCTION annals.expired_activity(p_horizon bigint, OUT name text, OUT detach text)
RETURNS SETOF record
LANGUAGE sql STABLE
AS $$
  SELECT partition.name, CASE WHEN inhdetachpending THEN 'FINALIZE' ELSE 'CONCURRENTLY' END
  FROM annals.activity_partitions() AS partition
  JOIN pg_inherits ON inhrelid = partition.name::regclass
  WHERE past <= p_horizon OR inhdetachpending
  UNION ALL
  SELECT format('annals.%I', relname), NULL
  FROM pg_class
  WHERE relnamespace = 'annals'::regnamespace AND NOT relispartition
    AND relname ~ '^activity_\d{8}$'
    AND relname < to_char(to_timestamp(p_horizon / 1000) AT TIME ZONE 'UTC', '"activity_"YYYYMMDD')
$$;

REVOKE ALL ON FUNCTION annals.expired_activity FROM PUBLIC;
