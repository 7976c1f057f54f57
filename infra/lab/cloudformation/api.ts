/** The lab's CloudFormation: its operations, for the server's table of handlers. */
import {
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  type ParameterDeclaration,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { type Handler, type LabApi, type LabContext, on } from '../aws-api/handler';
import { changeSetHandlers } from './api-change-sets';
import { existingStack, templateText, validated } from './api-requests';
import { stackHandlers } from './api-stacks';
import { checkReferences } from './check';
import { nestedStacks } from './nested-stacks';
import type { ParameterDeclaration as DeclaredParameter } from './parameter-declarations';
import type { Engine } from './stack-record';
import { requiredCapability } from './stack-request';
import { readTemplate, type Template } from './template';

export interface CloudFormationOptions {
  readonly context: LabContext;
  /** The account's operations, by which resources are created. */
  readonly api: LabApi;
  /**
   * The text of the template that a TemplateURL names, always a relative path here. Without it templates cannot
   * contain stacks.
   */
  readonly nested?: ((url: string) => string) | undefined;
}

/** The handlers of CloudFormation. Their stacks live as long as they do, in `context.state`. */
export function cloudformationHandlers({ context, api, nested }: CloudFormationOptions): Handler[] {
  const engine: Engine = {
    context,
    api,
    nestedTemplate:
      nested ??
      ((url) => {
        throw new Error(`There is no folder to take the nested template ${url} from`);
      }),
    records: new Map(),
    nestedStacks: (parent) => nestedStacks(engine, parent),
  };
  return [...stackHandlers(engine), ...changeSetHandlers(engine), ...templateHandlers(engine)];
}

function templateHandlers(engine: Engine): Handler[] {
  return [
    on('cloudformation', ValidateTemplateCommand, (input) =>
      validated(() => {
        const template = readTemplate(templateText(engine, input, null).templateBody);
        checkReferences(template);
        return {
          Description: template.description ?? undefined,
          Parameters: [...template.parameters.values()].map(
            ({ name, default: value, noEcho, description }) => ({
              ParameterKey: name,
              DefaultValue: value ?? undefined,
              NoEcho: noEcho,
              Description: description ?? undefined,
            }),
          ),
          ...capabilities(template),
          DeclaredTransforms: declaredTransforms(template),
        };
      }),
    ),
    on('cloudformation', GetTemplateSummaryCommand, (input) =>
      validated(() => {
        const template =
          input.StackName === undefined
            ? readTemplate(templateText(engine, input, null).templateBody)
            : existingStack(engine, input.StackName).definition.template;
        return {
          Description: template.description ?? undefined,
          Version: '2010-09-09',
          Parameters: [...template.parameters.values()].map(declarationOf),
          ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
          Metadata: JSON.stringify(template.metadata),
          ...capabilities(template),
          DeclaredTransforms: declaredTransforms(template),
        };
      }),
    ),
    on('cloudformation', GetTemplateCommand, ({ StackName }) => ({
      TemplateBody: existingStack(engine, StackName).definition.templateBody,
      StagesAvailable: ['Original' as const, 'Processed' as const],
    })),
  ];
}

function declaredTransforms({ languageExtensions }: Template): string[] {
  return languageExtensions ? ['AWS::LanguageExtensions'] : [];
}

function capabilities(template: Template) {
  const { capability, types } = requiredCapability(template);
  if (capability === null) return { Capabilities: [] };
  return {
    Capabilities: [capability],
    CapabilitiesReason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  };
}

function declarationOf(declared: DeclaredParameter): ParameterDeclaration {
  const { name, type, description, noEcho, allowedValues } = declared;
  return {
    ParameterKey: name,
    ParameterType: type.name,
    DefaultValue: declared.default ?? undefined,
    Description: description ?? undefined,
    NoEcho: noEcho,
    ParameterConstraints: allowedValues === null ? {} : { AllowedValues: [...allowedValues] },
  };
}
