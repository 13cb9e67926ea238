import { createServer, type Server } from 'node:http';
import { createReadinessProbe, type System } from '@zephyr/backup';

/** Serves readiness at /ready: 200 while a recovery would work, 503 when it would not, however often a load balancer asks. */
export function serveReadiness(zephyr: System): Server {
  // Who snapshots are shared with takes a call for each: the nightly report asks that.
  const readiness = createReadinessProbe(zephyr, { maxAge: '30s', within: '10s', auditSharing: false });
  return createServer((request, response) => {
    if (request.url !== '/ready') {
      response.writeHead(404).end();
      return;
    }
    readiness().then(
      (report) => {
        response.writeHead(report.grade === 'critical' ? 503 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(report));
      },
      (error: unknown) => {
        response.writeHead(503, { 'content-type': 'text/plain' }).end(String(error));
      },
    );
  });
}
