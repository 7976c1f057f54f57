import { checkTemplate } from './explain-failure';
import { TemplateError } from './template-error';

const NETWORK = `Parameters:
  Cidr:
    Type: String
    Default: 10.0.0.0/16
    AllowedPattern: '^[0-9./]+$'
    ConstraintDescription: an IPv4 CIDR block.
Conditions:
  Wide: !Equals [!Ref Cidr, 10.0.0.0/8]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: !Ref Cidr
  Subnet:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]
      MapPublicIpOnLaunch: false
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: of the test
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: '443'
          CidrIp: !Ref Cidr
Outputs:
  SubnetId:
    Value: !Ref Subnet
`;

/** The template with one of its lines changed. */
function edited(from: string, to: string): string {
  if (!NETWORK.includes(from)) throw new Error(`the template has no '${from}'`);
  return NETWORK.replace(from, to);
}

test('a template that can be deployed passes, whatever it needs to know later', () => {
  expect([...checkTemplate(NETWORK, { Cidr: '10.8.0.0/16' }).resources.keys()]).toEqual([
    'Vpc',
    'Subnet',
    'Group',
  ]);
});

test('JSON is read as well, with its lines', () => {
  const text = JSON.stringify(
    { Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlok: 'x' } } } },
    null,
    '\t',
  );
  expect(() => checkTemplate(text, {})).toThrow(
    'Resources.Vpc.Properties.CidrBlok (line 6): Encountered unsupported property CidrBlok. Did you mean CidrBlock?',
  );
});

