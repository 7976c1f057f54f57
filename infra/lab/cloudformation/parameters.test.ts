import { checkParameterValues, LAB_IMAGE_ID, readParameterValues } from './parameters';
import { readTemplate } from './template';
import { LATER } from './values';

function declared(declaration: string) {
  return readTemplate(`Parameters:\n  P: ${declaration}\nResources: { Vpc: { Type: 'AWS::EC2::VPC' } }\n`);
}

function valueOf(declaration: string, given: Readonly<Record<string, string>> = {}): unknown {
  return checkParameterValues({ template: declared(declaration), given }).get('P')?.value;
}

test.each([
  ['{ Type: String, Default: a }', {}, 'a'],
  ['{ Type: String, Default: a }', { P: '' }, ''],
  ['{ Type: Number, Default: 7 }', {}, '7'],
  ['{ Type: Number, MinValue: 1, MaxValue: 9 }', { P: '9' }, '9'],
  ['{ Type: CommaDelimitedList }', { P: '.kaggle.com, .github.com' }, ['.kaggle.com', '.github.com']],
  ['{ Type: CommaDelimitedList }', { P: '' }, []],
  ['{ Type: List<Number> }', { P: '80, 443' }, ['80', '443']],
  ["{ Type: 'AWS::EC2::VPC::Id' }", { P: 'vpc-0123456789abcdef0' }, 'vpc-0123456789abcdef0'],
  ["{ Type: 'List<AWS::EC2::Subnet::Id>' }", { P: 'subnet-01234567' }, ['subnet-01234567']],
  [
    "{ Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>' }",
    { P: '/aws/service/ami-amazon-linux-latest/x' },
    LAB_IMAGE_ID,
  ],
  ["{ Type: 'AWS::SSM::Parameter::Value<String>' }", { P: '/my/own' }, LATER],
  ['{ Type: String, AllowedValues: [30, 60] }', { P: '60' }, '60'],
  ["{ Type: String, AllowedPattern: '[a-z]+' }", { P: 'abc' }, 'abc'],
])('%s given %j is %p', (declaration, given, expected) => {
  expect(valueOf(declaration, given)).toEqual(expected);
});

test.each([
  [
    '{ Type: String }',
    {},
    'Parameters.P (line 2): Parameters: [P] must have values. Give --parameter P=VALUE.',
  ],
  [
    '{ Type: String, Default: a }',
    { Q: 'b' },
    'the template: Parameters: [Q] do not exist in the template. Did you mean P?',
  ],
  ['{ Type: Number }', { P: 'many' }, "Parameters.P (line 2): 'many' is not a number."],
  ['{ Type: Number, MinValue: 5 }', { P: '4' }, 'less than MinValue 5'],
  ['{ Type: Number, MaxValue: 5 }', { P: '6' }, 'more than MaxValue 5'],
  ['{ Type: String, AllowedValues: [a, b] }', { P: 'c' }, "'c' is not one of AllowedValues (a, b)"],
  ['{ Type: CommaDelimitedList, AllowedValues: [a, b] }', { P: 'a,c' }, 'AllowedValues'],
  ["{ Type: String, AllowedPattern: '[a-z]+' }", { P: 'abc1' }, 'does not match AllowedPattern [a-z]+'],
  [
    "{ Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: lower case. }",
    { P: 'A' },
    'It must be: lower case.',
  ],
  ["{ Type: String, AllowedPattern: '(' }", { P: 'A' }, 'AllowedPattern is not a regular expression'],
  ["{ Type: String, AllowedPattern: '\\p{Alpha}' }", { P: 'A' }, "does not support '\\p' in AllowedPattern"],
  ['{ Type: String, MinLength: 3 }', { P: 'ab' }, 'shorter than MinLength 3'],
  ['{ Type: String, MaxLength: 1 }', { P: 'ab' }, 'longer than MaxLength 1'],
  [
    '{ Type: String, MinLength: 3, Default: ab }',
    {},
    "Parameters.P.Default (line 2): Its Default: 'ab' is shorter than MinLength 3.",
  ],
  ['{ Type: String, NoEcho: true, MinLength: 3 }', { P: 'no' }, 'Parameters.P (line 2): **** is shorter'],
  ["{ Type: 'AWS::EC2::VPC::Id' }", { P: 'subnet-01234567' }, 'is not of the type AWS::EC2::VPC::Id'],
  ['{ Type: Sting }', { P: 'a' }, 'Unrecognized parameter type: Sting. Did you mean String?'],
  ['{ Default: a }', {}, 'The parameter P needs a Type.'],
  ['{ Type: String, Defaults: a }', {}, 'Invalid template property: Defaults. Did you mean Default?'],
  ['{ Type: String, Default: !Ref AWS::Region }', {}, 'A Default must be a string or a number'],
])('%s given %j is refused', (declaration, given, message) => {
  expect(() => valueOf(declaration, given)).toThrow(message);
});

test('an SSM parameter of the account is read from it', async () => {
  const values = await readParameterValues({
    template: declared("{ Type: 'AWS::SSM::Parameter::Value<List<String>>' }"),
    given: { P: '/my/own' },
    ssmParameter: async (name) => `${name},b`,
  });
  expect(values.get('P')).toEqual({
    text: '/my/own',
    resolvedText: '/my/own,b',
    value: ['/my/own', 'b'],
    noEcho: false,
  });
});
