import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  Tag,
  TagListMessage,
} from '@aws-sdk/client-rds';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { checkTags } from '../control-plane/tag-list.js';
import { arnPrefix } from './arn-prefix.js';
import { getInstance, patchInstance } from './instance-lookup.js';

import { getParameterGroup } from './parameter-groups.js';
import type { OperationTable, RdsState } from './rds-state.js';
import { getSnapshot } from './snapshot-lookup.js';
import { getSubnetGroup } from './subnet-groups.js';

/** The operations on tags. */
export const tagOperations: OperationTable = {
  AddTagsToResource: addTagsToResource,
  RemoveTagsFromResource: removeTagsFromResource,
  ListTagsForResource: listTagsForResource,
};

interface Tagged {
  readonly tags: readonly Tag[];
  set(tags: readonly Tag[]): void;
}

function addTagsToResource(state: RdsState, input: AddTagsToResourceMessage): undefined {
  const resource = findTagged(state, input.ResourceName);
  resource.set(checkTags([...resource.tags, ...required(input.Tags, 'Tags')]));
}

function removeTagsFromResource(state: RdsState, input: RemoveTagsFromResourceMessage): undefined {
  const resource = findTagged(state, input.ResourceName);
  const removed = new Set(required(input.TagKeys, 'TagKeys'));
  resource.set(resource.tags.filter(({ Key }) => Key === undefined || !removed.has(Key)));
}

function listTagsForResource(state: RdsState, input: ListTagsForResourceMessage): TagListMessage {
  return { TagList: [...findTagged(state, input.ResourceName).tags] };
}

function findTagged(state: RdsState, arn: string | undefined): Tagged {
  const name = required(arn, 'ResourceName');
  const kind = name.startsWith(`${arnPrefix(state)}:`) ? name.split(':')[5] : undefined;
  if (kind === 'db') {
    const instance = getInstance(state, nameOf(name));
    return { tags: instance.details.TagList ?? [], set: (tags) => patchInstance(instance, { TagList: [...tags] }) };
  }
  if (kind === 'snapshot') {
    const snapshot = getSnapshot(state, name);
    return {
      tags: snapshot.details.TagList ?? [],
      set: (tags) => {
        snapshot.details = { ...snapshot.details, TagList: [...tags] };
      },
    };
  }
  if (kind === 'pg' || kind === 'subgrp') {
    const group = kind === 'pg' ? getParameterGroup(state, name) : getSubnetGroup(state, name);
    return {
      tags: group.tags,
      set: (tags) => {
        group.tags = tags;
      },
    };
  }
  throw invalidParameterValue(`Invalid resource name: ${name}`);
}
