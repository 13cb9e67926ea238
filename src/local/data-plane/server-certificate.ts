import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegionHome } from '../home/region-home.js';
import { runTool } from './run-tool.js';

/** What the servers of a region show to their clients. */
export interface ServerCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** The authority that signed it, in PEM: what a client trusts for `verify-full` (facts H17). */
  readonly caCertificate: string;
}

/** Makes an authority and one server certificate for all `addresses` and `localhost`. The authority's key is not kept. */
export async function makeServerCertificate(
  home: RegionHome,
  addresses: readonly string[],
  signal?: AbortSignal | undefined,
): Promise<ServerCertificate> {
  const directory = await home.makeDirectory('tls');
  const file = (name: string): string => join(directory, name);
  const openssl = (...words: string[]): Promise<string> =>
    runTool({ program: 'openssl', arguments: words, home, signal });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['DNS:localhost', ...new Set(['127.0.0.1', ...addresses].map((address) => `IP:${address}`))];
  await home.writeFile(
    file('extensions'),
    `subjectAltName=${names.join(',')}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  await home.writeFile(
    file('authority.cnf'),
    '[req]\ndistinguished_name=dn\nx509_extensions=ca\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n',
  );
  const config = ['-config', file('authority.cnf')];
  await Promise.all([
    openssl(
      'req',
      '-x509',
      ...config,
      ...newKey,
      '-keyout',
      file('ca.key'),
      '-out',
      file('ca.crt'),
      '-days',
      '365',
      '-subj',
      '/CN=Local region CA',
    ),
    openssl(
      'req',
      '-new',
      ...config,
      ...newKey,
      '-keyout',
      file('server.key'),
      '-out',
      file('server.csr'),
      '-subj',
      '/CN=localhost',
    ),
  ]);
  const sign = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file('extensions')];
  await openssl('x509', '-req', '-in', file('server.csr'), ...sign, '-days', '365', '-out', file('server.crt'));
  await Promise.all(['ca.key', 'server.csr', 'extensions', 'authority.cnf'].map((name) => rm(file(name))));
  return {
    certificateFile: file('server.crt'),
    keyFile: file('server.key'),
    caCertificate: await readFile(file('ca.crt'), 'utf8'),
  };
}
