import { blockOfName } from './firewall-log/record.fixture';
import { saysBlocked } from './firewall-record-verdict';

test.each([
  ['a verdict of drop', { verdict: 'drop', action: 'blocked' }, true],
  ['a verdict of reject', { verdict: 'reject', action: 'blocked' }, true],
  ['no verdict, as in older records, and a blocked alert', { verdict: null, action: 'blocked' }, true],
  ['a verdict of alert beside a blocked alert', { verdict: 'alert', action: 'blocked' }, false],
  ['a verdict of pass', { verdict: 'pass', action: 'allowed' }, false],
  ['an alert default without a drop default', { verdict: null, action: 'allowed' }, false],
  ['no alert at all', { verdict: null, action: null }, false],
  ['a verdict of drop in a flow record', { verdict: 'drop', eventType: 'netflow' as const }, false],
])('%s', (_case, record, blocked) => {
  expect(saysBlocked(blockOfName('github.com', record))).toBe(blocked);
});
