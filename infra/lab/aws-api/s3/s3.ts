/** S3, as far as a bucket is a destination of logs: its settings, no objects. */
import type { Handler, LabContext } from '../handler';
import { bucketHandlers } from './bucket';
import { bucketSettingHandlers } from './bucket-settings';

export function s3Handlers(context: LabContext): Handler[] {
  return [...bucketHandlers(context), ...bucketSettingHandlers(context)];
}
