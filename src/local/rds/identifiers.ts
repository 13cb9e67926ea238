import { invalidParameterValue } from '../control-plane/parameter-fault.js';

const instanceNameLimit = 63;
const snapshotNameLimit = 255;
const groupNameLimit = 255;

/** Checks the name of a new DB instance; names are kept in lower case (facts 0.8, A1). */
export function newInstanceName(name: string, parameter: string): string {
  return newName(name, parameter, instanceNameLimit);
}

/** Checks the name of a new manual snapshot (facts A1). */
export function newSnapshotName(name: string, parameter: string): string {
  if (!/^[A-Za-z]/.test(name)) throw invalidParameterValue(`Invalid snapshot identifier:  ${name}`);
  return newName(name, parameter, snapshotNameLimit);
}

function newName(name: string, parameter: string, limit: number): string {
  if (name.length > limit) {
    throw invalidParameterValue(
      `The parameter ${parameter} is not a valid identifier because it is longer than ${limit} characters.`,
    );
  }
  if (!/^(?!.*--)[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    throw invalidParameterValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  }
  return name.toLowerCase();
}

/** Checks the name of a parameter group: a default group's has a dot, which is why it cannot be changed. */
export function newGroupName(name: string, parameter: string): string {
  return newName(name, parameter, groupNameLimit);
}

/** `rds:<instance>-YYYY-MM-DD-hh-mm`, in UTC (facts A2). */
export function automatedSnapshotName(instance: string, at: Date): string {
  return `rds:${instance}-${at.toISOString().slice(0, 16).replace('T', '-').replace(':', '-')}`;
}
