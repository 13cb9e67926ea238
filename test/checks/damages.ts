/** A damage done to a sound database, the check that claims to see it, and what that check says of it. */
export interface Damage {
  readonly name: string;
  readonly sql: string;
  readonly caughtBy: string;
  readonly says: RegExp;
  /** What the sound database has in addition. */
  readonly prepare?: string | undefined;
}

type Entry = readonly [name: string, sql: string, caughtBy: string, says: RegExp, prepare?: string];

const damage = ([name, sql, caughtBy, says, prepare]: Entry): Damage => ({ name, sql, caughtBy, says, prepare });

const twins = 'CREATE TABLE twins (v int); INSERT INTO twins VALUES (1), (1), (2), (5)';

const numbers = `CREATE TABLE numbers (id int PRIMARY KEY, sum numeric, count bigint, share float8, doc jsonb);
INSERT INTO numbers VALUES (1, -19.90, -1, NULL, '{"sum": -19.90}'), (2, 'NaN', 7, 0.5, NULL), (3, NULL, NULL, NULL, (SELECT jsonb_agg(g) FROM generate_series(1, 40) g))`;
const otherNumbers = /public\.numbers has other content/;

/** Runs statements while an index is not kept up, as one is not whose build went wrong. */
const behindTheBackOf = (index: string, sql: string): string => `
UPDATE pg_index SET indisready = false WHERE indexrelid = '${index}'::regclass; ${sql};
UPDATE pg_index SET indisready = true WHERE indexrelid = '${index}'::regclass`;

