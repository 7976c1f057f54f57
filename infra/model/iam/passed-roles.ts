/** By which calls a role is handed to a service that then acts with it. */

/**
 * Per service that a role can be passed to, the actions that take it: without one of them, iam:PassRole gives nothing.
 *
 * Facts: service authorization reference, "Dependent actions" (those that depend on iam:PassRole). MEMORY: the services
 * after Step Functions, and that only these run what their caller chose.
 */
export const TAKING_ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'sagemaker.amazonaws.com',
    [
      ...named(
        'sagemaker',
        'CreateTrainingJob CreateProcessingJob CreateHyperParameterTuningJob CreateModel',
      ),
      ...named(
        'sagemaker',
        'CreateAutoMLJob CreateAutoMLJobV2 CreateMonitoringSchedule CreateNotebookInstance',
      ),
      ...named('sagemaker', 'CreateDataQualityJobDefinition CreateModelBiasJobDefinition CreateCluster'),
      ...named('sagemaker', 'CreateModelExplainabilityJobDefinition CreateModelQualityJobDefinition'),
      ...named('sagemaker', 'UpdateMonitoringSchedule UpdateNotebookInstance CreatePipeline UpdatePipeline'),
      ...named('sagemaker', 'CreateDomain UpdateDomain CreateUserProfile UpdateUserProfile CreateJob'),
      ...named('sagemaker', 'CreateCompilationJob CreateInferenceRecommendationsJob CreateLabelingJob'),
      ...named('sagemaker', 'CreateOptimizationJob CreateInferenceExperiment CreateFlowDefinition'),
      ...named('sagemaker', 'CreateEndpointConfig CreateAIBenchmarkJob'),
    ],
  ],
  [
    'ec2.amazonaws.com',
    [
      ...named('ec2', 'RunInstances AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation'),
      ...named('ec2', 'RequestSpotInstances RequestSpotFleet CreateFleet'),
      ...named('autoscaling', 'CreateAutoScalingGroup UpdateAutoScalingGroup CreateLaunchConfiguration'),
      // A cluster's instances have a profile of their own (Amazon EMR management guide, "IAM roles").
      ...named('elasticmapreduce', 'RunJobFlow'),
    ],
  ],
  [
    'lambda.amazonaws.com',
    [
      ...named('lambda', 'CreateFunction UpdateFunctionConfiguration'),
      ...named('synthetics', 'CreateCanary UpdateCanary'),
    ],
  ],
  ['cloudformation.amazonaws.com', named('cloudformation', 'CreateStack UpdateStack CreateChangeSet')],
  [
    'ecs-tasks.amazonaws.com',
    [
      ...named('ecs', 'RegisterTaskDefinition RunTask StartTask'),
      ...named('batch', 'RegisterJobDefinition SubmitJob'),
    ],
  ],
  ['glue.amazonaws.com', named('glue', 'CreateJob UpdateJob CreateDevEndpoint CreateSession')],
  ['codebuild.amazonaws.com', named('codebuild', 'CreateProject UpdateProject StartBuild')],
  ['ssm.amazonaws.com', named('ssm', 'StartAutomationExecution')],
  ['scheduler.amazonaws.com', named('scheduler', 'CreateSchedule UpdateSchedule')],
  ['events.amazonaws.com', named('events', 'PutTargets')],
  ['states.amazonaws.com', named('states', 'CreateStateMachine UpdateStateMachine')],
  ['elasticmapreduce.amazonaws.com', named('elasticmapreduce', 'RunJobFlow')],
  ['emr-serverless.amazonaws.com', named('emr-serverless', 'StartJobRun')],
  ['tasks.apprunner.amazonaws.com', named('apprunner', 'CreateService UpdateService')],
  ['pipes.amazonaws.com', named('pipes', 'CreatePipe UpdatePipe')],
  ['pods.eks.amazonaws.com', named('eks', 'CreatePodIdentityAssociation UpdatePodIdentityAssociation')],
  ['athena.amazonaws.com', named('athena', 'CreateWorkGroup UpdateWorkGroup')],
  ['braket.amazonaws.com', named('braket', 'CreateJob')],
  ['codepipeline.amazonaws.com', named('codepipeline', 'CreatePipeline UpdatePipeline')],
  ['kinesisanalytics.amazonaws.com', named('kinesisanalytics', 'CreateApplication UpdateApplication')],
  ['imagebuilder.amazonaws.com', named('imagebuilder', 'CreateInfrastructureConfiguration CreateImage')],
  ['airflow.amazonaws.com', named('airflow', 'CreateEnvironment UpdateEnvironment')],
  ['omics.amazonaws.com', named('omics', 'StartRun')],
  [
    'bedrock-agentcore.amazonaws.com',
    named('bedrock-agentcore', 'CreateAgentRuntime UpdateAgentRuntime CreateCodeInterpreter CreateBrowser'),
  ],
]);

function named(service: string, actions: string): readonly string[] {
  return actions.split(' ').map((action) => `${service}:${action}`);
}
