import { randomUUID } from 'node:crypto';

export interface RepeatLoop {
  /** For `sh -c`. */
  script: string;
  /** Finds the end of a run in each output that is watched; its first group is the exit code. */
  ending: RegExp;
}

/**
 * What a shell runs that starts a program each time that a line of input comes, and ends with its input.
 * @param command with nothing said of its input and outputs
 * @param outputs whether its errors are printed among the rest, or are an output of their own
 */
export function repeatLoop(command: string, outputs: 'joined' | 'separate'): RepeatLoop {
  // Nothing that the program prints can be taken for it.
  const end = `end-${randomUUID()}`;
  const say = `echo; echo "${end} $code"`;
  const [run, saying] = outputs === 'joined' ? [`${command} 2>&1`, say] : [command, `${say}; { ${say}; } >&2`];
  return {
    script: `while read -r go; do ${run} </dev/null; code=$?; ${saying}; done`,
    ending: new RegExp(`\\n${end} (\\d+)\\r?\\n`),
  };
}
