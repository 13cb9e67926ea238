import { vi } from 'vitest';
import type { Workflow } from './attempt.js';
import { type Coverage, coverageOf, coverRequests } from './cover-requests.js';
import { drillWorkflows } from './drill-workflows.js';
import { type CleanRun, runClean, type Strike, sweepStrikes } from './sweep.js';

/** For a test that has hundreds of worlds made, on a machine that others use too. */
export const patience = 900_000;

interface Cover {
  readonly clean: ReadonlyMap<string, CleanRun>;
  readonly strikes: ReadonlyMap<string, readonly Strike[]>;
  readonly coverage: Coverage;
}

let cover: Promise<Cover> | undefined;

/** What strikes which requests of all drills: chosen over all of them together, whichever are swept here. */
export function coverDrills(): Promise<Cover> {
  cover ??= (async () => {
    const clean = new Map<string, CleanRun>();
    for (const workflow of drillWorkflows) clean.set(workflow.name, await runClean(workflow, 1));
    const kindsOf = new Map([...clean].map(([name, { kinds }]) => [name, kinds] as const));
    const strikes = coverRequests(kindsOf);
    return { clean, strikes, coverage: coverageOf(kindsOf, strikes) };
  })();
  return cover;
}

/** Sweeps one of the drills with what was chosen for it; gives the number of worlds. */
export async function sweepDrill(workflow: Workflow<unknown>): Promise<number> {
  const { clean, strikes } = await coverDrills();
  const run = clean.get(workflow.name);
  if (run === undefined) throw new Error(`${workflow.name} is not among the drills`);
  const chosen = strikes.get(workflow.name) ?? [];
  const answered = chosen.filter(({ trouble }) => trouble !== 'hang');
  const hanging = chosen.filter(({ trouble }) => trouble === 'hang');
  await sweepStrikes(workflow, run, answered);
  // What clearing up may take where no answer comes, cut short.
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const shorter = vi.spyOn(AbortSignal, 'timeout').mockImplementation((most) => timeout(Math.min(most, 2_000)));
  try {
    await sweepStrikes(workflow, run, hanging);
  } finally {
    shorter.mockRestore();
  }
  return chosen.length;
}
