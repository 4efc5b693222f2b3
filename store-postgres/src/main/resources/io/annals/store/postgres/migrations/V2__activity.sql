-- API request activity. Partitions are ranges of whole UTC days; they are made ahead, and dropped when
-- they are older than the retention. There is no default partition: lists are read partition by
-- partition in their order, which a default partition would prevent.
CREATE TABLE annals.activity (
  tenant_id   uuid    NOT NULL,
  token_id    uuid    NOT NULL,
  created_at  bigint  NOT NULL,
  id          uuid    NOT NULL,
  status_code integer NOT NULL,
  latency_ms  integer,
  key_prefix  text,
  method      text    NOT NULL,
  path        text    NOT NULL,
  remote_ip   text,
  actor       text,
  PRIMARY KEY (tenant_id, token_id, created_at, id)
) PARTITION BY RANGE (created_at);

-- The tokens of each service account. A tie is written again every day that it is named.
CREATE TABLE annals.activity_account (
  tenant_id          uuid   NOT NULL,
  service_account_id uuid   NOT NULL,
  token_id           uuid   NOT NULL,
  tied_at            bigint NOT NULL,
  PRIMARY KEY (tenant_id, service_account_id, token_id)
);

-- How many events of a token were created in a stretch of time: an hour or a day, in UTC. Each writer
-- adds to cells of its own slot, in the transaction that stores the events, and never waits for
-- another. A cell with many events is due once its stretch is over: then a digest is to be made of it.
CREATE TABLE annals.activity_total (
  tenant_id uuid     NOT NULL,
  token_id  uuid     NOT NULL,
  minutes   smallint NOT NULL, -- the width of the stretch
  start     bigint   NOT NULL,
  slot      smallint NOT NULL,
  events    bigint   NOT NULL,
  due       boolean  NOT NULL,
  PRIMARY KEY (tenant_id, token_id, minutes, start, slot)
) WITH (fillfactor = 50); -- rows are updated in place: leave room for the next version
-- By the end of the stretch. None of its columns changes while events are added, so updates stay HOT.
CREATE INDEX activity_due ON annals.activity_total ((start + minutes * 60000::bigint)) WHERE due;

-- What a stretch of a token's events contains, for searches to skip what cannot match. It holds as long
-- as the stretch has as many events as it was made from: events are added, never changed.
CREATE TABLE annals.activity_digest (
  tenant_id uuid     NOT NULL,
  token_id  uuid     NOT NULL,
  minutes   smallint NOT NULL, -- the width of the stretch: a day, an hour or a minute
  start     bigint   NOT NULL,
  events    bigint   NOT NULL, -- of the stretch; of the whole hour where it is a minute
  digest    bytea    NOT NULL,
  PRIMARY KEY (tenant_id, token_id, minutes, start)
);

GRANT SELECT, INSERT ON annals.activity TO annals_app;
GRANT SELECT, INSERT, UPDATE (tied_at) ON annals.activity_account TO annals_app;
GRANT SELECT, INSERT, UPDATE (events, due) ON annals.activity_total TO annals_app;
GRANT SELECT, INSERT, UPDATE (events, digest) ON annals.activity_digest TO annals_app;

DO $$
DECLARE
  stored regclass;
BEGIN
  FOREACH stored IN ARRAY ARRAY['annals.activity', 'annals.activity_account',
                                'annals.activity_total', 'annals.activity_digest']::regclass[]
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', stored);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', stored);
    -- As a subquery, so that the tenant is looked up once for a statement and not for each row.
    EXECUTE format(
      'CREATE POLICY tenant ON %s USING (tenant_id = (SELECT annals.current_tenant()))', stored);
  END LOOP;
END
$$;

-- The upkeep looks for due stretches, and removes what is derived from events that are gone, for all
-- tenants at once; it does so as the owner of the tables. Events themselves stay out of its sight.
CREATE POLICY upkeep ON annals.activity_account TO CURRENT_USER USING (true);
CREATE POLICY upkeep ON annals.activity_total TO CURRENT_USER USING (true);
CREATE POLICY upkeep ON annals.activity_digest TO CURRENT_USER USING (true);

CREATE FUNCTION annals.activity_partitions(OUT name text, OUT first bigint, OUT past bigint)
RETURNS SETOF record
LANGUAGE sql STABLE
AS $$
  SELECT format('annals.%I', relname), bounds[1]::bigint, bounds[2]::bigint
  FROM pg_inherits
  JOIN pg_class AS partition ON partition.oid = inhrelid
  CROSS JOIN regexp_match(pg_get_expr(relpartbound, partition.oid),
                          'FROM \(''?(-?\d+)''?\) TO \(''?(-?\d+)''?\)') AS bounds
  WHERE inhparent = 'annals.activity'::regclass
  ORDER BY 2
$$;

-- Makes partitions for all times from p_first to before p_past where there are none: aligned to their
-- width, narrower beside older ones of another width. Attaching, unlike creating in place, does not
-- wait for readers and writers. A partition is reached through its parent only: it has its own, empty
-- set of policies.
CREATE FUNCTION annals.cover_activity(p_first bigint, p_past bigint, p_width bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_at    bigint := p_first;
  v_end   bigint;
  v_first bigint;
  v_name  text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('annals.activity_partitions'));
  WHILE v_at < p_past LOOP
    SELECT past INTO v_end FROM annals.activity_partitions() WHERE first <= v_at AND past > v_at;
    IF NOT FOUND THEN
      SELECT max(past) INTO v_first FROM annals.activity_partitions() WHERE past <= v_at;
      SELECT min(first) INTO v_end FROM annals.activity_partitions() WHERE first > v_at;
      v_at := v_at - (v_at % p_width + p_width) % p_width;
      v_end := least(v_end, v_at + p_width);
      v_first := greatest(v_first, v_at);
      v_name := 'activity_' || to_char(to_timestamp(v_first / 1000) AT TIME ZONE 'UTC', 'YYYYMMDD');
      EXECUTE format('CREATE TABLE annals.%I (LIKE annals.activity INCLUDING ALL)', v_name);
      EXECUTE format('ALTER TABLE annals.%I ENABLE ROW LEVEL SECURITY', v_name);
      EXECUTE format('ALTER TABLE annals.%I FORCE ROW LEVEL SECURITY', v_name);
      EXECUTE format(
        'ALTER TABLE annals.activity ATTACH PARTITION annals.%I FOR VALUES FROM (%s) TO (%s)',
        v_name, v_first, v_end);
    END IF;
    v_at := v_end;
  END LOOP;
END
$$;

-- Drops the partitions that hold nothing from p_horizon on.
CREATE FUNCTION annals.drop_activity(p_horizon bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('annals.activity_partitions'));
  FOR v_name IN SELECT name FROM annals.activity_partitions() WHERE past <= p_horizon LOOP
    EXECUTE 'DROP TABLE ' || v_name;
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION annals.activity_partitions, annals.cover_activity, annals.drop_activity
FROM PUBLIC;
