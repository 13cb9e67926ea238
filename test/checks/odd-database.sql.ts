/** A database with whatever PostgreSQL allows that could make two equal databases look different. */
export const oddDatabase = `
SET client_min_messages = warning;
BEGIN;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE SCHEMA "Odd ""Schema"".x";
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok';
COMMIT;
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN moods AS mood[];
CREATE TYPE pair AS (x int, y text);
CREATE TYPE moody AS (x int, m mood);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TYPE word_span AS RANGE (subtype = text, collation = "C");
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

CREATE TABLE documents (id serial PRIMARY KEY, j json, jb jsonb, x xml, ts tsvector, tq tsquery, h hstore, jp jsonpath);
INSERT INTO documents (j, jb, x, ts, tq, h, jp) SELECT
  ('{"b": ' || g || ',  "a": 1}')::json, ('{"b": ' || g || ', "a": [1, null]}')::jsonb, ('<a b="' || g || '">ä</a>')::xml,
  to_tsvector('english', 'cats ' || g), to_tsquery('english', 'cat & dog'), hstore('k', g::text), '$.a[*] ? (@ > 1)'
FROM generate_series(1, 50) g;
INSERT INTO documents DEFAULT VALUES;
INSERT INTO documents (id, jb) SELECT -1, jsonb_agg(g) FROM generate_series(1, 40) g;
INSERT INTO documents (id, jb) SELECT -2, jsonb_agg(0) FROM generate_series(1, 64) g;

CREATE TABLE numbers (id int PRIMARY KEY, n numeric, n2 numeric(10, 4), f float8, r real, m money, i8 bigint, i2 smallint, o oid,
  b bit(5), vb bit varying, c "char", bp char(7), nm name);
INSERT INTO numbers SELECT g, (g / 3.0)::numeric, g / 7.0, g / 3.0, 1.1 * g, g * 1.15, g::bigint << 40, g, g, (g % 32)::bit(5),
  B'101', 'z', 'ab', 'nm' || g FROM generate_series(1, 60) g;
INSERT INTO numbers VALUES (-1, 'NaN', 0, 'Infinity', '-Infinity', -1234567.89, -1, -1, 0, B'00000', B'', '', '', ''),
  (-2, 1e100, 0, 'NaN', '-0', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE times (id int PRIMARY KEY, tz timestamptz, t timestamp, d date, ti time, tt timetz, i interval);
INSERT INTO times SELECT g, '2025-03-30 00:30:00+00'::timestamptz + g * interval '1 hour', timestamp '2025-10-26 02:30' + g * interval '7 min',
  date '2024-02-29' + g, '12:00'::time + g * interval '1 min', '12:00:00+05:30', make_interval(months => g, days => -g, secs => 0.5)
FROM generate_series(1, 40) g;
INSERT INTO times VALUES (-1, 'infinity', '-infinity', 'infinity', '24:00', '00:00-12', '-1 year 2 mons -3 days'), (-3, NULL, NULL, NULL, NULL, NULL, '24:00:00'), (-4, NULL, '2000-01-01 00:00:00.000001', NULL, NULL, NULL, NULL), (-2, '4713-01-01 BC', NULL, '0044-03-15 BC', NULL, NULL, NULL);

CREATE TABLE lists (id int PRIMARY KEY, a int[], aa text[], ae mood[], d moods, ap pair[], bb bytea[], aj json[], big float8[]);
INSERT INTO lists VALUES (1, '{1,2,3}', '{a,NULL,"b c"}', '{sad,meh}', '{ok}', '{"(1,a)"}', '{"\\\\x00ff"}', '{"{}"}', '[2:3]={1.5,2}'),
  (2, '{}', '{}', '{}', NULL, '{}', '{}', '{}', '{}'), (3, '{{1,2},{3,4}}', '{{a},{b}}', NULL, '{}', NULL, NULL, NULL, NULL);

CREATE TABLE shapes (id int PRIMARY KEY, mood mood DEFAULT 'ok', e email, p pair, mo moody, s span, w word_span, ir int4range,
  tr tstzrange, mr int4multirange, pt point, bx box, pa path, ip inet, ci cidr, ma macaddr, u uuid, b bytea, v varchar(10), ct citext,
  cl text COLLATE caseless, ln pg_lsn, rc regclass, rt regtype, doubled int GENERATED ALWAYS AS (id * 2) STORED,
  "Select ""x"" t" text, t text, fl float8, yes bool DEFAULT true, nothing bigint);
INSERT INTO shapes VALUES (1, 'happy', 'a@b', '(1,"x y")', '(2,sad)', '[1,2)', '[a,b]', '[1,5)', '[2025-01-01 00:00+00,2025-02-01 00:00+01)', '{[1,3),[5,7)}',
  '(1,2)', '((0,0),(1,1))', '[(0,0),(1,1)]', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\\x00ff10',
  'v', 'CaSe', 'CaSe', '0/16B3748', 'documents', 'pair', DEFAULT, 'odd', 't', -0.5);
INSERT INTO shapes (id) VALUES (2);

CREATE TABLE measures (id int, at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE measures_2024 PARTITION OF measures FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measures_2025 PARTITION OF measures FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY HASH (id);
CREATE TABLE measures_2025_0 PARTITION OF measures_2025 FOR VALUES WITH (modulus 2, remainder 0);
CREATE TABLE measures_2025_1 (gone int, v int, id int, at timestamptz NOT NULL);
ALTER TABLE measures_2025_1 DROP COLUMN gone;
ALTER TABLE measures_2025 ATTACH PARTITION measures_2025_1 FOR VALUES WITH (modulus 2, remainder 1);
INSERT INTO measures SELECT g, timestamptz '2024-06-01 00:00+00' + g * interval '1 day', g FROM generate_series(1, 400) g;
CREATE TABLE by_word (w text, n int) PARTITION BY HASH (w);
CREATE TABLE by_word_0 PARTITION OF by_word FOR VALUES WITH (modulus 3, remainder 0);
CREATE TABLE by_word_1 PARTITION OF by_word FOR VALUES WITH (modulus 3, remainder 1);
CREATE TABLE by_word_2 PARTITION OF by_word FOR VALUES WITH (modulus 3, remainder 2);
INSERT INTO by_word SELECT md5(g::text), g FROM generate_series(1, 100) g;

CREATE TABLE animals (id int PRIMARY KEY, name text);
CREATE TABLE dogs (breed text) INHERITS (animals);
INSERT INTO animals VALUES (1, 'cat');
INSERT INTO dogs VALUES (2, 'rex', 'lab'), (3, NULL, NULL);

CREATE TABLE dropped (a int, b text, c int, d text DEFAULT 'x');
INSERT INTO dropped SELECT g, 'b' || g, g * 2 FROM generate_series(1, 20) g;
ALTER TABLE dropped DROP COLUMN b;
ALTER TABLE dropped ADD COLUMN e text DEFAULT 'late' NOT NULL;
CREATE TABLE "Odd ""Schema"".x"."Ta.ble ""1""" ("Id ' \\ x" int PRIMARY KEY, "ä" text);
INSERT INTO "Odd ""Schema"".x"."Ta.ble ""1""" VALUES (1, E'back\\\\slash'), (2, ''), (3, NULL);
CREATE UNLOGGED TABLE scratch AS SELECT g AS id FROM generate_series(1, 10) g;
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES; INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE empty_one (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text);
CREATE TABLE twins (v text);
INSERT INTO twins VALUES ('a'), ('a'), (NULL), (NULL), ('');
CREATE TABLE secret (id int PRIMARY KEY, owner text);
INSERT INTO secret VALUES (1, 'a'), (2, 'b');
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON secret USING (owner = current_user);
CREATE TABLE toasted (id int PRIMARY KEY, big text, doc jsonb);
INSERT INTO toasted SELECT g, repeat(md5(g::text), 3000), jsonb_build_object('k', repeat(md5(g::text), 2000)) FROM generate_series(1, 5) g;
CREATE MATERIALIZED VIEW summary AS SELECT count(*) FROM twins;
CREATE VIEW looking AS SELECT * FROM twins;
`;
