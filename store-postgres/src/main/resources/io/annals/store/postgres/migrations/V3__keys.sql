-- Service accounts. One that was deleted stays for its history.
CREATE TABLE annals.service_account (
  tenant_id   uuid   NOT NULL,
  id          uuid   NOT NULL,
  created_at  bigint NOT NULL,
  name        text   NOT NULL,
  description text,
  created_by  text   NOT NULL,
  deleted_at  bigint,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX service_account_time ON annals.service_account (tenant_id, created_at, id)
  WHERE deleted_at IS NULL;

CREATE TABLE annals.api_token (
  tenant_id          uuid    NOT NULL,
  id                 uuid    NOT NULL,
  created_at         bigint  NOT NULL,
  name               text    NOT NULL,
  key_prefix         text    NOT NULL, -- of its newest secret
  scopes             text[]  NOT NULL,
  service_account_id uuid,
  user_id            text,
  created_by         text    NOT NULL,
  expires_at         bigint,
  last_used_at       bigint,
  revoked_at         bigint,
  expiry_written     boolean NOT NULL DEFAULT false, -- whether its EXPIRE event is stored
  PRIMARY KEY (tenant_id, id),
  CHECK ((service_account_id IS NULL) <> (user_id IS NULL))
) WITH (fillfactor = 70); -- last_used_at is updated in place: leave room for the next version
CREATE INDEX api_token_time ON annals.api_token (tenant_id, created_at, id);
CREATE INDEX api_token_account ON annals.api_token (tenant_id, service_account_id, created_at, id)
  WHERE service_account_id IS NOT NULL;
CREATE INDEX api_token_expiry ON annals.api_token (expires_at)
  WHERE NOT expiry_written AND (revoked_at IS NULL OR revoked_at >= expires_at);

-- Every secret that was given out, by what it begins with.
CREATE TABLE annals.api_secret (
  key_prefix  text  PRIMARY KEY,
  tenant_id   uuid  NOT NULL,
  token_id    uuid  NOT NULL,
  sha256      bytea NOT NULL CHECK (length(sha256) = 32),
  valid_until bigint -- null for the token's newest
);
CREATE INDEX api_secret_token ON annals.api_secret (tenant_id, token_id);

CREATE TABLE annals.key_lifecycle (
  tenant_id          uuid   NOT NULL,
  id                 uuid   NOT NULL,
  created_at         bigint NOT NULL,
  operation          text   NOT NULL,
  token_id           uuid,
  service_account_id uuid,
  key_prefix         text,
  actor              text   NOT NULL,
  request_id         text,
  remote_ip          text,
  detail             text   NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX key_lifecycle_token ON annals.key_lifecycle (tenant_id, token_id, created_at, id)
  WHERE token_id IS NOT NULL;
CREATE INDEX key_lifecycle_account
  ON annals.key_lifecycle (tenant_id, service_account_id, created_at, id)
  WHERE service_account_id IS NOT NULL;

-- Nothing is removed, and of the history nothing is changed.
GRANT SELECT, INSERT, UPDATE (deleted_at) ON annals.service_account TO annals_app;
GRANT SELECT, INSERT, UPDATE (key_prefix, last_used_at, revoked_at, expiry_written)
  ON annals.api_token TO annals_app;
GRANT SELECT, INSERT, UPDATE (valid_until) ON annals.api_secret TO annals_app;
GRANT SELECT, INSERT ON annals.key_lifecycle TO annals_app;

DO $$
DECLARE
  stored regclass;
BEGIN
  FOREACH stored IN ARRAY ARRAY['annals.service_account', 'annals.api_token',
                                'annals.api_secret', 'annals.key_lifecycle']::regclass[]
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', stored);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', stored);
    EXECUTE format(
      'CREATE POLICY tenant ON %s USING (tenant_id = (SELECT annals.current_tenant()))', stored);
  END LOOP;
END
$$;

-- What crosses tenants is asked of two functions, which run as the owner of the tables and answer
-- nothing but ids. What they lead to is read and written by one tenant, as everything else is.
CREATE POLICY key_lookup ON annals.api_secret FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY expiry ON annals.api_token FOR SELECT TO CURRENT_USER USING (true);

-- The tenant of the secret that begins so; null if there is none.
CREATE FUNCTION annals.tenant_of_key(p_prefix text) RETURNS uuid
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT tenant_id FROM annals.api_secret WHERE key_prefix = p_prefix
$$;

-- Tokens that expired by p_now, before they were revoked, and have no EXPIRE event yet.
CREATE FUNCTION annals.tokens_to_expire(
  p_now bigint, p_max integer, OUT tenant_id uuid, OUT token_id uuid)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT token.tenant_id, token.id FROM annals.api_token AS token
  WHERE expires_at <= p_now
    AND NOT expiry_written AND (revoked_at IS NULL OR revoked_at >= expires_at)
  ORDER BY expires_at LIMIT p_max
$$;

REVOKE ALL ON FUNCTION annals.tenant_of_key, annals.tokens_to_expire FROM PUBLIC;
GRANT EXECUTE ON FUNCTION annals.tenant_of_key, annals.tokens_to_expire TO annals_app;

-- Tells every server of a change, if and when it is committed.
CREATE FUNCTION annals.tell_of_token() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('annals_keys', NEW.token_id::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON annals.key_lifecycle
FOR EACH ROW WHEN (NEW.token_id IS NOT NULL) EXECUTE FUNCTION annals.tell_of_token();
