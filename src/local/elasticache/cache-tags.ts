import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  TagListMessage,
} from '@aws-sdk/client-elasticache';
import { required } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { addTags, itself, removeTags, type Tagged } from '../control-plane/tagged.js';
import { cacheArnPrefix } from './cache-names.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { ElastiCacheOperations, ElastiCacheState } from './elasticache-state.js';
import { getSnapshot } from './snapshot-lookup.js';
import { getGroup, getNode } from './units.js';

/** The operations on tags. Unlike those of RDS they answer with the tags that are left. */
export const cacheTagOperations: ElastiCacheOperations = {
  AddTagsToResource: addTagsToResource,
  RemoveTagsFromResource: removeTagsFromResource,
  ListTagsForResource: listTagsForResource,
};

function addTagsToResource(state: ElastiCacheState, input: AddTagsToResourceMessage): TagListMessage {
  return { TagList: addTags(findTagged(state, input.ResourceName), input.Tags) };
}

function removeTagsFromResource(state: ElastiCacheState, input: RemoveTagsFromResourceMessage): TagListMessage {
  const resource = findTagged(state, input.ResourceName);
  const keys = required(input.TagKeys, 'TagKeys');
  const missing = keys.find((key) => !resource.tags.some(({ Key }) => Key === key));
  if (missing !== undefined) throw elastiCacheFault('TagNotFoundFault', `Tag ${missing} not found.`);
  return { TagList: removeTags(resource, keys) };
}

function listTagsForResource(state: ElastiCacheState, input: ListTagsForResourceMessage): TagListMessage {
  return { TagList: [...findTagged(state, input.ResourceName).tags] };
}

function findTagged(state: ElastiCacheState, arn: string | undefined): Tagged {
  const resource = required(arn, 'ResourceName');
  const prefix = `${cacheArnPrefix(state.settings)}:`;
  const kind = resource.startsWith(prefix) ? resource.split(':')[5] : undefined;
  const name = nameOf(resource);
  switch (kind) {
    case 'snapshot':
      return itself(getSnapshot(state, name));
    case 'cluster':
      return itself(getNode(state, name).node);
    case 'replicationgroup': {
      const unit = getGroup(state, name);
      return {
        tags: unit.groupTags,
        set: (tags) => {
          unit.groupTags = tags;
        },
      };
    }
    default:
      throw elastiCacheFault('InvalidARNFault', `Invalid ARN: ${resource}`);
  }
}
