import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { declaredIntent } from './declared-intent';
import { derivedIntent } from './derived-intent';
import type { IntentDeclaration } from './intent-declaration';
import type { Intent } from './intent';

const of = (declaration: IntentDeclaration): Intent =>
  declaredIntent({ path: 'intent.yaml', sha256: 'f'.repeat(64), declaration }, referenceSnapshot());
const derived = derivedIntent(referenceSnapshot());

test('what a file leaves out is derived where something can be derived, is nothing otherwise, and is said', () => {
  expect(of({})).toEqual({
    ...derived,
    source: 'declared',
    file: 'intent.yaml',
    sha256: 'f'.repeat(64),
    derivedSections: ['destinations', 'endpoints', 'securityGroups', 'logs'],
    approvedExits: [],
    acceptedInspection: [],
    acceptedRisks: [],
    listener: null,
  });
});

test('a section that is there replaces what would be derived, and adds nothing to it', () => {
  const intent = of({
    destinations: [{ client: 'pip', package: 'Torch', expect: 'allowed', because: ' models\n  need it ' }],
    endpoints: { required: ['kms'] },
    exits: { approved: [{ target: 'tgw-a', destinations: ['10.0.0.0/8'], because: 'the\noffice' }] },
    inspection: { accepted: ['vpce-other'] },
    securityGroups: { approved: ['sg-own'] },
    logs: { retentionDays: 30 },
    risks: {
      accepted: [{ technique: 'quic', reason: 'so\nit is', owner: 'me', expires: '2020-01-01' }],
    },
    listener: 'listener.example.com',
    probeHost: 'i-0123456789abcdef0',
  });
  expect(intent).toEqual({
    source: 'declared',
    file: 'intent.yaml',
    sha256: 'f'.repeat(64),
    derivedSections: [],
    destinations: [{ probe: 'pip-install-pypi/torch', expect: 'allowed', because: 'models need it' }],
    requiredEndpoints: ['kms'],
    logRetentionDays: 30,
    approvedExits: [{ target: 'tgw-a', destinations: ['10.0.0.0/8'], because: 'the office' }],
    acceptedInspection: ['vpce-other'],
    approvedSecurityGroups: ['sg-own'],
    acceptedRisks: [{ technique: 'quic', reason: 'so it is', owner: 'me', expires: '2020-01-01' }],
    listener: 'listener.example.com',
    probeHost: 'i-0123456789abcdef0',
  });
});