test.each([
  [
    'a misspelt property',
    'VpcId: !Ref Vpc\n      CidrBlock',
    'VpcID: !Ref Vpc\n      CidrBlock',
    'Resources.Subnet.Properties.VpcID (line 17): Encountered unsupported property VpcID. Did you mean VpcId?',
  ],
  [
    'a property deep inside',
    'FromPort: 443',
    'FromPrt: 443',
    'Resources.Group.Properties.SecurityGroupIngress[0].FromPrt (line 27): Encountered unsupported property FromPrt. Did you mean FromPort?',
  ],
  [
    'a missing property',
    '      GroupDescription: of the test\n',
    '',
    'Resources.Group.Properties (line 22): Missing required property GroupDescription. Add GroupDescription.',
  ],
  [
    'a value of the wrong type',
    'MapPublicIpOnLaunch: false',
    'MapPublicIpOnLaunch: maybe',
    'Resources.Subnet.Properties.MapPublicIpOnLaunch (line 19): Value of property MapPublicIpOnLaunch must be of type Boolean, not String.',
  ],
  [
    'a list where a text belongs',
    'VpcId: !Ref Vpc\n      CidrBlock',
    'VpcId: [!Ref Vpc]\n      CidrBlock',
    'Resources.Subnet.Properties.VpcId (line 17): Value of property VpcId must be of type String, not List.',
  ],
  [
    'a property that the lab does not carry',
    'MapPublicIpOnLaunch: false',
    'Ipv6Native: true',
    'Resources.Subnet.Properties.Ipv6Native (line 19): AWS has the property Ipv6Native, but the lab does not carry it. Leave it out to verify the rest.',
  ],
  [
    'a rule without a peer',
    '          CidrIp: !Ref Cidr\n',
    '',
    'Resources.Group.Properties (line 22): A rule needs a peer: a CIDR block, a prefix list or a security group.',
  ],
  [
    'an unknown reference',
    'Value: !Ref Subnet',
    'Value: !Ref Subnets',
    'Outputs.SubnetId.Value.Ref (line 32): Template format error: Unresolved resource dependencies [Subnets] in the Outputs block of the template. Did you mean Subnet?',
  ],
  [
    'an unknown reference in a branch that is not taken',
    'CidrBlock: !Ref Cidr',
    'CidrBlock: !If [Wide, !Ref Nobody, !Ref Cidr]',
    'Resources.Vpc.Properties.CidrBlock.Fn::If[1].Ref (line 13): Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template.',
  ],
  [
    'an unknown attribute',
    'Vpc.CidrBlock',
    'Vpc.Cidr',
    'Resources.Subnet.Properties.CidrBlock.Fn::Select[1].Fn::Cidr[0].Fn::GetAtt (line 18): Template error: resource Vpc does not support attribute type Cidr in Fn::GetAtt.',
  ],
  [
    'an unknown condition',
    'Type: AWS::EC2::VPC',
    'Condition: Narrow\n    Type: AWS::EC2::VPC',
    'Resources.Vpc.Condition (line 11): Template format error: Unresolved condition Narrow.',
  ],
  [
    'a reference to what a condition leaves out',
    'Type: AWS::EC2::VPC',
    'Condition: Wide\n    Type: AWS::EC2::VPC',
    'its condition Wide is false, so it is not created',
  ],
  [
    'a condition that looks at a resource',
    '!Equals [!Ref Cidr,',
    '!Equals [!Ref Vpc,',
    'Cannot reference resources in the Conditions block of the template.',
  ],
  [
    'a type that nobody has',
    'Type: AWS::EC2::VPC',
    'Type: AWS::EC2::Vpc',
    'Resources.Vpc.Type (line 11): The lab has no resource type AWS::EC2::Vpc. Did you mean AWS::EC2::VPC?',
  ],
  [
    'no type',
    '    Type: AWS::EC2::VPC\n',
    '',
    'Resources.Vpc (line 10): Every resource needs a Type; Vpc has none.',
  ],
  [
    'an unknown tag',
    '!Ref Vpc',
    '!Reff Vpc',
    'Resources.Subnet.Properties.VpcId (line 17): !Reff is not a tag that CloudFormation knows. Did you mean !Ref?',
  ],
  [
    'an unknown function',
    'VpcId: !Ref Vpc\n      CidrBlock',
    "VpcId: { 'Fn::Reff': Vpc }\n      CidrBlock",
    'Template error: Fn::Reff is not an intrinsic function.',
  ],
  [
    'an unknown section',
    'Outputs:',
    'Output:',
    'Output (line 30): Invalid template property: Output is not a section of a template. Did you mean Outputs?',
  ],
  [
    'a section that the lab does not carry',
    'Outputs:',
    'Rules: {}\nOutputs:',
    'Rules (line 30): The lab does not evaluate template rules. Remove the section Rules.',
  ],
  [
    'a macro',
    'Outputs:',
    'Transform: AWS::Serverless-2016-10-31\nOutputs:',
    'Transform (line 30): The lab runs no macros: it cannot expand the transform "AWS::Serverless-2016-10-31".',
  ],
  [
    'an included snippet',
    'MapPublicIpOnLaunch: false',
    "'Fn::Transform': { Name: AWS::Include }",
    'The lab runs no macros: it cannot expand Fn::Transform.',
  ],
  [
    'the same key twice',
    'MapPublicIpOnLaunch: false',
    'VpcId: !Ref Vpc',
    'the template (line 19): The key VpcId stands twice in one mapping. Remove or rename one of the two.',
  ],
  [
    'an empty value',
    'MapPublicIpOnLaunch: false',
    'MapPublicIpOnLaunch:',
    "Resources.Subnet.Properties.MapPublicIpOnLaunch (line 19): 'null' values are not allowed in templates.",
  ],
  ['broken YAML', 'Outputs:', '  Outputs: [', 'This is not valid YAML or JSON'],
  [
    'an alias',
    '!Ref Vpc\n      CidrBlock',
    '*vpc\n      CidrBlock',
    'CloudFormation does not support YAML aliases.',
  ],
  [
    'a number that YAML 1.1 reads as octal',
    'FromPort: 443',
    'FromPort: 0443',
    'CloudFormation reads 0443 as an octal or base 60 number.',
  ],
  [
    'a resource attribute that does not exist',
    'Type: AWS::EC2::VPC',
    'DependOn: Subnet\n    Type: AWS::EC2::VPC',
    "Resources.Vpc.DependOn (line 11): Invalid template resource property 'DependOn'. Did you mean DependsOn?",
  ],
  [
    'a dependency on nobody',
    'Type: AWS::EC2::VPC',
    'DependsOn: Nobody\n    Type: AWS::EC2::VPC',
    'Resources.Vpc.DependsOn (line 11): Template format error: Unresolved resource dependencies [Nobody]',
  ],
  [
    'a circle',
    'Type: AWS::EC2::VPC',
    'DependsOn: Subnet\n    Type: AWS::EC2::VPC',
    'Resources.Vpc (line 10): Circular dependency between resources: [Vpc, Subnet] (Vpc -> Subnet -> Vpc).',
  ],
  [
    'a logical id with other characters',
    '  Subnet:',
    '  Sub_net:',
    "Resources.Sub_net (line 14): Template format error: Resources name 'Sub_net' is non alphanumeric.",
  ],
])('%s is refused with place, reason and fix', (_what, from, to, message) => {
  expect(() => checkTemplate(edited(from, to), {})).toThrow(TemplateError);
  expect(() => checkTemplate(edited(from, to), {})).toThrow(message);
});

test.each([
  ['nothing', '', 'A template is a mapping of sections, Resources among them.'],
  ['a text', 'hello', 'A template is a mapping of sections, Resources among them.'],
  ['no resources', 'Description: none', 'At least one Resources member must be defined.'],
  ['empty resources', 'Resources: {}', 'At least one Resources member must be defined.'],
  [
    'another format version',
    "AWSTemplateFormatVersion: '2020-01-01'\nResources: {}",
    'The only template format version is 2010-09-09.',
  ],
  ['brackets without end', '['.repeat(20_000), 'This is not valid YAML or JSON|nested too deeply'],
])('%s is no template', (_what, text, reason) => {
  expect(() => checkTemplate(text, {})).toThrow(new RegExp(reason));
});

test('an error knows its resource and its line', () => {
  let caught: unknown;
  try {
    checkTemplate(edited('FromPort: 443', 'FromPort: https'), {});
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({
    logicalId: 'Group',
    place: { path: 'Resources.Group.Properties.SecurityGroupIngress[0].FromPort', line: 27, column: 11 },
    reason: 'Value of property FromPort must be of type Integer, not String.',
    fix: null,
  });
});
