import { BackupClient, type System } from '@zephyr/backup';

/** In the deploy script, before anything is deployed: returns the snapshot's id for the deployment notes. */
export async function backUpBeforeDeployment(zephyr: System, version: string, signal?: AbortSignal): Promise<string> {
  const snapshot = await new BackupClient(zephyr).createDatabaseSnapshot(
    { reason: 'pre-deployment', deploymentVersion: version },
    { signal, onProgress: ({ phase, percent }) => console.log(phase, percent ?? '') },
  );
  return snapshot.id;
}
