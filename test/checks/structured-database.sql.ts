/** Everything that a structure describes, at least once: beside Zephyr's tables what a database has that holds no rows. */
export const structuredDatabase = `
SET client_min_messages = warning;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader; END IF;
END $$;
CREATE EXTENSION citext;
CREATE SCHEMA audit;
CREATE TYPE state AS ENUM ('draft', 'open', 'closed');
CREATE DOMAIN room AS text DEFAULT 'R0' NOT NULL CONSTRAINT room_starts_with_r CHECK (VALUE LIKE 'R%');
CREATE TYPE point3 AS (x int, y int, z int);
CREATE TYPE hours AS RANGE (subtype = float8);
CREATE SEQUENCE tickets INCREMENT 5 START 100 CACHE 3;
CREATE TABLE polls (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, room_code room UNIQUE, state state DEFAULT 'draft',
  kind varchar(20) NOT NULL DEFAULT 'single', title text COLLATE "C", shouted text GENERATED ALWAYS AS (upper(title)) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT known_kind CHECK (kind IN ('single', 'multiple', 'it''s')), CONSTRAINT has_title CHECK (title <> ''));
CREATE TABLE votes (id bigserial PRIMARY KEY, poll_id bigint NOT NULL REFERENCES polls ON DELETE CASCADE, choice int,
  comment citext, ticket bigint DEFAULT nextval('tickets'), during int4range, CONSTRAINT once UNIQUE (poll_id, choice),
  EXCLUDE USING gist (during WITH &&));
CREATE INDEX votes_by_poll ON votes (poll_id) WHERE choice > 0;
CREATE INDEX votes_lower ON votes (lower(comment::text) DESC NULLS LAST);
ALTER TABLE votes CLUSTER ON votes_lower;
CREATE TABLE audit.logs (id bigint, at timestamptz NOT NULL, action text CHECK (action <> ''), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE audit.logs_2025 PARTITION OF audit.logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX logs_by_action ON audit.logs (action);
ALTER TABLE audit.logs ADD poll bigint REFERENCES polls;
CREATE UNLOGGED TABLE scratch (id int);
CREATE TABLE animals (id int CHECK (id > 0)); CREATE TABLE dogs (breed text) INHERITS (animals);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION total(poll bigint, OUT votes bigint) LANGUAGE sql STABLE AS 'SELECT count(*) FROM public.votes WHERE poll_id = poll';
CREATE FUNCTION total(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE PROCEDURE nothing() LANGUAGE sql AS '';
CREATE AGGREGATE product(int) (SFUNC = int4mul, STYPE = int, INITCOND = '1');
CREATE TRIGGER touched BEFORE UPDATE ON votes FOR EACH ROW WHEN (old.choice IS DISTINCT FROM new.choice) EXECUTE FUNCTION touch();
CREATE TRIGGER resting AFTER INSERT ON polls FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE polls DISABLE TRIGGER resting;
CREATE TRIGGER logged AFTER INSERT ON audit.logs FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW open_polls WITH (security_barrier) AS SELECT id, kind FROM polls WHERE state = 'open' AND kind IN ('single', 'multiple');
CREATE TRIGGER through INSTEAD OF INSERT ON open_polls FOR EACH ROW EXECUTE FUNCTION touch();
CREATE MATERIALIZED VIEW standings AS SELECT poll_id, count(*) AS votes FROM votes GROUP BY poll_id;
CREATE UNIQUE INDEX standings_by_poll ON standings (poll_id);
ALTER TABLE votes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_votes ON votes FOR SELECT TO reader USING (choice > 0);
CREATE POLICY new_votes ON votes AS RESTRICTIVE FOR INSERT WITH CHECK (choice < 10);
CREATE SCHEMA spare;
CREATE RULE kept AS ON DELETE TO polls DO INSTEAD NOTHING;
CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER telling ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION told();
CREATE PUBLICATION changes FOR TABLE polls, votes WITH (publish = 'insert, update');
CREATE STATISTICS together (ndistinct) ON poll_id, choice FROM votes;
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
CREATE USER MAPPING FOR reader SERVER elsewhere OPTIONS (user 'far');
CREATE FOREIGN TABLE abroad (id int OPTIONS (column_name 'no') NOT NULL, v text) SERVER elsewhere OPTIONS (table_name 'far');
CREATE FUNCTION rank_of(state) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (state AS int) WITH FUNCTION rank_of(state) AS ASSIGNMENT;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = ===);
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple, STOPWORDS = english);
COMMENT ON COLUMN polls.title IS 'what is asked'; COMMENT ON TABLE votes IS 'what was answered';
ALTER TABLE votes SET (fillfactor = 70); ALTER TABLE votes ALTER comment SET STORAGE EXTERNAL, ALTER choice SET STATISTICS 500, ALTER choice SET (n_distinct = 4);
GRANT USAGE ON SCHEMA audit TO reader;
REVOKE EXECUTE ON FUNCTION rank_of FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE nothing TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA audit GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO reader;
GRANT SELECT ON polls, votes, open_polls TO reader;
GRANT SELECT (kind), UPDATE (kind) ON polls TO PUBLIC;
GRANT INSERT ON votes TO reader WITH GRANT OPTION;
INSERT INTO polls (room_code, title) VALUES ('R1', 'a'), ('R2', 'b');
INSERT INTO votes (poll_id, choice) VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO audit.logs VALUES (1, '2025-05-05', 'vote', 1);
`;
