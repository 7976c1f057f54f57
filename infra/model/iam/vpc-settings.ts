/**
 * The requests by which SageMaker would run something outside the owner's VPC, and whether a role may make them.
 *
 * Facts: service authorization reference, "Actions, resources, and condition keys for Amazon SageMaker AI": which
 * actions have the keys `sagemaker:VpcSubnets`, `sagemaker:VpcSecurityGroupIds` and `sagemaker:NetworkIsolation`;
 * SageMaker API reference for which requests take VPC settings; aws.md 4.13 (without them containers have internet
 * access), 4.14 (with network isolation they have no network at all), 4.12 (notebook instances).
 */
import type { Context } from './condition';
import type { Decision } from './evaluation';
import { decide } from './evaluation';
import type { Caller } from './execution-role';
import { arnOf, knowing } from './execution-role';
import { distinctRegions } from './regions';

/** A thing that runs without VPC settings if every one of these calls is allowed. */
interface Way {
  readonly calls: readonly Call[];
}

interface Call {
  readonly action: string;
  /** The resource type of its ARN. */
  readonly type: string;
  /** What the request says of its network, apart from naming no subnets and no security groups. */
  readonly settings?: Readonly<Record<string, readonly string[] | 'absent'>>;
  /** Whether the request can ask for network isolation, and a policy can demand it. */
  readonly hasIsolation?: true;
}

export interface Outside {
  /** The actions, `sagemaker:CreateTrainingJob`. */
  readonly action: string;
  readonly decision: Decision;
}

const GUARDED: readonly Call[] = [
  { action: 'CreateTrainingJob', type: 'training-job', hasIsolation: true },
  { action: 'CreateProcessingJob', type: 'processing-job', hasIsolation: true },
  { action: 'CreateHyperParameterTuningJob', type: 'hyper-parameter-tuning-job', hasIsolation: true },
  { action: 'CreateModel', type: 'model', hasIsolation: true },
  { action: 'CreateAutoMLJob', type: 'automl-job' },
  { action: 'CreateAutoMLJobV2', type: 'automl-job' },
  { action: 'CreateDataQualityJobDefinition', type: 'data-quality-job-definition', hasIsolation: true },
  { action: 'CreateModelBiasJobDefinition', type: 'model-bias-job-definition', hasIsolation: true },
  {
    action: 'CreateModelExplainabilityJobDefinition',
    type: 'model-explainability-job-definition',
    hasIsolation: true,
  },
  { action: 'CreateModelQualityJobDefinition', type: 'model-quality-job-definition', hasIsolation: true },
  { action: 'CreateMonitoringSchedule', type: 'monitoring-schedule', hasIsolation: true },
  { action: 'UpdateMonitoringSchedule', type: 'monitoring-schedule', hasIsolation: true },
  { action: 'CreateCluster', type: 'cluster' },
  { action: 'CreateJob', type: 'job' },
];

/**
 * These take VPC settings too, and no condition key tells whether a request has them: only without the permission are
 * they guarded.
 */
const UNGUARDABLE: readonly Call[] = [
  { action: 'CreateCompilationJob', type: 'compilation-job' },
  { action: 'CreateInferenceRecommendationsJob', type: 'inference-recommendations-job' },
  { action: 'CreateLabelingJob', type: 'labeling-job' },
  { action: 'CreateOptimizationJob', type: 'optimization-job' },
  { action: 'CreateAIBenchmarkJob', type: 'ai-benchmark-job' },
];

/**
 * Direct internet access goes past the VPC even with a subnet. It is the default, and [REPORT] a request that leaves it
 * out is judged as one that says Enabled.
 */
const DIRECT = { 'sagemaker:directinternetaccess': ['Enabled'] };
/** A key that an action does not have is missing in each of its requests. */
const NO_VPC = {
  'sagemaker:vpcsubnets': 'absent',
  'sagemaker:vpcsecuritygroupids': 'absent',
  'sagemaker:networkisolation': 'absent',
  'sagemaker:directinternetaccess': 'absent',
} as const;

const WAYS: readonly Way[] = [
  ...[...GUARDED, ...UNGUARDABLE].map((call) => ({ calls: [call] })),
  { calls: [{ action: 'CreateNotebookInstance', type: 'notebook-instance', settings: DIRECT }] },
  // An endpoint takes its network from its models, which CreateModel guards; one of inference components without a
  // model takes it from its configuration.
  {
    calls: [
      { action: 'CreateInferenceComponent', type: 'inference-component' },
      { action: 'CreateEndpointConfig', type: 'endpoint-config', hasIsolation: true },
    ],
  },
];

/**
 * Every way that a role is not plainly denied, in whatever Region. `studio` are the subnets and security groups that
 * Studio itself has.
 */
export function waysOutside(caller: Caller, studio: VpcSettings): readonly Outside[] {
  const notebook: Call = {
    action: 'CreateNotebookInstance',
    type: 'notebook-instance',
    settings: { ...DIRECT, ...settingsOf(studio) },
  };
  const regions = distinctRegions(caller);
  return [...WAYS, { calls: [notebook] }].flatMap(({ calls }) => {
    const action = calls.map((call) => `sagemaker:${call.action}`).join(' with ');
    const ways = regions.flatMap((region) => wayBy({ ...caller, region }, calls) ?? []);
    const decision = ways.find(({ answer }) => answer === 'allowed') ?? ways[0];
    return decision === undefined ? [] : [{ action, decision }];
  });
}

/** What decides a way of several calls; null when one of them is denied. */
function wayBy(caller: Caller, calls: readonly Call[]): Decision | null {
  const decisions = calls.map((call) => decide(caller.principal, requestOf(caller, call)));
  if (decisions.some(({ answer }) => answer === 'denied')) return null;
  return decisions.find(({ answer }) => answer === 'undecided') ?? decisions[0] ?? null;
}

/** At least one of each. */
export interface VpcSettings {
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
}

/** Whether the role may create some job or model in a subnet that is not Studio's. */
export function mayNameOtherSubnets(caller: Caller, { groupIds }: VpcSettings): boolean {
  const settings = settingsOf({ subnetIds: ['subnet-of-another-vpc'], groupIds });
  return GUARDED.some(
    (call) => decide(caller.principal, requestOf(caller, { ...call, settings })).answer === 'allowed',
  );
}

function settingsOf({ subnetIds, groupIds }: VpcSettings): Readonly<Record<string, readonly string[]>> {
  // One of each: what an operator does with several values depends on its quantifier.
  return {
    'sagemaker:vpcsubnets': subnetIds.slice(0, 1),
    'sagemaker:vpcsecuritygroupids': groupIds.slice(0, 1),
  };
}

function requestOf(caller: Caller, { action, type, settings, hasIsolation }: Call) {
  const context = knowing(caller.context, {
    ...NO_VPC,
    'aws:requestedregion': [caller.region],
    ...settings,
  });
  return {
    action: `sagemaker:${action}`,
    resource: arnOf(caller, 'sagemaker', `${type}/?*`),
    contexts: hasIsolation === true ? withoutIsolation(context) : [context],
  };
}

/** Whether the key is there when a request does not speak of isolation is not documented. */
function withoutIsolation(context: Context): readonly Context[] {
  return [
    knowing(context, { 'sagemaker:networkisolation': ['false'] }),
    knowing(context, { 'sagemaker:networkisolation': 'absent' }),
  ];
}
