/** The option --format. */
import { knownWords } from '../run-options';

export async function formatList(list: string | undefined) {
  const { formats, formatNames } = require('../../reports/formats') as typeof import('../../reports/formats');
  const known = Object.keys(formats);
  return formatNames.filter((name) => list === undefined || knownWords('format', list, known).includes(name));
}
