import type { ParseArgsOptionsConfig } from 'node:util';
import type { Api } from '../shared/contract/index.ts';
import type { Interrupt } from './interrupt.ts';
import type { Printer } from './print.ts';

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface CommandContext {
  /** As typed, behind the command's name. */
  args: readonly string[];
  positionals: readonly string[];
  options: OptionValues;
  print: Printer;
  interrupt: Interrupt;
  /** The core of the data folder: another shell's, or one begun for this command at the first call. */
  api: () => Promise<Api>;
}

export interface Command {
  name: string;
  usage: string;
  summary: string;
  options?: ParseArgsOptionsConfig;
  /** How many words may follow the command's name. */
  positionals: { min: number; max: number };
  /** Answers the exit code; failures are thrown. */
  run(context: CommandContext): Promise<number>;
}

export function textOption(options: OptionValues, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

export function textOptions(options: OptionValues, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
