/** A table of every kind of value that the fingerprint treats differently, on any server since PostgreSQL 13. */
export const onePerType = `
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN amount AS bigint;
CREATE TABLE one_per_type (a smallint, b int, c bigint, d amount, e oid, f "char", g boolean, h real, i double precision, j uuid,
  k inet, l cidr, m bytea, n int[], o numeric[], p text, q varchar(9), r char(5), s name, t numeric, u json, v jsonb,
  w timestamptz, x timestamp, y date, z time, aa timetz, ab interval, ac money, ad bit(3), ae mood, af text[], ag int4range,
  ah point, ai tsvector, aj macaddr, ak pg_lsn, al regclass, am xml, an mood[], ao timestamptz[]);
INSERT INTO one_per_type (b) VALUES (1);
INSERT INTO one_per_type VALUES
  (-1, -2, -3, -4, 5, 'x', true, 1.5, -0.1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.1/8', '10.0.0.0/8', '\\x00ff', '[0:1]={1,NULL}',
   '{-1.50,NaN}', 'grün', 'v', 'c', 'n', -1.50, '{"a" : 1}', '{"b": -1, "a": [1.0]}', '2025-11-09 14:25:00.000001+05', '2025-03-30 02:30',
   '0044-03-15 BC', '24:00', '12:00+05:30', '1 mon -1 day 24:00', -1.5, B'101', 'sad', '{a,NULL,"b c"}', '[1,5)', '(1.5,-2)',
   'cats', '08:00:2b:01:02:03', '0/16B3748', 'pg_class', '<a b="1"/>', '{happy}', '{2025-11-09 14:25:00+00}'),
  (0, 0, 0, 0, 0, '', false, 0, 0, '00000000-0000-0000-0000-000000000000', '::1', '::/0', '', '{}', '{}', '', '', '', '', 0, '0', '0',
   'epoch', 'epoch', 'epoch', '0:00', '0:00+00', '0', 0, B'000', 'happy', '{}', 'empty', '(0,0)', '', '00:00:00:00:00:00', '0/0', '-', 'x', '{}', '{}'),
  (32767, 2147483647, 9223372036854775807, 4294967296, 4294967295, 'z', true, 'NaN', '-Infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
   '255.255.255.255', '255.255.255.255/32', '\\xffffffffffffffff', '{{1,2},{3,4}}', '{1e30}', repeat('long ', 5000), 'x', 'xxxxx', 'y', 'NaN',
   'null', 'null', 'infinity', '-infinity', 'infinity', '23:59:59.999999', '23:59:59-12', '-1 year', 92233720368547758.07, B'111', NULL,
   '{{a},{b}}', '(,)', '(1e300,-0)', 'a:1A b:2', NULL, 'FFFFFFFF/FFFFFFFF', NULL, NULL, '{sad,NULL}', '{infinity}');
`;
