import type { DatabaseExpectation } from '../../checks/expectation.js';

/** An expectation that asks for something. One that asks for nothing is no check, and as a check it could not pass: `undefined`. */
export function askedExpectation(expectation: DatabaseExpectation): DatabaseExpectation | undefined {
  return Object.values(expectation).every((one) => one === undefined) ? undefined : expectation;
}