const rows: readonly Entry[] = [
  ['a table lost', 'DROP TABLE of_parts', 'fingerprint', /public\.of_parts is missing/],
  ['rows lost', 'DELETE FROM bookings WHERE id = 2', 'fingerprint', /public\.bookings has 3 rows instead of 4/],
  ['a row changed', "UPDATE rooms SET name = 'z' WHERE floor = 1", 'fingerprint', /public\.rooms has other content/],
  [
    'a partition detached',
    'ALTER TABLE of_parts DROP CONSTRAINT of_parts_part_fkey; ALTER TABLE parts DETACH PARTITION parts_2',
    'fingerprint',
    /public\.parts_2 no longer belongs to public\.parts/,
  ],
  [
    'too few rows',
    'ALTER TABLE of_parts DROP CONSTRAINT of_parts_part_fkey; DELETE FROM parts WHERE id = 7',
    'rows',
    /public\.parts has 149 rows/,
  ],
  [
    'a counted table lost',
    'ALTER TABLE of_parts DROP CONSTRAINT of_parts_part_fkey; DROP TABLE parts',
    'rows',
    /no table public\.parts/,
  ],
  ['an empty table', 'DELETE FROM audit_logs', 'boundary', /public\.audit_logs: there is no row/],
  [
    'a table without instants',
    'UPDATE bookings SET day = NULL',
    'boundary',
    /public\.bookings: there is no row with a day/,
  ],
  [
    'a stale table',
    "DELETE FROM votes WHERE created_at > '2025-11-09 14:24:54Z'; INSERT INTO votes (poll_id, created_at) SELECT 1, '2020-01-01' FROM generate_series(1, 10)",
    'boundary',
    /newest row is of 2025-11-09T14:24:53.5Z, before/,
  ],
  [
    'a row after the boundary',
    "INSERT INTO votes (poll_id, created_at) VALUES (1, '2025-11-09 14:25:00.000001Z')",
    'boundary',
    /1 rows after 2025-11-09T14:25:00Z, the newest at 2025-11-09T14:25:00.000001Z/,
  ],
  [
    'a row at the end of time',
    "INSERT INTO votes (poll_id, created_at) VALUES (1, 'infinity')",
    'boundary',
    /the newest at infinity/,
  ],
  [
    'a row after the boundary, without time zone',
    "INSERT INTO audit_logs (action, created_at) VALUES ('x', '2025-11-09 14:25:01')",
    'boundary',
    /public\.audit_logs: 1 rows after/,
  ],
  [
    'an orphan',
    "SET session_replication_role = replica; INSERT INTO votes (poll_id, created_at) VALUES (999, '2025-11-09 14:24:59Z')",
    'foreign-keys',
    /votes_poll_id_fkey: 1 rows point to rows of public\.polls/,
  ],
  [
    'parents lost',
    'SET session_replication_role = replica; DELETE FROM participants WHERE id = 5',
    'foreign-keys',
    /votes_participant_id_fkey: \d rows point/,
  ],
  [
    'half an orphan of a composite key',
    "SET session_replication_role = replica; INSERT INTO bookings VALUES (9, 'A', 2, NULL)",
    'foreign-keys',
    /booked_room: 1 rows/,
  ],
  [
    'a half key under MATCH FULL',
    "SET session_replication_role = replica; INSERT INTO full_bookings VALUES (9, 'A', NULL)",
    'foreign-keys',
    /fully_booked: 1 rows/,
  ],
  [
    'an orphan in a partition',
    'SET session_replication_role = replica; UPDATE parts SET poll = 999 WHERE id = 120',
    'foreign-keys',
    /parts_poll_fkey: 1 rows/,
  ],
  [
    'an orphan of a partitioned table',
    'SET session_replication_role = replica; INSERT INTO of_parts VALUES (777, 777)',
    'foreign-keys',
    /of_parts_part_fkey: 1 rows/,
  ],
  [
    'a key that is not validated',
    'ALTER TABLE votes DROP CONSTRAINT votes_poll_id_fkey; ALTER TABLE votes ADD CONSTRAINT unproven FOREIGN KEY (poll_id) REFERENCES polls NOT VALID',
    'foreign-keys',
    /unproven: it is not validated/,
  ],
  ['keys switched off', 'ALTER TABLE votes DISABLE TRIGGER ALL', 'foreign-keys', /switched off/],
  [
    'a sequence behind',
    "SELECT setval('votes_id_seq', 499)",
    'sequences',
    /public\.votes_id_seq for public\.votes\.id: it has reached 499, the column 500/,
  ],
  [
    'a sequence set to a number that is taken',
    "SELECT setval('votes_id_seq', 500, false)",
    'sequences',
    /it has reached 499, the column 500/,
  ],
  ['an identity started anew', 'ALTER TABLE polls ALTER COLUMN id RESTART', 'sequences', /public\.polls_id_seq/],
  [
    'a sequence that nobody owns behind',
    "SELECT setval('audit_ids', 3)",
    'sequences',
    /public\.audit_ids for public\.audit_logs\.id/,
  ],
  [
    'a descending sequence behind',
    "SELECT setval('down', -2)",
    'sequences',
    /public\.down for public\.downward\.id: it has reached -2, the column -5/,
  ],
  [
    'an invalid index',
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'votes_poll'::regclass",
    'indexes',
    /public\.votes_poll: it is not valid/,
  ],
  [
    'a partitioned index that lacks a part',
    'CREATE INDEX parts_poll ON ONLY parts (poll)',
    'indexes',
    /public\.parts_poll/,
  ],
  [
    'a primary key lost',
    'ALTER TABLE bookings DROP CONSTRAINT bookings_pkey',
    'primary-keys',
    /public\.bookings: it has no primary key/,
  ],
  ['a table that came without its key', 'CREATE TABLE copy AS SELECT * FROM votes', 'primary-keys', /public\.copy/],
];

