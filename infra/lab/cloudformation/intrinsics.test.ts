import { checkParameterValues } from './parameters';
import { resolve } from './intrinsics';
import { stackScope } from './scope';
import { readTemplate } from './template';
import { LATER, NO_VALUE } from './values';

const SURROUNDINGS = {
  account: '123456789012',
  region: 'eu-west-1',
  partition: 'aws',
  availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
};

const HEAD = `
Transform: AWS::LanguageExtensions
Parameters:
  Name: { Type: String, Default: lab }
  Zones: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Count: { Type: Number, Default: 3 }
Mappings:
  ByRegion:
    eu-west-1: { Image: ami-west, Sizes: [small, large] }
Conditions:
  IsLab: !Equals [!Ref Name, lab]
  IsOther: !Not [!Condition IsLab]
  Both: !And [!Condition IsLab, !Equals [!Ref Count, '3']]
  Either: !Or [!Condition IsOther, !Equals ['1', 1]]
Resources:
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: 10.0.0.0/16 } }
  Off: { Type: 'AWS::EC2::VPC', Condition: IsOther, Properties: { CidrBlock: 10.0.0.0/16 } }
Outputs:
  It:
    Value: `;

/** What an expression resolves to, in a stack whose VPC exists. */
function resolved(expression: string, vpcIs: 'there' | 'later' = 'there'): unknown {
  const template = readTemplate(`${HEAD}${expression}\n`);
  const scope = stackScope({
    template,
    surroundings: SURROUNDINGS,
    stack: { stackName: 'studio', stackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/studio/1-2' },
    parameters: checkParameterValues({ template, given: {} }),
    attributeNames: () => ['CidrBlock', 'VpcId'],
    resource: (logicalId) => {
      if (logicalId !== 'Vpc') return undefined;
      return vpcIs === 'later'
        ? LATER
        : { physicalId: 'vpc-1', attributes: { CidrBlock: '10.0.0.0/16', VpcId: 'vpc-1' } };
    },
    importValue: (name) => (name === 'shared-vpc' ? 'vpc-shared' : undefined),
  });
  return resolve(template.outputs.get('It')?.value ?? null, ['Outputs', 'It', 'Value'], scope);
}

test.each([
  ['!Ref Name', 'lab'],
  ['{ Ref: Zones }', ['a', 'b', 'c']],
  ['!Ref Vpc', 'vpc-1'],
  ['!GetAtt Vpc.CidrBlock', '10.0.0.0/16'],
  ['!GetAtt [Vpc, CidrBlock]', '10.0.0.0/16'],
  ["{ 'Fn::GetAtt': Vpc.CidrBlock }", '10.0.0.0/16'],
  ["!Sub '${Name}-${Vpc}-${Vpc.CidrBlock}-${AWS::Region}'", 'lab-vpc-1-10.0.0.0/16-eu-west-1'],
  ["!Sub ['${x}/${Name}', { x: !Ref Count }]", '3/lab'],
  ["!Sub '${!Literal} $ {x}'", '${Literal} $ {x}'],
  ["!Join ['-', [a, !Ref Name, 1, true]]", 'a-lab-1-true'],
  ["!Join [',', !Ref Zones]", 'a,b,c'],
  ["!Join ['', [a, !Ref 'AWS::NoValue', b]]", 'ab'],
  ['!Select [1, !Ref Zones]', 'b'],
  ["!Select ['0', [x, y]]", 'x'],
  ["!Split ['/', 'a/b//c']", ['a', 'b', '', 'c']],
  ["!Select [1, !Split [':', 'eu-west-1a:vpce-0a1b']]", 'vpce-0a1b'],
  ['!If [IsLab, yes-it-is, no-it-is-not]', 'yes-it-is'],
  ['!If [IsOther, yes-it-is, no-it-is-not]', 'no-it-is-not'],
  ['!If [Both, 1, 2]', 1],
  ['!If [Either, 1, 2]', 1],
  ["!FindInMap [ByRegion, !Ref 'AWS::Region', Image]", 'ami-west'],
  ['!FindInMap [ByRegion, eu-west-1, Sizes]', ['small', 'large']],
  ['!FindInMap [ByRegion, mars, Image, { DefaultValue: none }]', 'none'],
  ['!ImportValue shared-vpc', 'vpc-shared'],
  ["!GetAZs ''", ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
  ["!GetAZs { Ref: 'AWS::Region' }", ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
  ["{ 'Fn::Base64': 'grüße' }", 'Z3LDvMOfZQ=='],
  ['!Cidr [!GetAtt Vpc.CidrBlock, 2, 8]', ['10.0.0.0/24', '10.0.1.0/24']],
  ['!ToJsonString { a: [1, !Ref Name] }', '{"a":[1,"lab"]}'],
  ['!Length [1, 2, 3]', 3],
  ['!Length { Ref: Zones }', 3],
  ["!Ref 'AWS::AccountId'", '123456789012'],
  ["!Ref 'AWS::Partition'", 'aws'],
  ["!Ref 'AWS::StackName'", 'studio'],
  ["!Select [2, !Split ['/', !Ref 'AWS::StackId']]", '1-2'],
  ["!Ref 'AWS::URLSuffix'", 'amazonaws.com'],
  ["!Ref 'AWS::NotificationARNs'", []],
  ["{ a: !Ref 'AWS::NoValue', b: [!Ref 'AWS::NoValue', 1] }", { b: [1] }],
])('%s resolves to %j', (expression, expected) => {
  expect(resolved(expression)).toEqual(expected);
});

test('AWS::NoValue by itself removes what holds it', () => {
  expect(resolved("!Ref 'AWS::NoValue'")).toBe(NO_VALUE);
});

test.each([
  '!Ref Vpc',
  '!GetAtt Vpc.CidrBlock',
  "!Sub 'x-${Vpc}'",
  "!Join ['-', [a, !Ref Vpc]]",
  "!Select [1, !Split ['.', !GetAtt Vpc.CidrBlock]]",
  "{ 'Fn::Base64': !Ref Vpc }",
  '!Cidr [!GetAtt Vpc.CidrBlock, 2, 8]',
  '!ToJsonString { a: !Ref Vpc }',
])('%s is not known before the resource exists', (expression) => {
  expect(resolved(expression, 'later')).toBe(LATER);
});

test.each([
  ['!Ref Nobody', /Unresolved resource dependencies \[Nobody\]/],
  ['!Ref Off', /its condition IsOther is false/],
  ['!GetAtt Vpc.Colour', /does not support attribute type Colour/],
  ["!Sub '${Zones}'", /is not a string/],
  ["!Sub '${a b}'", /is no variable/],
  ["!Join ['-', [[a]]]", /one item is list/],
  ["!Join [[a], '-']", /delimiter/],
  ['!Select [3, !Ref Zones]', /cannot select value at index 3: the list has 3 items/],
  ['!Select [-1, !Ref Zones]', /number from 0/],
  ["!Split ['', abc]", /not empty/],
  ['!If [Nowhere, 1, 2]', /condition Nowhere is not defined/],
  ['!If [IsLab, 1]', /takes a list of 3 values, not 2/],
  ['!FindInMap [ByRegion, mars, Image]', /Unable to get mapping for ByRegion::mars::Image/],
  ['!ImportValue gone', /No export named gone found/],
  ['!GetAZs us-east-1', /knows the Availability Zones of eu-west-1 only/],
  ['!Cidr [10.0.0.0/24, 3, 7]', /cannot take 3 blocks/],
  ['!Equals [a, a]', /only allowed in Conditions/],
  ['{ Ref: Name, Other: 1 }', /must be the only key/],
  ["{ 'Fn::Frob': 1 }", /not an intrinsic function/],
])('%s is an error at its line', (expression, reason) => {
  expect(() => resolved(expression)).toThrow(reason);
  expect(() => resolved(expression)).toThrow(/^Outputs\.It\.Value.* \(line 20\): /);
});
