import { required } from './parameter-fault.js';
import { checkTags, type Tag } from './tag-list.js';

/** Something that has tags. */
export interface Tagged {
  readonly tags: readonly Tag[];
  set(tags: readonly Tag[]): void;
}

/** What holds its tags itself. */
export function itself(holder: { tags: readonly Tag[] }): Tagged {
  return {
    tags: holder.tags,
    set: (tags) => {
      holder.tags = tags;
    },
  };
}

/** `AddTagsToResource`: of two tags with one key the later one counts. Returns what is there then. */
export function addTags(resource: Tagged, added: readonly Tag[] | undefined): Tag[] {
  const tags = checkTags([...resource.tags, ...required(added, 'Tags')]);
  resource.set(tags);
  return tags;
}

/** `RemoveTagsFromResource`. Returns what is left. */
export function removeTags(resource: Tagged, removed: readonly string[]): Tag[] {
  const keys = new Set(removed);
  const tags = resource.tags.filter(({ Key }) => Key === undefined || !keys.has(Key));
  resource.set(tags);
  return tags;
}
