import { appendFileSync, chmodSync, renameSync, rmSync, statSync } from 'node:fs';

export interface LogFileOptions {
  maxBytes?: number;
  /** Older files kept beside the present one: `.1` is the newest of them. */
  keptFiles?: number;
}

/**
 * A function that appends lines to a file and moves full files on to `.1`, `.2`, …. Each line opens the file by its name,
 * so that several shells can write to one and any of them may move it on. There are a few lines a minute.
 */
export function createLogFile(path: string, options: LogFileOptions = {}): (line: string) => void {
  const { maxBytes = 5 * 1024 * 1024, keptFiles = 3 } = options;

  const moveOn = () => {
    rmSync(`${path}.${keptFiles}`, { force: true });
    for (let number = keptFiles - 1; number >= 0; number -= 1) {
      const from = number === 0 ? path : `${path}.${number}`;
      if (sizeOf(from) !== null) renameSync(from, `${path}.${number + 1}`);
    }
  };

  return (line) => {
    try {
      const size = sizeOf(path);
      if (size !== null && size + line.length > maxBytes) moveOn();
      const isNew = sizeOf(path) === null;
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
      if (isNew) chmodSync(path, 0o600);
    } catch {
      // A full disk or a lost folder: the work that is logged matters more than its log, and there is no other place to say so.
    }
  };
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
