import { expect, it } from 'vitest';
import type { Trouble } from './spoiler.js';
import { sweep } from './sweep.js';
import { readingWorkflows } from './workflows.js';

/** Nothing is changed, so there is little to tell between the ways in which an answer fails to come. */
const troubles: readonly Trouble[] = [
  'error-thrice',
  'drop-response-once',
  'denied-once',
  'expired-from-then-on',
  'hang',
];

it.each(readingWorkflows)(
  '$name changes nothing and reads the same, whatever goes wrong on the way',
  async (workflow) => {
    const { calls } = await sweep(workflow, () => troubles);
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter((call) => !/^(?:Describe|GET|Get|HEAD)/.test(call))).toEqual([]);
  },
  300_000,
);
