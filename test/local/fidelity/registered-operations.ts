import type { LocalRegion } from '@zephyr/backup/local';

/** The operations of a service's model that a region answers with anything but "unknown action". */
export async function registeredOperations(
  region: LocalRegion,
  service: string,
  client: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const operations = Object.keys(client).filter((name) => isOperation(client[name]));
  const registered: string[] = [];
  for (const name of operations) {
    const operation = name.slice(0, -1);
    const answer = await fetch(region.endpoint, {
      method: 'POST',
      body: `Action=${operation}`,
      headers: signedHeaders(service),
    });
    if (!(await answer.text()).includes('<Code>InvalidAction</Code>')) registered.push(operation);
  }
  return registered;
}

/** The schema of an operation is a tuple that begins with 9. */
function isOperation(schema: unknown): boolean {
  return Array.isArray(schema) && schema[0] === 9;
}

/** What a client of a service sends with a form; the signature is not checked. */
export function signedHeaders(service: string): Record<string, string> {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const credential = `A/${now.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-date': now,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
  };
}
