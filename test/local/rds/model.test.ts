import * as client from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';
import { expect, it } from 'vitest';
import { rdsFaultTable } from '../../../src/local/rds/rds-fault.js';

it('answers with the codes and statuses that the service model has', () => {
  const schemas: Readonly<Record<string, unknown>> = { ...client };
  for (const [name, [code, status]] of Object.entries(rdsFaultTable())) {
    const schema = schemas[`${name}$`];
    expect(schema, name).toBeDefined();
    const traits = NormalizedSchema.of(schema as never).getMergedTraits();
    expect({ name, trait: traits.awsQueryError }).toEqual({ name, trait: [code, status] });
  }
});
