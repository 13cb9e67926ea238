import { own, type StructureQuery } from './structure-query.js';

/** What few databases have: rules, what happens on events, what is published, what lies on other servers, operators, text search, comments. */
export function structureOfTheRest(): readonly StructureQuery[] {
  return [
    rules(),
    eventTriggers(),
    publications(),
    statistics(),
    foreignTables(),
    foreignServers(),
    casts(),
    operators(),
    collations(),
    textSearch(),
    comments(),
  ];
}

const enabled = (column: string): string =>
  `CASE ${column} WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END`;

/** True for what is part of an extension, or of a type, as the cast of a range to its multirange is. */
const member = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend AS member
          WHERE member.classid = 'pg_catalog.${catalog}'::regclass AND member.objid = ${oid} AND member.deptype IN ('e', 'i'))`;

/** Options in the order of their names, in which a dump has them. */
const sorted = (options: string): string =>
  `(SELECT pg_catalog.string_agg(opt, ', ' ORDER BY opt COLLATE "C") FROM pg_catalog.unnest(${options}) AS opt)`;

/** Without those that a view consists of. */
const rules = (): StructureQuery => ({
  kind: 'rule',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, relname, rulename)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'definition', pg_catalog.pg_get_ruledef(rule.oid), 'enabled', ${enabled('ev_enabled')})::text AS properties
FROM pg_catalog.pg_rewrite AS rule
JOIN pg_catalog.pg_class AS class ON class.oid = ev_class
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
WHERE rulename <> '_RETURN' AND ${own('pg_class', 'class.oid')}`,
});

const eventTriggers = (): StructureQuery => ({
  kind: 'event trigger',
  query: `
SELECT pg_catalog.json_build_array(evtname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'event', evtevent, 'function', evtfoid::regprocedure::text, 'tags', pg_catalog.array_to_string(evttags, ', '),
  'enabled', ${enabled('evtenabled')})::text AS properties
FROM pg_catalog.pg_event_trigger AS trig WHERE NOT ${member('pg_event_trigger', 'trig.oid')}`,
});

/** Tables as they come to be published, also by way of their schemas; of all tables only that they all are. */
const publications = (): StructureQuery => ({
  kind: 'publication',
  query: `
SELECT pg_catalog.json_build_array(pubname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'allTables', puballtables, 'insert', pubinsert, 'update', pubupdate, 'delete', pubdelete, 'truncate', pubtruncate, 'viaRoot', pubviaroot,
  'definition', CASE WHEN NOT puballtables THEN (
    SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.format('%I.%I', schemaname, tablename),
             pg_catalog.to_jsonb(published) ->> 'attnames', pg_catalog.to_jsonb(published) ->> 'rowfilter'), ', ' ORDER BY schemaname, tablename)
    FROM pg_catalog.pg_publication_tables AS published WHERE published.pubname = pub.pubname) END)::text AS properties
FROM pg_catalog.pg_publication AS pub WHERE NOT ${member('pg_publication', 'pub.oid')}`,
});

const statistics = (): StructureQuery => ({
  kind: 'statistics',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, stxname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'definition', pg_catalog.pg_get_statisticsobjdef(stat.oid))::text AS properties
FROM pg_catalog.pg_statistic_ext AS stat
JOIN pg_catalog.pg_namespace AS space ON space.oid = stxnamespace
WHERE ${own('pg_statistic_ext', 'stat.oid')}`,
});

const foreignTables = (): StructureQuery => ({
  kind: 'foreign table',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, relname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'server', srvname, 'options', ${sorted('ftoptions')},
  'partition', pg_catalog.pg_get_expr(relpartbound, class.oid),
  'columns', (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.quote_ident(attname), pg_catalog.format_type(atttypid, atttypmod),
                CASE WHEN attnotnull THEN 'NOT NULL' END, ${sorted('attfdwoptions')}), ', ' ORDER BY attnum)
              FROM pg_catalog.pg_attribute WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped))::text AS properties
FROM pg_catalog.pg_foreign_table
JOIN pg_catalog.pg_class AS class ON class.oid = ftrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
JOIN pg_catalog.pg_foreign_server AS server ON server.oid = ftserver
WHERE ${own('pg_class', 'class.oid')}`,
});

/** Its options go in by their hash: they may hold a password. */
const foreignServers = (): StructureQuery => ({
  kind: 'foreign server',
  query: `
SELECT pg_catalog.json_build_array(server.srvname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'wrapper', fdwname, 'type', srvtype, 'version', srvversion,
  'options', 'sha256:' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(${sorted('srvoptions')}, 'UTF8')), 'hex'),
  'users', (SELECT pg_catalog.string_agg(usename, ', ' ORDER BY usename) FROM pg_catalog.pg_user_mappings WHERE srvid = server.oid))::text AS properties
FROM pg_catalog.pg_foreign_server AS server
JOIN pg_catalog.pg_foreign_data_wrapper AS wrapper ON wrapper.oid = srvfdw
WHERE NOT ${member('pg_foreign_server', 'server.oid')}`,
});

