/** The option --format. */
import { knownWords } from '../run-options';

export async function formatList(list: string | undefined) {
  const { defaultFormats, formats, formatNames } =
    require('../../reports/formats') as typeof import('../../reports/formats');
  const known = Object.keys(formats);
  if (list === undefined) return defaultFormats;
  const words = knownWords('format', list, known);
  return formatNames.filter((name) => words.includes(name));
}
