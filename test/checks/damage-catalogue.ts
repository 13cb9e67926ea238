import { provenBy } from '../../src/integrity/dump-check-report.js';
import { cuts, dumpDamages } from '../integrity/dump-damages.js';
import { cacheDamages } from './cache/cache-damages.js';
import { sampleDamages, structureDamages, zephyrDamages } from './damages.js';
import { undamaged } from './undamaged.js';

/** The page docs/damage-catalogue.md, made of the very tables that the tests go through. */
export function renderDamageCatalogue(): string {
  const byCheck = [...zephyrDamages, ...sampleDamages, ...structureDamages];
  const checks = [...new Set(byCheck.map(({ caughtBy }) => caughtBy))];
  return `# Damages, and what catches them

Every line is a test on a real PostgreSQL or Redis: the database, the dump or the cache passes, is damaged, and then the check named fails, saying what
was done. ${byCheck.length} damages to databases, ${dumpDamages.length} to dumps, ${cacheDamages.length} to caches, dumps cut at ${cuts.length} places and bits flipped at 20, compressed and not;
and ${undamaged.length} undamaged databases that give no alarm. This page is made of the tests' own tables.

## In a database: \`checkDatabase\`

| damage | caught by |
| --- | --- |
${checks
  .flatMap((check) =>
    byCheck.filter(({ caughtBy }) => caughtBy === check).map(({ name }) => `| ${name} | \`${check}\` |`),
  )
  .join('\n')}

## In a dump: \`checkDump\`

${([0, 1, 2, 3, 4] as const).map((level) => `${level}. ${provenBy(level)}`).join('\n')}

"Before it was stored": sizes and sums in the manifest are those of the damaged archive, so that level 0 cannot know. The levels below
the one named pass.

| damage | level | caught by |
| --- | --- | --- |
${dumpDamages.map(({ name, level, caughtBy }) => `| ${name} | ${level} | \`${caughtBy}\` |`).join('\n')}
| a bit flipped at any of 20 places, compressed and not | 0 | \`dump-checksum\` |
| cut off at any of ${cuts.length} places, compressed and not | 0 | \`dump-object\` |
| cut off at any of ${cuts.length} places before it was stored, compressed and not | 0 (nothing left), 1 or 2 | \`dump-object\`, \`dump-contents\`, \`dump-decode\` |

## In a cache: \`checkCache\`

| damage | caught by |
| --- | --- |
${cacheDamages.map(({ name, caughtBy }) => `| ${name} | \`${caughtBy}\` |`).join('\n')}

## No false alarm

Dumped, restored, and held against their source by fingerprint, structure, foreign keys, sequences, indexes, uniqueness, collations and
amcheck:

${undamaged.map(({ name }) => `- ${name}`).join('\n')}

## Not seen, or not told apart

- -0 for 0 in a \`real\` or \`double precision\`, and blanks at the end of a \`char\`, which PostgreSQL cuts off itself.
- Columns in another order in a table that inherits: a restore orders them anew where a parent was given columns later.
- A database in an encoding of several bytes a character other than UTF-8, such as EUC_JP, restored into one of another encoding: the
  fingerprint is inconclusive. In UTF-8 and in every encoding of one byte a character it is the same.
- A row changed outside the ranges of a sampled fingerprint, in as many rows: the report says how many rows were compared.
- Two equal structures on servers of different major versions: definitions are left out, since each prints them in its own way; the
  report says so.
- What \`structure\` does not describe: owners, which a dump leaves behind; rights to types, languages and foreign servers; operator classes,
  conversions, transforms, languages, subscriptions, security labels, tablespaces, settings of roles and of the database.
- Large objects and the rows of materialized views and of foreign tables: they are in no fingerprint. A dump brings large objects
  back, fills materialized views anew, and has no rows of foreign tables.
- Indexes that were not valid and foreign keys that were not validated where the expected structure was taken: they are excused, and named.
- Collisions that somebody constructs: the fingerprint guards against accidents.
`;
}
