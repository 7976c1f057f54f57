/**
 * No notebook instance of the account's region has direct internet access.
 *
 * What
 *   `DirectInternetAccess` of every SageMaker notebook instance in the region is `Disabled`.
 *
 * Why
 *   A notebook instance with direct internet access sends everything that is not for the VPC by SageMaker's own
 *   network interface, even when it is attached to the Studio subnet: it never meets the firewall.
 *
 * Fix
 *   AWS::SageMaker::NotebookInstance `DirectInternetAccess: Disabled`. It cannot be changed: make the instance anew.
 *   aws sagemaker create-notebook-instance --direct-internet-access Disabled --subnet-id subnet-… …
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
 */
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';

export default {
  id: 'vpc-only/notebooks-have-no-direct-internet',
  statement: "No notebook instance of the account's region has direct internet access.",
  severity: 'critical',
  controls: [
    'AWS-SecurityHub:SageMaker.1',
    'AWS-Config:sagemaker-notebook-no-direct-internet-access',
    'NIST-800-53r5:AC-4',
    'NIST-800-53r5:SC-7',
    'PCI-DSS-4.0.1:1.4.4',
  ],
  judge({ snapshot }) {
    const notebooks = sectionValue(snapshot, 'notebookInstances');
    const { region } = snapshot.target;
    if (notebooks.length === 0) {
      return [
        {
          outcome: 'pass',
          subject: snapshot.target.vpcId,
          because: `There is no notebook instance in ${region}.`,
        },
      ];
    }
    return notebooks.map((notebook) => {
      const name = returned(notebook.NotebookInstanceName, 'NotebookInstanceName');
      const subject = notebook.NotebookInstanceArn ?? name;
      switch (notebook.DirectInternetAccess) {
        case 'Disabled':
          return { outcome: 'pass', subject, because: `DirectInternetAccess of ${name} is Disabled.` };
        case 'Enabled':
          return {
            outcome: 'fail',
            subject,
            because: `DirectInternetAccess of ${name} is Enabled: it reaches the internet past the firewall. Fix: make it anew with AWS::SageMaker::NotebookInstance DirectInternetAccess: Disabled (aws sagemaker create-notebook-instance --direct-internet-access Disabled …).`,
          };
        default:
          return {
            outcome: 'unknown',
            subject,
            because: `AWS did not return a known DirectInternetAccess of ${name}.`,
          };
      }
    });
  },
} satisfies Check;
