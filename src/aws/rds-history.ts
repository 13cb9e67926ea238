import type { Event } from '@aws-sdk/client-rds';
import { isBackupError } from '../core/errors.js';
import type { AutomatedBackup } from '../ports/database-backups.js';
import type { DatabaseEvent, EventFilter } from '../ports/database-event.js';
import type { PortCall } from '../ports/port-call.js';
import type { RdsPort } from '../ports/rds.js';
import { toAutomatedBackup } from './automated-backup.js';
import { callAws } from './call-aws.js';
import type { RdsConnection } from './rds-connection.js';
import { eachOfPages } from './rds-pages.js';
import { sendOptions } from './send-options.js';

type History = Pick<RdsPort, 'listAutomatedBackups' | 'listEvents' | 'accountQuotas'>;

/** What RDS keeps about the past and how much of it the account may keep. */
export function rdsHistory(connect: () => Promise<RdsConnection>): History {
  return {
    listAutomatedBackups: ({ resourceId }, call) => automatedBackups(connect, resourceId, call),
    listEvents: (filter, call) => events(connect, filter, call),
    accountQuotas: (call) => quotas(connect, call),
  };
}

async function* automatedBackups(
  connect: () => Promise<RdsConnection>,
  resourceId: string | undefined,
  call: PortCall | undefined,
): AsyncGenerator<AutomatedBackup, void, undefined> {
  const operation = 'DescribeDBInstanceAutomatedBackups';
  const request = { service: 'RDS', operation, subject: resourceId ?? 'all instances' };
  try {
    yield* eachOfPages(request, call, async (Marker) => {
      const { sdk, client } = await connect();
      const command = new sdk.DescribeDBInstanceAutomatedBackupsCommand({ DbiResourceId: resourceId, Marker });
      const page = await client.send(command, sendOptions(call));
      return { items: (page.DBInstanceAutomatedBackups ?? []).map(toAutomatedBackup), marker: page.Marker };
    });
  } catch (error) {
    // An instance without automated backups is an answer to a listing, not a failure of it.
    if (!isBackupError(error, 'instance-not-found')) throw error;
  }
}

function events(
  connect: () => Promise<RdsConnection>,
  { sourceType, source, since, until }: EventFilter,
  call: PortCall | undefined,
): AsyncGenerator<DatabaseEvent, void, undefined> {
  return eachOfPages({ service: 'RDS', operation: 'DescribeEvents', subject: source }, call, async (Marker) => {
    const { sdk, client } = await connect();
    const command = new sdk.DescribeEventsCommand({
      SourceType: sourceType,
      SourceIdentifier: source,
      StartTime: since,
      EndTime: until,
      Marker,
    });
    const page = await client.send(command, sendOptions(call));
    return { items: (page.Events ?? []).flatMap(toEvent), marker: page.Marker };
  });
}

/** An event without a time cannot be put anywhere in a history. */
function toEvent({ Date: at, SourceIdentifier, Message, EventCategories }: Event): DatabaseEvent[] {
  if (at === undefined) return [];
  return [{ at, source: SourceIdentifier ?? '', message: Message ?? '', categories: EventCategories ?? [] }];
}

function quotas(
  connect: () => Promise<RdsConnection>,
  call: PortCall | undefined,
): ReturnType<RdsPort['accountQuotas']> {
  const request = { service: 'RDS', operation: 'DescribeAccountAttributes', subject: 'the account' };
  return callAws(request, call, async () => {
    const { sdk, client } = await connect();
    const { AccountQuotas = [] } = await client.send(new sdk.DescribeAccountAttributesCommand({}), sendOptions(call));
    const byName = new Map<string, { readonly used: number; readonly max: number }>();
    for (const { AccountQuotaName, Used = 0, Max = 0 } of AccountQuotas) {
      if (AccountQuotaName !== undefined) byName.set(AccountQuotaName, { used: Used, max: Max });
    }
    return byName;
  });
}
