/** S3, as far as a bucket is a destination of logs: its settings, and reading the objects that were delivered. */
import type { Handler, LabContext } from '../handler';
import { bucketHandlers } from './bucket';
import { bucketSettingHandlers } from './bucket-settings';
import { objectHandlers } from './object';

export function s3Handlers(context: LabContext): Handler[] {
  return [...bucketHandlers(context), ...bucketSettingHandlers(context), ...objectHandlers(context)];
}
