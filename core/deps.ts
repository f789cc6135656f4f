import type { Logger } from './lib/logger.ts';
import type { SystemFiles } from './lib/system-files.ts';
import type { PracticeSide } from './practice/service.ts';

export type Shell = 'desktop' | 'browser' | 'terminal';

/** A place for keys: the machine's key store, or a 0600 file where there is none. */
export interface Secrets {
  readonly storage: 'key-store' | 'file';
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface ProgramResult {
  /** Null when it was ended by a signal or by the time limit. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  isTimedOut: boolean;
}

export interface RunOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  maxBytes?: number;
  /** It is run with the same arguments every few seconds, for hours. */
  isFrequent?: boolean;
}

/** Runs a program, its arguments as they are; rejects only when it could not be started (`code` ENOENT, EACCES). */
export type RunProgram = (file: string, args: readonly string[], options: RunOptions) => Promise<ProgramResult>;

/** A running `sandbox/start.ts`. */
export interface SandboxProcess {
  /** The line that it prints when everything listens; rejects, and says why, when it ends before. */
  readonly announced: Promise<string>;
  readonly ended: Promise<void>;
  /** Asks it to end, helps where that takes too long, and resolves when it has. */
  stop(): Promise<void>;
}

/** @param options the program's one argument, as JSON */
export type StartSandbox = (options: string) => SandboxProcess;

/**
 * Who says to which container a process of the driver's list belongs: the kernel (`/proc`), and where it does not know the
 * process the engine; the engine only; or nobody, where driver and engine count processes apart.
 */
export type ProcessSource = 'kernel' | 'engine' | 'nobody';

/** What a shell gives to core. Nothing in core reads `process` beside this. */
export interface CoreDeps {
  shell: Shell;
  version: string;
  /** Absolute; made with mode 0700 when it is not there. */
  dataFolder: string;
  /** The user's home folder, absolute. */
  home: string;
  /** Of the user on this machine; null where the system has none (Windows). */
  userId: number | null;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  architecture: string;
  secrets: Secrets;
  run: RunProgram;
  /** The text of Linux's /proc/meminfo; null where there is none. */
  memInfo: () => Promise<string | null>;
  /** What of this machine's own files is looked at; a stand-in's in practice mode. */
  system: SystemFiles;
  processes: ProcessSource;
  /** Base address of a host of the internet (a registry, NGC, hosted models); in practice mode a stand-in's on loopback. */
  addressOf: (host: string) => URL;
  /** Null where this shell cannot start programs of its own. */
  startSandbox: StartSandbox | null;
  practice: PracticeSide;
  log: Logger;
  /** Milliseconds since 1970, by a clock that may be set, back too: for what is dated. */
  now: () => number;
  /** Milliseconds of a clock that nobody sets: for how long something takes or counts. */
  steady: () => number;
}
