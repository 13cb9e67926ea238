import { oddDatabase } from './odd-database.sql.js';
import { structuredDatabase } from './structured-database.sql.js';
import { zephyrDatabase } from './zephyr-database.sql.js';

/** A sound database that has something in it by which a check could be misled. */
export interface Undamaged {
  readonly name: string;
  readonly sql: string;
  /** Of the database and of the restored one, for CREATE DATABASE. */
  readonly options?: string;
  /** Of the sessions that check the restored one. */
  readonly settings?: readonly string[];
}

const quiet = 'SET client_min_messages = warning;';

export const undamaged: readonly Undamaged[] = [
  { name: 'Zephyr', sql: zephyrDatabase },
  { name: 'odd types and names', sql: oddDatabase },
  { name: 'one of everything', sql: structuredDatabase },
  {
    name: 'tables without rows, without columns, without keys',
    sql: 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (); CREATE TABLE c (x int, y text)',
  },
  {
    name: 'another time zone and date style in the sessions',
    sql: `CREATE TABLE t (id int PRIMARY KEY, a timestamptz, b timestamp, c date, d interval, e timetz);
      INSERT INTO t SELECT g, '2025-03-30 00:30Z'::timestamptz + g * interval '10 min', '2025-10-26 02:30', '0044-03-15 BC', g * interval '1 mon -3 days', '12:00+05:30' FROM generate_series(1, 50) g`,
    settings: ["TimeZone = 'Asia/Kathmandu'", "DateStyle = 'SQL, DMY'", "IntervalStyle = 'iso_8601'"],
  },
  {
    name: 'another time zone of the database itself',
    sql: `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/St_Johns'); END $$;
      CREATE TABLE t (id int PRIMARY KEY, at timestamptz DEFAULT now(), day date DEFAULT '2025-01-31');
      INSERT INTO t SELECT g, '2025-11-02 05:30Z'::timestamptz + g * interval '1 h' FROM generate_series(1, 20) g`,
  },
  {
    name: 'the C locale',
    sql: `CREATE TABLE t (id text PRIMARY KEY, v text); CREATE INDEX ON t (lower(v)); INSERT INTO t SELECT 'ä' || g, 'Ö' || g FROM generate_series(1, 50) g`,
    options: "LOCALE 'C' ENCODING 'UTF8'",
  },
  {
    name: 'an encoding of one byte',
    sql: "CREATE TABLE t (id int PRIMARY KEY, v text UNIQUE); INSERT INTO t SELECT g, 'gr' || chr(252) || 'n ' || g FROM generate_series(1, 50) g",
    options: "LOCALE 'C' ENCODING 'LATIN1'",
  },
  {
    name: 'collations by which different texts are equal',
    sql: `CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE t (id int PRIMARY KEY, v text COLLATE caseless UNIQUE, w text COLLATE "und-x-icu"); INSERT INTO t VALUES (1, 'Abc', 'a'), (2, 'äbc', 'B')`,
  },
  {
    name: 'json, jsonb and xml as they were written',
    sql: `CREATE TABLE t (id int PRIMARY KEY, j json, b jsonb, x xml, p jsonpath);
      INSERT INTO t SELECT g, '{"b":1,  "a": [1.0, 1e2]}', '{"b": 1.0, "a": null}', '<a b="1"/>', '$.a[*]' FROM generate_series(1, 20) g`,
  },
  {
    name: 'numbers at their edges',
    sql: `CREATE TABLE t (id int PRIMARY KEY, n numeric, f float8, r real, m money, b bit(3), v varbit);
      INSERT INTO t VALUES (1, 'NaN', 'NaN', '-0', -1.5, B'101', B''), (2, 1e131, 5e-324, 'Infinity', NULL, NULL, B'1'), (3, -0.000, '-Infinity', 1e-45, 92233720368547758.07, B'000', NULL), (4, 2.0, 0.1, 0.1, 0, B'111', B'0'), (5, 2.00, 1.0/3, 1.0/3, 0, B'111', B'0')`,
  },
  {
    name: 'arrays with dimensions, bounds and nulls',
    sql: `CREATE TABLE t (id int PRIMARY KEY, a int[], b text[][], c float8[], d jsonb[]);
      INSERT INTO t VALUES (1, '{1,NULL,3}', '{{a,b},{c,"d e"}}', '[0:1]={1,2}', '{"{}"}'), (2, '{}', '{}', '[-1:-1][2:3]={{1,2}}', NULL), (3, NULL, '{NULL}', '{NaN}', '{NULL}')`,
  },
  {
    name: 'enums whose values were added in between',
    sql: `CREATE TYPE mood AS ENUM ('sad', 'happy'); COMMIT; ALTER TYPE mood ADD VALUE 'meh' BEFORE 'happy'; COMMIT;
      CREATE TABLE t (id int PRIMARY KEY, m mood, l mood[] DEFAULT '{sad,meh}', CHECK (m <> 'sad'));
      CREATE INDEX ON t (m) WHERE m > 'sad'; INSERT INTO t VALUES (1, 'meh'), (2, 'happy'), (3, NULL)`,
  },
  {
    name: 'domains over domains and composite types',
    sql: `CREATE DOMAIN small AS int CHECK (VALUE < 100); CREATE DOMAIN tiny AS small NOT NULL DEFAULT 3 CHECK (VALUE < 10);
      CREATE TYPE pair AS (a small, b text); CREATE TABLE t (id tiny PRIMARY KEY, p pair, ps pair[]);
      INSERT INTO t VALUES (1, '(2,x)', '{"(3,y)",NULL}'), (2, NULL, '{}')`,
  },
  {
    name: 'bytes, and rows too large for a page',
    sql: `CREATE TABLE t (id int PRIMARY KEY, b bytea, big text); ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
      INSERT INTO t SELECT g, decode(repeat(md5(g::text), 500), 'hex'), repeat(md5(g::text), 3000) FROM generate_series(1, 10) g`,
  },
  {
    name: 'partitions of partitions, attached and with columns in another order',
    sql: `CREATE TABLE t (id int, at date, v text, UNIQUE (id, at, v)) PARTITION BY RANGE (at);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (MINVALUE) TO ('2025-01-01') PARTITION BY LIST (v);
      CREATE TABLE t_1_a PARTITION OF t_1 FOR VALUES IN ('a', NULL); CREATE TABLE t_1_rest PARTITION OF t_1 DEFAULT;
      CREATE TABLE t_2 (gone int, v text, at date NOT NULL, id int NOT NULL); ALTER TABLE t_2 DROP COLUMN gone;
      ALTER TABLE t ATTACH PARTITION t_2 FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
      CREATE INDEX ON t (v); CREATE TABLE u (id int, at date, v text, FOREIGN KEY (id, at, v) REFERENCES t (id, at, v)); ALTER TABLE t ADD CHECK (id >= 0);
      INSERT INTO t SELECT g, date '2024-12-01' + g, CASE g % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END FROM generate_series(1, 90) g; INSERT INTO u SELECT id, at, v FROM t`,
  },
  {
    name: 'tables that inherit, from several',
    sql: `CREATE TABLE a (id int CHECK (id > 0), v text DEFAULT 'a'); CREATE TABLE b (w int NOT NULL); CREATE TABLE c (x int, v text DEFAULT 'c') INHERITS (a, b);
      INSERT INTO a VALUES (1); INSERT INTO c (id, w, x) VALUES (2, 3, 4), (1, 1, 1)`,
  },
  {
    name: 'tables that inherit, whose parents were given columns later, and others lost some',
    sql: `CREATE TABLE a (gone int, id int); CREATE TABLE b (v text); CREATE TABLE c (own int, v text DEFAULT 'c') INHERITS (a, b); CREATE TABLE d (y int, own int, id int); ALTER TABLE a DROP COLUMN gone;
      ALTER TABLE a ADD COLUMN late text NOT NULL DEFAULT 'l'; ALTER TABLE d ADD COLUMN late text NOT NULL; ALTER TABLE d INHERIT a; INSERT INTO c (id, own, late) VALUES (1, 2, '3'), (2, 1, '4'); INSERT INTO d VALUES (5, 6, 7, '8')`,
  },
  {
    name: 'generated columns, identities and sequences of all kinds',
    sql: `CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (START 100 INCREMENT 10) PRIMARY KEY, n numeric, twice numeric GENERATED ALWAYS AS (n * 2) STORED);
      CREATE SEQUENCE down INCREMENT -2 MAXVALUE 100 START 100; CREATE SEQUENCE around MAXVALUE 3 CYCLE; CREATE SEQUENCE small AS smallint;
      CREATE TABLE u (id int DEFAULT nextval('down') UNIQUE, again int DEFAULT nextval('around'), s smallint DEFAULT nextval('small'));
      INSERT INTO t (n) SELECT g FROM generate_series(1, 10) g; INSERT INTO u SELECT FROM generate_series(1, 10)`,
  },
  {
    name: 'unlogged tables',
    sql: 'CREATE UNLOGGED TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) SELECT md5(g::text) FROM generate_series(1, 50) g',
  },
  {
    name: 'names that have to be quoted',
    sql: `CREATE SCHEMA "My.Schema"; CREATE TABLE "My.Schema"."or""der" ("select" int PRIMARY KEY, "a.b" text UNIQUE, "ü ñ" text DEFAULT 'it''s', CONSTRAINT "check me" CHECK ("a.b" <> ''));
      CREATE INDEX "by name" ON "My.Schema"."or""der" ("ü ñ"); CREATE TABLE "UPPER" ("ID" int REFERENCES "My.Schema"."or""der"); CREATE VIEW "a view" AS SELECT "a.b" AS "x.y" FROM "My.Schema"."or""der";
      INSERT INTO "My.Schema"."or""der" VALUES (1, 'a'), (2, 'b'); INSERT INTO "UPPER" VALUES (1), (NULL)`,
  },
  {
    name: 'keys in a circle, deferred, and to the table itself',
    sql: `CREATE TABLE a (id int PRIMARY KEY, b int, up int REFERENCES a); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b ON UPDATE SET NULL; INSERT INTO b VALUES (1, NULL); INSERT INTO a VALUES (1, 1, NULL), (2, 1, 1); UPDATE b SET a = 2`,
  },
  {
    name: 'keys that were never validated, with orphans, and indexes that are not valid',
    sql: `CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (a int); INSERT INTO b VALUES (7); ALTER TABLE b ADD CONSTRAINT later FOREIGN KEY (a) REFERENCES a NOT VALID;
      CREATE TABLE p (id int, v int) PARTITION BY LIST (id); CREATE TABLE p_1 PARTITION OF p DEFAULT; CREATE INDEX half ON ONLY p (v); INSERT INTO a VALUES (1, 1), (2, 1); INSERT INTO p VALUES (1, 1);
      CREATE INDEX broken ON a (v); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass`,
  },
  {
    name: 'foreign tables, also as a part of a partitioned one, of a server that is not reached',
    sql: `CREATE EXTENSION postgres_fdw; CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (port '1', host '127.0.0.1', dbname 'x'); CREATE USER MAPPING FOR postgres SERVER gone OPTIONS (user 'a');
      CREATE FOREIGN TABLE f (id int OPTIONS (column_name 'no'), v text DEFAULT 'x') SERVER gone OPTIONS (table_name 'g', fetch_size '9', schema_name 's'); CREATE TABLE p (id int, v int) PARTITION BY LIST (id);
      CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1); CREATE FOREIGN TABLE p_2 PARTITION OF p FOR VALUES IN (2) SERVER gone; CREATE INDEX ON p_1 (v); INSERT INTO p VALUES (1, 1)`,
  },
  {
    name: 'conditions that the server prints in other words',
    sql: `CREATE TABLE t (id int PRIMARY KEY, v varchar(10) CHECK (v IN ('a', 'b''c', 'd')), c char(3) CHECK (c = ANY (ARRAY['x', 'y'])), n numeric(5, 2) CHECK (n BETWEEN 0 AND 99.5),
      at timestamptz DEFAULT (now() AT TIME ZONE 'UTC'), CHECK (v LIKE 'a%' OR n IS NOT NULL AND NOT (c = 'x')));
      CREATE UNIQUE INDEX ON t (lower(v::text), (n + 1)) WHERE v NOT IN ('q', 'r'); CREATE VIEW w AS SELECT v FROM t WHERE v IN ('a', 'd') AND c NOT IN ('x', 'z');
      CREATE FUNCTION f(varchar DEFAULT 'x') RETURNS boolean LANGUAGE sql RETURN $1 IN ('a', 'b'); INSERT INTO t VALUES (1, 'a', 'x', 1), (2, 'd', 'y', 2)`,
  },
  {
    name: 'views on views, materialized ones, and functions that share a name',
    sql: `CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT g, g % 3 FROM generate_series(1, 30) g; CREATE VIEW a AS SELECT v, count(*) AS n FROM t GROUP BY v;
      CREATE VIEW b AS SELECT a.*, rank() OVER (ORDER BY n) FROM a; CREATE MATERIALIZED VIEW m AS SELECT * FROM b; CREATE UNIQUE INDEX ON m (v); CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS x WITH NO DATA;
      CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'; CREATE FUNCTION f(text, VARIADIC int[]) RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'; CREATE FUNCTION f(INOUT a bigint, OUT b text) LANGUAGE sql AS 'SELECT 1, ''x'''`,
  },
  {
    name: 'unique values that may be missing, and row security',
    sql: `${quiet} CREATE TABLE t (id int PRIMARY KEY, v text UNIQUE, w int UNIQUE NULLS NOT DISTINCT); INSERT INTO t VALUES (1, NULL, NULL), (2, NULL, 1), (3, 'a', 2);
      CREATE UNIQUE INDEX ON t (v, w) INCLUDE (id); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY none ON t USING (false)`,
  },
  {
    name: 'an extension with tables and types of its own',
    sql: "CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE TABLE t (id int PRIMARY KEY, h hstore, v text); CREATE INDEX ON t USING gin (v gin_trgm_ops); CREATE INDEX ON t USING gist (h); INSERT INTO t SELECT g, hstore('k', g::text), md5(g::text) FROM generate_series(1, 50) g",
  },
];
