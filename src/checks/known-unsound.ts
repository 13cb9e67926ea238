import type { DatabaseStructure } from './structure.js';

/**
 * Names, as a structure has them, of the foreign keys that it has as not validated and of the indexes that it has as not valid. A backup that
 * brings such a thing back as it was is not at fault.
 */
export function knownUnsound(structure: DatabaseStructure | undefined): ReadonlySet<string> {
  const unsound = (structure?.objects ?? []).filter(
    ({ kind, properties }) =>
      (kind === 'constraint' && properties.validated === false) || (kind === 'index' && properties.valid === false),
  );
  return new Set(unsound.map(({ kind, name }) => `${kind} ${name}`));
}