const content: readonly Entry[] = [
  [
    'a value changed in one row',
    "UPDATE polls SET question = 'Q' WHERE id = 7",
    'fingerprint',
    /public\.polls has other content/,
  ],
  [
    'two rows swapped their values',
    "UPDATE participants SET name = CASE id WHEN 3 THEN 'p4' ELSE 'p3' END WHERE id IN (3, 4)",
    'fingerprint',
    /public\.participants has other content/,
  ],
  [
    'one row twice, another gone',
    'DELETE FROM twins WHERE v = 2; INSERT INTO twins VALUES (5)',
    'fingerprint',
    /public\.twins has other content/,
    twins,
  ],
  [
    'a pair of equal rows turned into another pair',
    'UPDATE twins SET v = 7 WHERE v = 1',
    'fingerprint',
    /public\.twins has other content/,
    twins,
  ],
  [
    'NULL where there was an empty text',
    'UPDATE blobs SET t = NULL WHERE id = 1',
    'fingerprint',
    /public\.blobs has other content/,
  ],
  [
    'an empty text where there was NULL',
    "UPDATE blobs SET t = '' WHERE id = 2",
    'fingerprint',
    /public\.blobs has other content/,
  ],
  [
    'a text that moved to the next column',
    'UPDATE blobs SET t = u, u = t WHERE id = 3',
    'fingerprint',
    /public\.blobs has other content/,
  ],
  [
    'one bit of a bytea',
    'UPDATE blobs SET b = set_bit(b, 77, 1 - get_bit(b, 77)) WHERE id = 1',
    'fingerprint',
    /public\.blobs has other content/,
  ],
  [
    'a moment moved by a microsecond',
    "UPDATE votes SET created_at = created_at + interval '1 microsecond' WHERE id = 9",
    'fingerprint',
    /public\.votes has other content/,
  ],
  ['a table emptied', 'TRUNCATE bookings', 'fingerprint', /public\.bookings has 0 rows instead of 4/],
  ['a number without its sign', 'UPDATE numbers SET sum = 19.90 WHERE id = 1', 'fingerprint', otherNumbers, numbers],
  [
    'a number with other digits after it',
    'UPDATE numbers SET sum = -19.9 WHERE id = 1',
    'fingerprint',
    otherNumbers,
    numbers,
  ],
  [
    'an infinity where there was no number',
    "UPDATE numbers SET sum = 'Infinity' WHERE id = 2",
    'fingerprint',
    otherNumbers,
    numbers,
  ],
  ['-1 read as 4294967295', 'UPDATE numbers SET count = 4294967295 WHERE id = 1', 'fingerprint', otherNumbers, numbers],
  ['zero where there was NULL', 'UPDATE numbers SET share = 0 WHERE id = 1', 'fingerprint', otherNumbers, numbers],
  [
    'a number without its sign in a jsonb',
    `UPDATE numbers SET doc = '{"sum": 19.90}' WHERE id = 1`,
    'fingerprint',
    otherNumbers,
    numbers,
  ],
  [
    'two elements of a long jsonb swapped',
    "UPDATE numbers SET doc = jsonb_set(jsonb_set(doc, '{0}', '33'), '{32}', '1') WHERE id = 3",
    'fingerprint',
    otherNumbers,
    numbers,
  ],
];

const consistency: readonly Entry[] = [
  [
    'a unique value twice, which its index does not show',
    behindTheBackOf(
      'polls_room_code_key',
      "INSERT INTO polls (room_code, created_at) VALUES ('R1', '2025-11-09 14:00Z')",
    ),
    'uniqueness',
    /public\.polls polls_room_code_key: 1 values that should be unique/,
  ],
  [
    'a primary key twice',
    behindTheBackOf('rooms_pkey', "INSERT INTO rooms VALUES ('A', 1, 'again')"),
    'uniqueness',
    /public\.rooms rooms_pkey: 1 values/,
  ],
  [
    'a row that an index does not hold',
    `CREATE EXTENSION amcheck; ${behindTheBackOf('votes_poll', "INSERT INTO votes (poll_id, created_at) VALUES (1, '2025-11-09 14:00Z')")}`,
    'amcheck',
    /public\.votes_poll: .*lacks matching index tuple/,
  ],
  [
    'indexes of texts built under another sort order',
    "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = current_database()",
    'collations',
    /default: indexes were built under version 1\.0/,
  ],
  [
    'a vote without a poll, and without the key that forbids it',
    "ALTER TABLE votes DROP CONSTRAINT votes_poll_id_fkey; INSERT INTO votes (poll_id, created_at) VALUES (999, '2025-11-09 14:24Z')",
    'custom',
    /votes-without-polls: there are 1 rows/,
  ],
  [
    'a room code twice, without the index that forbids it',
    "ALTER TABLE polls DROP CONSTRAINT polls_room_code_key; INSERT INTO polls (room_code, created_at) VALUES ('R1', '2025-11-09 14:24Z')",
    'custom',
    /room-codes-once: there are 1 rows/,
  ],
];

