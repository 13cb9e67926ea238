import type { Arrow, SourceModule } from './source-files.js';

/** What a module of each layer may import; itself always. Adapters are at the end: nothing imports them. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  system: ['core', 'ports'],
  checks: ['core', 'ports', 'system'],
  evidence: ['core', 'ports', 'system'],
  backup: ['core', 'ports', 'system', 'checks', 'evidence'],
  restore: ['core', 'ports', 'system', 'checks', 'evidence'],
  integrity: ['core', 'ports', 'system', 'checks', 'evidence', 'restore'],
  readiness: ['core', 'ports', 'system', 'checks', 'evidence'],
  // Pure: it decides over plain data.
  retention: ['core'],
  index: ['core', 'ports', 'system', 'checks', 'evidence', 'backup', 'restore', 'integrity', 'readiness', 'retention'],
  aws: ['core', 'ports'],
  postgres: ['core', 'ports'],
  redis: ['core', 'ports'],
