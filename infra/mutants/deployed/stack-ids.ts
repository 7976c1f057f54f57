/** The physical ids of a stack's resources by their logical ids. */
import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { cloudFormationClient, type AwsConnection } from '../../snapshot/clients';

/** Asks CloudFormation; resources that are gone again are left out. */
export async function stackIds(
  connection: AwsConnection,
  StackName: string,
): Promise<ReadonlyMap<string, string>> {
  const client = await cloudFormationClient(connection);
  try {
    const ids = new Map<string, string>();
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
      for (const { LogicalResourceId, PhysicalResourceId, ResourceStatus } of StackResourceSummaries)
        if (LogicalResourceId && PhysicalResourceId && ResourceStatus !== 'DELETE_COMPLETE')
          ids.set(LogicalResourceId, PhysicalResourceId);
    return ids;
  } finally {
    client.destroy();
  }
}
