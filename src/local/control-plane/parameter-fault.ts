import { WireFault } from '../wire/wire-fault.js';

/** A parameter whose value cannot be. RDS has no model for this error, ElastiCache has: the wire's code is the same (facts 0.1). */
export function invalidParameterValue(message: string): WireFault {
  return new WireFault({ code: 'InvalidParameterValue', status: 400, message });
}

/** Parameters that do not go together. */
export function invalidCombination(message: string): WireFault {
  return new WireFault({ code: 'InvalidParameterCombination', status: 400, message });
}

/** A member that the model calls required, or that the rest of the request makes so. */
export function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  const message = `The request must contain the parameter ${name}.`;
  throw new WireFault({ code: 'MissingParameter', status: 400, message });
}
