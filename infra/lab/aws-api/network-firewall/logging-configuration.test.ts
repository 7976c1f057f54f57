/** Logging configurations over the wire, with the SDK's own client. */
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFirewallCommand,
  DescribeLoggingConfigurationCommand,
  InvalidRequestException,
  type LogDestinationConfig,
  LogDestinationPermissionException,
  UpdateLoggingConfigurationCommand,
} from '@aws-sdk/client-network-firewall';
import { createFirewall, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
let nfw: TestAccount['nfw'];
let logs: TestAccount['logs'];
beforeEach(async () => {
  account = await openAccount();
  ({ nfw, logs } = account);
});
afterEach(() => account.close());

describe('logging configurations', () => {
  const destination = (LogType: 'ALERT' | 'FLOW', logGroup: string): LogDestinationConfig => ({
    LogType,
    LogDestinationType: 'CloudWatchLogs',
    LogDestination: { logGroup },
  });

  test('change by one destination in a call, name log groups that exist, and keep their firewall', async () => {
    const { arn } = await createFirewall(account);
    for (const logGroupName of ['/fw/alert', '/fw/flow'])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const update = (...LogDestinationConfigs: LogDestinationConfig[]) =>
      nfw.send(
        new UpdateLoggingConfigurationCommand({
          FirewallArn: arn,
          LoggingConfiguration: { LogDestinationConfigs },
        }),
      );
    const current = async () =>
      (await nfw.send(new DescribeLoggingConfigurationCommand({ FirewallArn: arn }))).LoggingConfiguration
        ?.LogDestinationConfigs;
    expect(await current()).toEqual([]);
    const [alert, flow] = [destination('ALERT', '/fw/alert'), destination('FLOW', '/fw/flow')];
    await expect(update(alert, flow)).rejects.toThrow(InvalidRequestException);
    await expect(update(destination('ALERT', '/none'))).rejects.toThrow(LogDestinationPermissionException);
    await update(alert);
    await update(alert, flow);
    await expect(update(destination('ALERT', '/fw/flow'))).rejects.toThrow('only one change');
    await update(destination('ALERT', '/fw/flow'), flow);
    expect(await current()).toEqual([destination('ALERT', '/fw/flow'), flow]);
    await expect(nfw.send(new DeleteFirewallCommand({ FirewallArn: arn }))).rejects.toThrow(
      'logging configuration',
    );
    await update(flow);
    await update();
    await nfw.send(new DeleteFirewallCommand({ FirewallArn: arn }));
  });
});
