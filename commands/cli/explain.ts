/** `studio-egress explain` on the command line. */
import type { Registration } from './registration';

export function registerExplain({ add }: Registration): void {
  add('explain <check>')
    .description("a check's statement, why it matters, how to fix it, its controls")
    .action(async (id: string) => {
      const { explain } = require('../explain') as typeof import('../explain');
      process.stdout.write(explain(id));
    });
}
