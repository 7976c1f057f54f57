/** The ids of the evasion battery's techniques, which an intent may accept as residual risks. */
import { TECHNIQUES } from '../probes/evasions/techniques';

export const techniqueIds = (): readonly string[] => TECHNIQUES.map(({ id }) => id);
