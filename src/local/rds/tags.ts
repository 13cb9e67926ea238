import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  TagListMessage,
} from '@aws-sdk/client-rds';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { addTags, itself, removeTags, type Tagged } from '../control-plane/tagged.js';
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

function addTagsToResource(state: RdsState, input: AddTagsToResourceMessage): undefined {
  addTags(findTagged(state, input.ResourceName), input.Tags);
}

function removeTagsFromResource(state: RdsState, input: RemoveTagsFromResourceMessage): undefined {
  removeTags(findTagged(state, input.ResourceName), required(input.TagKeys, 'TagKeys'));
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
  if (kind === 'pg') return itself(getParameterGroup(state, name));
  if (kind === 'subgrp') return itself(getSubnetGroup(state, name));
  throw invalidParameterValue(`Invalid resource name: ${name}`);
}
