/** `studio-egress history` and `studio-egress period` on the command line. */
import { join } from 'node:path';
import { isDay } from '../../suites/schema-problems';
import { PROJECT_ROOT } from '../run';
import { UsageError } from '../usage-error';
import type { Registration } from './registration';

const DEFAULT_HISTORY = join(PROJECT_ROOT, 'reports', 'out', 'history.jsonl');

export function registerHistory({ add, setExitCode }: Registration): void {
  add('history')
    .description("the chain of a target's runs")
    .command('rebuild <dir...>')
    .description('write a history again from output folders')
    .requiredOption('--out <file>')
    .option('--force', 'replace a file that is there', false)
    .action((dirs: readonly string[], flags: { readonly out: string; readonly force: boolean }) => {
      const { historyRebuild } = require('../history') as typeof import('../history');
      setExitCode(historyRebuild({ dirs, out: flags.out, replace: flags.force }));
    });
}

interface PeriodFlags {
  readonly from: string;
  readonly to: string;
  readonly history: string;
  readonly every: string;
  readonly vpcId?: string;
  readonly json: boolean;
}

export function registerPeriod({ add, setExitCode }: Registration): void {
  add('period')
    .description(
      'every night of a period: its verdict, or that it is missing; 0 all verified, 1 violated, 2 neither',
    )
    .requiredOption('--from <day>', 'the first day, as 2026-01-01 (UTC)')
    .requiredOption('--to <day>', 'the last day')
    .option('--history <file>', 'the history', DEFAULT_HISTORY)
    .option('--every <time>', 'how often there must be a run: 1d, 7d, 12h, …', '1d')
    .option('--vpc-id <id>', 'this VPC alone (default: every target of the history)')
    .option('--json', 'answer in JSON', false)
    .action(({ from, to, every, vpcId, history, json }: PeriodFlags) => {
      for (const [option, day] of [
        ['--from', from],
        ['--to', to],
      ] as const)
        if (!isDay(day))
          throw new UsageError(`${option} takes a day, as 2026-01-31; not ${JSON.stringify(day)}`);
      if (to < from) throw new UsageError(`--to ${to} is before --from ${from}`);
      const { period } = require('../history') as typeof import('../history');
      setExitCode(
        period({ history, from, to, everyMs: everyMs(every), vpcId: vpcId ?? null, json, now: new Date() }),
      );
    });
}

function everyMs(text: string): number {
  const [, number, unit] = /^(\d{1,4})([dh])$/.exec(text) ?? [];
  const ms = Number(number) * (unit === 'd' ? 86_400_000 : 3_600_000);
  if (unit === undefined || ms === 0)
    throw new UsageError(`--every takes days or hours, as 1d or 12h; not ${JSON.stringify(text)}`);
  return ms;
}
