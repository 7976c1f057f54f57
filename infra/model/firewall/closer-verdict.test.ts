import { closerVerdict } from './closer-verdict';
import { domainList, policyOf } from './evaluate.fixture';
import type { Flow } from './flow';
import { parseAddress } from '../cidr';
import { verdictOf } from './verdict';

const tls = (name: string): Flow => ({
  family: 'ipv4',
  transport: 'tcp',
  application: 'tls',
  name,
  headerless: false,
  source: parseAddress('10.2.3.10').value,
  destination: parseAddress('203.0.113.40').value,
  port: 443n,
});

const policy = (...rules: readonly string[]) =>
  policyOf({ rules, groups: [domainList('ALLOWLIST', ['.kaggle.com'])], strict: ['aws:drop_established'] });

test('a rule for other protocols leaves a kind of flow open, and one flow of it not', () => {
  const others = policy('drop ip any any -> any any (ip_proto:!6; sid:1;)');
  expect(verdictOf(others, tls('www.kaggle.com')).outcome).toBe('undecided');
  expect(closerVerdict(others, tls('www.kaggle.com'))).toEqual({
    outcome: 'passed',
    by: '.kaggle.com of g2',
  });
  expect(closerVerdict(others, tls('example.com')).outcome).toBe('blocked');
});

test('what one flow does not answer either stays open, and what is late is blocked', () => {
  expect(
    closerVerdict(policy('drop tls any any -> any any (tls.version:1.2; sid:1;)'), tls('www.kaggle.com'))
      .outcome,
  ).toBe('undecided');
  const late = policyOf({
    rules: [
      'drop tcp any any -> any any (flow:to_client,established; dsize:>0; sid:1;)',
      'drop ip any any -> any any (ip_proto:!6; sid:2;)',
    ],
  });
  expect(verdictOf(late, tls('example.com')).outcome).toBe('undecided');
  expect(closerVerdict(late, tls('example.com'))).toMatchObject({ outcome: 'blocked', by: 'sid 1 of g1' });
});
