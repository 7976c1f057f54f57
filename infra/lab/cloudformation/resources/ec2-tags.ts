/** Tags of EC2 resources: set on creation by TagSpecifications, afterwards by CreateTags and DeleteTags. */
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  type ResourceType,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import { type ResourceContext, resourceTags, sameJson, type Tag } from './provider';

export function tagSpecifications(
  context: ResourceContext,
  type: ResourceType,
  tags: readonly Tag[] | undefined,
): TagSpecification[] {
  return [{ ResourceType: type, Tags: resourceTags(context, tags) }];
}

/** Makes the tags of an existing resource what the template now says. */
export async function updateTags(
  context: ResourceContext,
  {
    id,
    before = [],
    after = [],
  }: {
    readonly id: string;
    readonly before?: readonly Tag[] | undefined;
    readonly after?: readonly Tag[] | undefined;
  },
): Promise<void> {
  if (sameJson(before, after)) return;
  const removed = before.filter(({ Key }) => !after.some((tag) => tag.Key === Key));
  if (removed.length > 0)
    await context.api.call('ec2', DeleteTagsCommand, {
      Resources: [id],
      Tags: removed.map(({ Key }) => ({ Key })),
    });
  if (after.length > 0)
    await context.api.call('ec2', CreateTagsCommand, { Resources: [id], Tags: [...after] });
}
