/** Parameter Store, as far as templates use it: parameters of their own, and AWS's public ones that name an AMI. */
import {
  GetParameterCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type Parameter,
} from '@aws-sdk/client-ssm';
import type { LabState } from '../../state';
import { ApiError, on, type Handler, type LabContext } from '../handler';

// The lab's hosts have no image; the id is only there so that templates which look one up can be deployed.
const LAB_IMAGE_ID = 'ami-0123456789abcdef0';

const PUBLIC_IMAGE_PARAMETER = /^\/aws\/service\/ami-amazon-linux-latest\/[a-zA-Z0-9._-]+$/;

const PARAMETER_TYPE = 'AWS::SSM::Parameter';

export function parameterHandlers({ state }: LabContext): Handler[] {
  return [
    on('ssm', GetParameterCommand, ({ Name }) => {
      const parameter = findParameter(state, Name ?? '');
      if (parameter === null)
        throw new ParameterNotFound({ message: `Parameter ${Name} not found.`, $metadata: {} });
      return { Parameter: parameter };
    }),
    on('ssm', GetParametersCommand, ({ Names }) => {
      const found = (Names ?? []).map((name) => ({ name, parameter: findParameter(state, name) }));
      return {
        Parameters: found.flatMap(({ parameter }) => parameter ?? []),
        InvalidParameters: found.filter(({ parameter }) => parameter === null).map(({ name }) => name),
      };
    }),
    on('ssm', PutParameterCommand, ({ Name, Value, Type, Overwrite }) => {
      if (Name?.startsWith('/aws') || Name?.startsWith('aws'))
        throw new ApiError('ValidationException', 'Parameter name: can\'t be prefixed with "aws"');
      if (findParameter(state, Name ?? '') !== null && Overwrite !== true)
        throw new ParameterAlreadyExists({ message: 'The parameter already exists.', $metadata: {} });
      state.plainResources.set(Name ?? '', {
        type: PARAMETER_TYPE,
        properties: { Name, Value, Type: Type ?? 'String' },
      });
      return { Version: 1, Tier: 'Standard' as const };
    }),
  ];
}

function findParameter(state: LabState, name: string): Parameter | null {
  const arn = `arn:${state.partition}:ssm:${state.region}:${state.account}:parameter/${name.replace(/^\//, '')}`;
  if (PUBLIC_IMAGE_PARAMETER.test(name))
    return {
      Name: name,
      Type: 'String',
      Value: LAB_IMAGE_ID,
      Version: 1,
      DataType: 'aws:ec2:image',
      ARN: arn,
    };
  const resource = state.plainResources.get(name);
  if (resource?.type !== PARAMETER_TYPE) return null;
  const { Value, Type } = resource.properties;
  const type = Type === 'StringList' || Type === 'SecureString' ? Type : 'String';
  return { Name: name, Type: type, Value: String(Value), Version: 1, DataType: 'text', ARN: arn };
}
