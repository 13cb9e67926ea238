import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { compareStructures } from './compare-structures.js';
import { describeStructure } from './describe-structure.js';
import { inconclusive } from './findings.js';
import { type DatabaseStructure, structureKinds } from './structure.js';

const check = 'structure';

/** Differences that evidence names one by one; beyond, only their number. */
const named = 100;

/** Describes the database's structure anew and compares it: nothing missing, nothing other, nothing in addition. */
export async function checkStructure(
  session: SqlSession,
  expected: DatabaseStructure,
  call: PortCall,
): Promise<CheckResult> {
  const without = structureKinds.filter((kind) => !expected.kinds.includes(kind));
  const described = await attempt(session, call, () => describeStructure(session, { ...call, without }));
  const [major, expectedMajor] = [session, expected].map(({ serverVersion }) => Math.floor(serverVersion / 10_000));
  const alike = major === expectedMajor;
  const evidence = {
    objects: expected.objects.length,
    serverVersion: session.serverVersion,
    expectedServerVersion: expected.serverVersion,
    ...(without.length === 0 ? {} : { notCompared: without }),
    ...(alike ? {} : { definitionsCompared: false }),
  };
  if (!described.known) return inconclusive(check, described, evidence);
  if (expected.objects.length === 0) {
    return { check, verdict: 'inconclusive', summary: 'the structure expected is empty', evidence };
  }
  const comparison = compareStructures(expected, described.value);
  switch (comparison.outcome) {
    case 'equal':
      return {
        check,
        verdict: 'passed',
        summary: `${expected.objects.length} objects are as expected${
          alike
            ? ''
            : `; that definitions read alike is not known: PostgreSQL ${expectedMajor} and ${major} print them differently`
        }`,
        evidence,
      };
    case 'not-comparable': {
      const summary = `the structure cannot be compared: ${comparison.reason}`;
      return { check, verdict: 'inconclusive', summary, evidence };
    }
    case 'different': {
      const { differences } = comparison;
      const [first] = differences;
      const worst = first === undefined ? '' : `: ${first.kind} ${first.name} ${first.difference}`;
      return {
        check,
        verdict: 'failed',
        summary: `${differences.length} differences${worst}`,
        evidence: { ...evidence, differences: differences.slice(0, named), different: differences.length },
      };
    }
    default:
      throw new Error(`no such outcome: ${JSON.stringify(comparison satisfies never)}`);
  }
}
