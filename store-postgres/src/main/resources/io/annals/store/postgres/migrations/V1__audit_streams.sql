-- Connections take this role (SET ROLE at start-up): it owns nothing, so row-level security binds
-- it even when the login role is a superuser.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'annals_app') THEN
    CREATE ROLE annals_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the same server has it
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role annals_app is missing and % may not create it; as an administrator: %',
      current_user,
      format('CREATE ROLE annals_app NOLOGIN; GRANT annals_app TO %I', current_user);
END
$$;

DO $$
BEGIN
  -- Membership that a creator gets by itself (16 and later) does not include SET.
  IF NOT pg_has_role('annals_app', CASE
    WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
  THEN
    GRANT annals_app TO CURRENT_USER;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION '% may not take the role annals_app; as an administrator: %',
      current_user, format('GRANT annals_app TO %I', current_user);
END
$$;

GRANT USAGE ON SCHEMA annals TO annals_app;

-- The tenant that the current transaction acts for; null, so that nothing matches, when none was set.
CREATE FUNCTION annals.current_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('annals.tenant', true), '')::uuid;

-- Times (created_at) are epoch milliseconds in every table. JSON is kept as the text that was sent.

CREATE TABLE annals.credential_audit (
  tenant_id           uuid     NOT NULL,
  id                  uuid     NOT NULL,
  created_at          bigint   NOT NULL,
  facet               smallint NOT NULL, -- number of (sensitivity, operation, success)
  integration_auth_id uuid     NOT NULL,
  integration_kind    text     NOT NULL,
  operation           text     NOT NULL,
  sensitivity         text     NOT NULL,
  user_id             text,
  agent_id            text,
  tool_id             text,
  actor               text,
  request_id          text,
  success             boolean  NOT NULL,
  failure_reason      text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX credential_audit_time  ON annals.credential_audit (tenant_id, created_at, id);
CREATE INDEX credential_audit_facet ON annals.credential_audit (tenant_id, facet, created_at, id);

CREATE TABLE annals.audit_events (
  tenant_id      uuid   NOT NULL,
  id             uuid   NOT NULL,
  created_at     bigint NOT NULL,
  user_id        bigint,
  actor_type     text   NOT NULL,
  actor_id       text,
  source         text   NOT NULL,
  event_group    text   NOT NULL,
  event_type     text   NOT NULL,
  status         text   NOT NULL,
  resource_type  text,
  resource_id    text,
  session_id     text,
  vm_id          text,
  task_id        bigint,
  request_id     text,
  correlation_id text,
  http_method    text,
  path           text,
  http_status    integer,
  latency_ms     double precision,
  ip_address     text,
  user_agent     text,
  node_ip        text,
  worker_id      text,
  event_payload  text,
  error_message  text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_events_time    ON annals.audit_events (tenant_id, created_at, id);
CREATE INDEX audit_events_group   ON annals.audit_events (tenant_id, event_group, created_at, id);
CREATE INDEX audit_events_type    ON annals.audit_events (tenant_id, event_type, created_at, id);
CREATE INDEX audit_events_status  ON annals.audit_events (tenant_id, status, created_at, id);
CREATE INDEX audit_events_user    ON annals.audit_events (tenant_id, user_id, created_at, id)
  WHERE user_id IS NOT NULL;
CREATE INDEX audit_events_vm      ON annals.audit_events (tenant_id, vm_id, created_at, id)
  WHERE vm_id IS NOT NULL;
CREATE INDEX audit_events_session ON annals.audit_events (tenant_id, session_id, created_at, id)
  WHERE session_id IS NOT NULL;

CREATE TABLE annals.audit_log (
  tenant_id     uuid   NOT NULL,
  id            uuid   NOT NULL,
  created_at    bigint NOT NULL,
  actor_id      text   NOT NULL,
  actor_type    text   NOT NULL,
  action        text   NOT NULL,
  resource_type text   NOT NULL,
  resource_id   text   NOT NULL,
  metadata      text   NOT NULL,
  reasoning     text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_log_time          ON annals.audit_log (tenant_id, created_at, id);
CREATE INDEX audit_log_actor         ON annals.audit_log (tenant_id, actor_id, created_at, id);
CREATE INDEX audit_log_resource_type ON annals.audit_log (tenant_id, resource_type, created_at, id);
CREATE INDEX audit_log_resource_id   ON annals.audit_log (tenant_id, resource_id, created_at, id);
CREATE INDEX audit_log_action        ON annals.audit_log (tenant_id, action, created_at, id);

-- Exact totals of the counted streams: events[facet + 1] of a stretch of hours. Stretches of level n
-- are 8^n hours wide and aligned, so that any range of hours is covered by a few of them; the last
-- level holds all time in one. Each writer adds to cells of its own slot and never waits for another.
CREATE TABLE annals.audit_total (
  tenant_id uuid     NOT NULL,
  stream    text     NOT NULL,
  level     smallint NOT NULL,
  hour      bigint   NOT NULL, -- the first hour of the stretch, counted from the epoch
  slot      smallint NOT NULL,
  events    bigint[] NOT NULL,
  PRIMARY KEY (tenant_id, stream, level, hour, slot)
) WITH (fillfactor = 50); -- rows are updated in place: leave room for the next version

-- Audit trails are immutable: the application may add and read, not change or remove.
GRANT SELECT, INSERT ON annals.credential_audit, annals.audit_events, annals.audit_log TO annals_app;
GRANT SELECT, INSERT, UPDATE (events) ON annals.audit_total TO annals_app;

DO $$
DECLARE
  stored regclass;
BEGIN
  FOREACH stored IN ARRAY ARRAY['annals.credential_audit', 'annals.audit_events',
                                'annals.audit_log', 'annals.audit_total']::regclass[]
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', stored);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', stored);
    EXECUTE format('CREATE POLICY tenant ON %s USING (tenant_id = annals.current_tenant())', stored);
  END LOOP;
END
$$;