/** Done to Zephyr's database. */
export const zephyrDamages: readonly Damage[] = [...rows, ...content, ...consistency].map(damage);

const structure: readonly (readonly [name: string, sql: string, says: RegExp])[] = [
  ['an index missing', 'DROP INDEX votes_by_poll', /index public\.votes_by_poll is missing/],
  [
    'an index over other columns',
    'DROP INDEX votes_by_poll; CREATE INDEX votes_by_poll ON votes (choice)',
    /votes_by_poll has definition/,
  ],
  [
    'an index not valid',
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'votes_lower'::regclass",
    /votes_lower has valid false/,
  ],
  [
    'a primary key lost',
    'ALTER TABLE votes DROP CONSTRAINT votes_pkey',
    /constraint public\.votes\.votes_pkey is missing/,
  ],
  ['a unique constraint lost', 'ALTER TABLE votes DROP CONSTRAINT once', /constraint public\.votes\.once is missing/],
  ['a foreign key lost', 'ALTER TABLE votes DROP CONSTRAINT votes_poll_id_fkey', /votes_poll_id_fkey is missing/],
  [
    'a foreign key that no longer cascades',
    'ALTER TABLE votes DROP CONSTRAINT votes_poll_id_fkey, ADD FOREIGN KEY (poll_id) REFERENCES polls',
    /votes_poll_id_fkey has definition FOREIGN KEY/,
  ],
  [
    'a constraint not validated',
    "ALTER TABLE polls DROP CONSTRAINT has_title, ADD CONSTRAINT has_title CHECK (title <> '') NOT VALID",
    /has_title has validated false instead of true/,
  ],
  ['a check lost', 'ALTER TABLE polls DROP CONSTRAINT known_kind', /known_kind is missing/],
  [
    'a check that allows more',
    "ALTER TABLE polls DROP CONSTRAINT known_kind, ADD CONSTRAINT known_kind CHECK (kind IN ('single', 'multiple', 'it''s', 'x'))",
    /known_kind has definition/,
  ],
  [
    'an exclusion constraint lost',
    'ALTER TABLE votes DROP CONSTRAINT votes_during_excl',
    /votes_during_excl is missing/,
  ],
  [
    'NOT NULL lost',
    'ALTER TABLE votes ALTER poll_id DROP NOT NULL',
    /column public\.votes\.poll_id has nullable true instead of false/,
  ],
  [
    'a default gone',
    'ALTER TABLE polls ALTER created_at DROP DEFAULT',
    /polls\.created_at has default none instead of now\(\)/,
  ],
  ['a default changed', "ALTER TABLE polls ALTER state SET DEFAULT 'open'", /polls\.state has default 'open'/],
  ['a type changed', 'ALTER TABLE scratch ALTER id TYPE bigint', /scratch\.id has type bigint instead of integer/],
  ['a column lost', 'ALTER TABLE votes DROP COLUMN during', /column public\.votes\.during is missing/],
  ['a column too many', 'ALTER TABLE votes ADD note text', /column public\.votes\.note is not expected/],
  [
    'columns in another order',
    'ALTER TABLE scratch ADD b int; ALTER TABLE scratch DROP COLUMN id; ALTER TABLE scratch ADD id int; ALTER TABLE scratch DROP COLUMN b; ALTER TABLE animals ADD name text',
    /column public\.animals\.name is not expected|dogs\.breed has position 3 instead of 2/,
  ],
  [
    'a generated column that is plain now',
    'ALTER TABLE polls ALTER shouted DROP EXPRESSION',
    /polls\.shouted has generated none/,
  ],
  ['an identity lost', 'ALTER TABLE polls ALTER id DROP IDENTITY', /polls\.id has identity none instead of always/],
  [
    'a collation changed',
    'ALTER TABLE polls DROP COLUMN shouted, ALTER title TYPE text',
    /polls\.title has collation none/,
  ],
  ['a sequence lost', 'DROP SEQUENCE tickets CASCADE', /sequence public\.tickets is missing/],
  ['a sequence that no column owns', 'ALTER SEQUENCE votes_id_seq OWNED BY NONE', /votes_id_seq has ownedBy none/],
  ['a sequence with another step', 'ALTER SEQUENCE tickets INCREMENT 1', /tickets has increment 1 instead of 5/],
  ['a trigger gone', 'DROP TRIGGER touched ON votes', /trigger public\.votes\.touched is missing/],
  ['a trigger switched off', 'ALTER TABLE votes DISABLE TRIGGER touched', /touched has enabled no instead of yes/],
  ['a trigger switched on', 'ALTER TABLE polls ENABLE TRIGGER resting', /resting has enabled yes instead of no/],
  [
    'a trigger with another condition',
    'DROP TRIGGER touched ON votes; CREATE TRIGGER touched BEFORE UPDATE ON votes FOR EACH ROW EXECUTE FUNCTION touch()',
    /touched has definition/,
  ],
  ['a view gone', 'DROP VIEW open_polls', /view public\.open_polls is missing/],
  [
    'a view changed',
    "CREATE OR REPLACE VIEW open_polls WITH (security_barrier) AS SELECT id, kind FROM polls WHERE state = 'open'",
    /open_polls has definition/,
  ],
  ['a view without its barrier', 'ALTER VIEW open_polls RESET (security_barrier)', /open_polls has options none/],
  ['a materialized view not filled', 'REFRESH MATERIALIZED VIEW standings WITH NO DATA', /standings has filled false/],
  ['a function gone', 'DROP FUNCTION total(int, int)', /function public\.total\(a integer, b integer\) is missing/],
  [
    'a function changed',
    'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    /touch\(\) has definition sha256:/,
  ],
  [
    'a function that may be cached less',
    'ALTER FUNCTION total(bigint) VOLATILE',
    /total\(poll bigint, OUT votes bigint\) has definition/,
  ],
  [
    'an aggregate that starts elsewhere',
    "DROP AGGREGATE product(int); CREATE AGGREGATE product(int) (SFUNC = int4mul, STYPE = int, INITCOND = '2')",
    /product\(integer\) has aggregate/,
  ],
  [
    'an extension gone',
    'ALTER TABLE votes ALTER comment TYPE text; DROP EXTENSION citext',
    /extension citext is missing/,
  ],
  [
    'an extension of another version',
    "UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'citext'",
    /citext has version 0\.9/,
  ],
  ['a grant gone', 'REVOKE SELECT ON polls FROM reader', /grant public\.polls to reader is missing/],
  [
    'a right that may no longer be passed on',
    'REVOKE GRANT OPTION FOR INSERT ON votes FROM reader',
    /votes to reader has privileges INSERT, SELECT/,
  ],
  [
    'a grant on a column gone',
    'REVOKE SELECT (kind), UPDATE (kind) ON polls FROM PUBLIC',
    /grant public\.polls\.kind to PUBLIC is missing/,
  ],
  ['a table open to everybody', 'GRANT SELECT ON votes TO PUBLIC', /grant public\.votes to PUBLIC is not expected/],
  ['a policy gone', 'DROP POLICY own_votes ON votes', /policy public\.votes\.own_votes is missing/],
  ['a policy that shows more', 'ALTER POLICY own_votes ON votes USING (true)', /own_votes has using true/],
  ['a policy for others', 'ALTER POLICY own_votes ON votes TO PUBLIC', /own_votes has roles PUBLIC instead of reader/],
  [
    'row security off',
    'ALTER TABLE votes DISABLE ROW LEVEL SECURITY',
    /table public\.votes has rowSecurity none instead of enabled/,
  ],
  ['a value of an enum renamed', "ALTER TYPE state RENAME VALUE 'closed' TO 'shut'", /type public\.state has values/],
  ['a value of an enum too many', "ALTER TYPE state ADD VALUE 'late'", /type public\.state has values/],
  [
    'a domain that allows more',
    'ALTER DOMAIN room DROP CONSTRAINT room_starts_with_r',
    /type public\.room has checks none/,
  ],
  ['a composite type with a field less', 'ALTER TYPE point3 DROP ATTRIBUTE z', /type public\.point3 has fields/],
  [
    'a partition detached',
    'ALTER TABLE audit.logs DETACH PARTITION audit.logs_2025',
    /table audit\.logs_2025 has partition none|inherits none/,
  ],
  ['a table no longer inherited from', 'ALTER TABLE dogs NO INHERIT animals', /table public\.dogs has inherits none/],
  ['a table moved to another schema', 'ALTER TABLE scratch SET SCHEMA audit', /table public\.scratch is missing/],
  [
    'a table whose rows a crash now loses',
    'ALTER TABLE animals SET UNLOGGED',
    /table public\.animals has unlogged true/,
  ],
  ['a schema gone', 'DROP SCHEMA spare', /schema spare is missing/],
  ['an extension in another schema', 'ALTER EXTENSION citext SET SCHEMA audit', /extension citext has schema audit/],
  ['a rule gone', 'DROP RULE kept ON polls', /rule public\.polls\.kept is missing/],
  ['a rule switched off', 'ALTER TABLE polls DISABLE RULE kept', /rule public\.polls\.kept has enabled no/],
  [
    'a rule that does something else',
    'CREATE OR REPLACE RULE kept AS ON DELETE TO polls DO ALSO NOTIFY x',
    /kept has definition/,
  ],
  ['an event trigger gone', 'DROP EVENT TRIGGER telling', /event trigger telling is missing/],
  ['an event trigger switched off', 'ALTER EVENT TRIGGER telling DISABLE', /event trigger telling has enabled no/],
  ['a publication gone', 'DROP PUBLICATION changes', /publication changes is missing/],
  ['a table no longer published', 'ALTER PUBLICATION changes DROP TABLE votes', /publication changes has definition/],
  [
    'changes no longer published',
    "ALTER PUBLICATION changes SET (publish = 'insert')",
    /publication changes has update false/,
  ],
  ['statistics of columns together gone', 'DROP STATISTICS together', /statistics public\.together is missing/],
  ['a foreign table gone', 'DROP FOREIGN TABLE abroad', /foreign table public\.abroad is missing/],
  [
    'a foreign table of something else',
    "ALTER FOREIGN TABLE abroad OPTIONS (SET table_name 'x')",
    /abroad has options table_name=x/,
  ],
  [
    'a column of a foreign table lost',
    'ALTER FOREIGN TABLE abroad DROP COLUMN v',
    /abroad has columns id integer NOT NULL/,
  ],
  [
    'a foreign server elsewhere',
    "ALTER SERVER elsewhere OPTIONS (SET host '127.0.0.2')",
    /foreign server elsewhere has options sha256/,
  ],
  [
    'nobody to sign in to a foreign server as',
    'DROP USER MAPPING FOR reader SERVER elsewhere',
    /elsewhere has users none/,
  ],
  ['a cast gone', 'DROP CAST (state AS int)', /cast public\.state to integer is missing/],
  ['an operator gone', 'DROP OPERATOR === (int, int)', /operator public\.===\(integer, integer\) is missing/],
  ['a collation gone', 'DROP COLLATION caseless', /collation public\.caseless is missing/],
  [
    'a text search configuration gone',
    'DROP TEXT SEARCH CONFIGURATION words',
    /text search public\.words configuration is missing/,
  ],
  [
    'words that are searched for in another way',
    'ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR word',
    /words configuration has mappings/,
  ],
  [
    'a dictionary with other words',
    'ALTER TEXT SEARCH DICTIONARY plain (STOPWORDS = german)',
    /plain dictionary has options/,
  ],
  ['a comment gone', 'COMMENT ON COLUMN polls.title IS NULL', /comment table column public\.polls\.title is missing/],
  ['a comment that says something else', "COMMENT ON TABLE votes IS 'x'", /comment table public\.votes has text x/],
  [
    'a table filled in another way',
    'ALTER TABLE votes RESET (fillfactor)',
    /table public\.votes has options none instead of fillfactor=70/,
  ],
  [
    'a column stored in another way',
    'ALTER TABLE votes ALTER comment SET STORAGE EXTENDED',
    /votes\.comment has storage none/,
  ],
  [
    'a column with other statistics',
    'ALTER TABLE votes ALTER choice SET STATISTICS -1, ALTER choice RESET (n_distinct)',
    /votes\.choice has statistics none/,
  ],
  [
    'a schema that may no longer be used',
    'REVOKE USAGE ON SCHEMA audit FROM reader',
    /grant audit to reader is missing/,
  ],
  [
    'a function open to everybody',
    'GRANT EXECUTE ON FUNCTION rank_of TO PUBLIC',
    /grant public\.rank_of\(public\.state\) to PUBLIC is not expected/,
  ],
  [
    'a procedure that may no longer be called',
    'REVOKE EXECUTE ON PROCEDURE nothing FROM PUBLIC',
    /grant public\.nothing\(\) to PUBLIC is missing/,
  ],
  [
    'rights to later tables gone',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA audit REVOKE SELECT ON TABLES FROM reader',
    /grant audit later tables of postgres to reader is missing/,
  ],
  [
    'rights to later schemas gone',
    'ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SCHEMAS FROM reader',
    /grant later schemas of postgres to reader is missing/,
  ],
  ['a table gone', 'DROP TABLE dogs', /table public\.dogs is missing/],
];

/** Done to a database with one of everything, and caught by comparing its structure. */
export const structureDamages: readonly Damage[] = structure.map(([name, sql, says]) =>
  damage([name, sql, 'structure', says]),
);

const samples: readonly Entry[] = [
  [
    'a row changed in the sampled part of a table',
    "UPDATE audit_logs SET action = 'b' WHERE id = 100",
    'fingerprint',
    /public\.audit_logs has other content/,
  ],
  [
    'a row lost outside the sampled part of a table',
    'DELETE FROM audit_logs WHERE id = 50',
    'fingerprint',
    /public\.audit_logs has 99 rows instead of 100/,
  ],
  [
    'the newest row lost, an old one come in its place',
    "DELETE FROM audit_logs WHERE id = 100; INSERT INTO audit_logs VALUES (0, 'a', now())",
    'fingerprint',
    /public\.audit_logs has 9 rows in its sample instead of 10/,
  ],
];

/** Against a fingerprint of the rows 1 to 5 and 96 to 100 of `audit_logs`. */
export const sampleDamages: readonly Damage[] = samples.map(damage);

export const sampledPart = {
  'public.audit_logs': {
    column: 'id',
    ranges: [
      { from: '1', to: '5' },
      { from: '96', to: '100' },
    ],
  },
};