/** Those that came with the server have low numbers. */
const casts = (): StructureQuery => ({
  kind: 'cast',
  query: `
SELECT '[]' AS name, pg_catalog.format('%s to %s', pg_catalog.format_type(castsource, NULL), pg_catalog.format_type(casttarget, NULL)) AS rest,
       pg_catalog.json_build_object('function', nullif(castfunc, 0)::regprocedure::text, 'method', castmethod, 'context', castcontext)::text AS properties
FROM pg_catalog.pg_cast AS cast_ WHERE cast_.oid >= 16384 AND NOT ${member('pg_cast', 'cast_.oid')}`,
});

const operators = (): StructureQuery => ({
  kind: 'operator',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, oprname)::text AS name,
       pg_catalog.format('(%s, %s)', CASE WHEN oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(oprleft, NULL) END, pg_catalog.format_type(oprright, NULL)) AS rest,
       pg_catalog.json_build_object('function', oprcode::regprocedure::text, 'commutator', nullif(oprcom, 0)::regoperator::text,
         'negator', nullif(oprnegate, 0)::regoperator::text, 'hashes', oprcanhash, 'merges', oprcanmerge)::text AS properties
FROM pg_catalog.pg_operator AS op
JOIN pg_catalog.pg_namespace AS space ON space.oid = oprnamespace
WHERE oprcode <> 0 AND ${own('pg_operator', 'op.oid')}`,
});

const collations = (): StructureQuery => ({
  kind: 'collation',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, collname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'provider', collprovider, 'deterministic', collisdeterministic, 'rules', pg_catalog.to_jsonb(coll) ->> 'collicurules',
  'locale', coalesce(pg_catalog.to_jsonb(coll) ->> 'colllocale', pg_catalog.to_jsonb(coll) ->> 'colliculocale', collcollate))::text AS properties
FROM pg_catalog.pg_collation AS coll
JOIN pg_catalog.pg_namespace AS space ON space.oid = collnamespace
WHERE ${own('pg_collation', 'coll.oid')}`,
});

const textSearch = (): StructureQuery => ({
  kind: 'text search',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, cfgname)::text AS name, ' configuration' AS rest, pg_catalog.json_build_object(
  'parser', prsname, 'mappings', (
    SELECT pg_catalog.string_agg(pg_catalog.format('%s %s', (SELECT alias FROM pg_catalog.ts_token_type(cfgparser) WHERE tokid = maptokentype),
                                 mapdict::regdictionary), ', ' ORDER BY maptokentype, mapseqno)
    FROM pg_catalog.pg_ts_config_map WHERE mapcfg = config.oid))::text AS properties
FROM pg_catalog.pg_ts_config AS config
JOIN pg_catalog.pg_ts_parser AS parser ON parser.oid = cfgparser
JOIN pg_catalog.pg_namespace AS space ON space.oid = cfgnamespace
WHERE ${own('pg_ts_config', 'config.oid')}
UNION ALL
SELECT pg_catalog.json_build_array(space.nspname, dictname)::text, ' dictionary', pg_catalog.json_build_object(
  'template', tmplname, 'options', dictinitoption)::text
FROM pg_catalog.pg_ts_dict AS dict
JOIN pg_catalog.pg_ts_template AS template ON template.oid = dicttemplate
JOIN pg_catalog.pg_namespace AS space ON space.oid = dictnamespace
WHERE ${own('pg_ts_dict', 'dict.oid')}`,
});

/** Of what users made; those of constraints and triggers that partitions have from the whole may go by another name after a restore. */
const comments = (): StructureQuery => ({
  kind: 'comment',
  query: `
SELECT '[]' AS name, pg_catalog.concat_ws(' ', what.type, what.identity) AS rest,
       pg_catalog.json_build_object('text', description)::text AS properties
FROM pg_catalog.pg_description
CROSS JOIN pg_catalog.pg_identify_object(classoid, objoid, objsubid) AS what
WHERE objoid >= 16384 AND classoid <> 'pg_catalog.pg_extension'::regclass
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
                  WHERE member.classid = classoid AND member.objid = objoid AND member.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS con WHERE con.oid = objoid AND classoid = 'pg_catalog.pg_constraint'::regclass AND conparentid <> 0)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS class WHERE class.oid = objoid AND classoid = 'pg_catalog.pg_class'::regclass AND relpersistence = 't')`,
});
