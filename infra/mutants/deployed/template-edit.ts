/** Edits of a CloudFormation template's text. Short intrinsic forms (`!Ref`) that are not touched stay as they are. */
import { parseDocument, type Document } from 'yaml';

export type TemplateEdit = (template: Document) => void;

/** The text after edits, in turn. */
export const editing =
  (...edits: readonly TemplateEdit[]) =>
  (text: string): string => {
    const template = parseDocument(text, { logLevel: 'silent' });
    for (const edit of edits) edit(template);
    return template.toString();
  };

/** Several edits of the text, in turn. */
export const inTurn =
  (...edits: readonly ((text: string) => string)[]) =>
  (text: string): string =>
    edits.reduce((edited, edit) => edit(edited), text);

/** Sets what a resource declares, by the path below its Properties: `FirewallPolicy.StatefulDefaultActions`. */
export const setProperty =
  (logicalId: string, path: string, value: unknown): TemplateEdit =>
  (template) => {
    insist(template, logicalId);
    template.setIn(['Resources', logicalId, 'Properties', ...path.split('.')], template.createNode(value));
  };

/** Removes a property; throws when it is not there. */
export const dropProperty =
  (logicalId: string, path: string): TemplateEdit =>
  (template) => {
    const gone = template.deleteIn(['Resources', logicalId, 'Properties', ...path.split('.')]);
    if (!gone) throw new Error(`${logicalId} declares no ${path}`);
  };

/** Declares a resource more. */
export const addResource =
  (logicalId: string, resource: object): TemplateEdit =>
  (template) => {
    if (template.hasIn(['Resources', logicalId])) throw new Error(`${logicalId} is there already`);
    template.setIn(['Resources', logicalId], template.createNode(resource));
  };

/** Removes resources, and the outputs that are named after them. */
export const dropResources =
  (logicalIds: readonly string[], outputs: readonly string[] = []): TemplateEdit =>
  (template) => {
    for (const logicalId of logicalIds) {
      insist(template, logicalId);
      template.deleteIn(['Resources', logicalId]);
    }
    for (const output of outputs)
      if (!template.deleteIn(['Outputs', output])) throw new Error(`there is no output ${output}`);
  };

function insist(template: Document, logicalId: string): void {
  if (!template.hasIn(['Resources', logicalId])) throw new Error(`the template has no ${logicalId}`);
}

/** `!Ref`, `!GetAtt` and the endpoint of the firewall's n-th zone in the long form, for resources that are added. */
export const ref = (logicalId: string) => ({ Ref: logicalId });
export const getAtt = (logicalId: string, attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] });
export const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
export const endpointOf = (index: number) => ({
  'Fn::Select': [
    1,
    { 'Fn::Split': [':', { 'Fn::Select': [index, getAtt('NetworkFirewall', 'EndpointIds')] }] },
  ],
});
