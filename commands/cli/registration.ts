/** How a command puts itself on the command line. The command's own code is loaded when it runs: the SDK is slow to load. */
import type { Command } from 'commander';

/** Adds a command by its name and arguments, as `gate <evidence...>`. */
export type AddCommand = (text: string) => Command;

export interface Registration {
  readonly add: AddCommand;
  readonly setExitCode: (code: number) => void;
}

/** An option that may be given more than once. */
export const repeat = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
