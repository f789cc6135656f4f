import type { Api } from '../../shared/contract/index.ts';
import type { LogLine } from '../../shared/contract/logs.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { SettingsService } from '../settings/service.ts';

export interface LogsService {
  api: Api['logs'];
  /** Begins (or continues, after a lost engine or a restart of core) to collect the run that began at `startedAt`. */
  collect(container: { id: string; startedAt: string; isTty: boolean }): void;
  /** The container's run ended: what is still in the stream is read to its end, then the run is closed. */
  ended(containerId: string, endedAt: string | null): Promise<void>;
  /** The last lines of the container's newest run, oldest first. */
  tail(containerId: string, count: number): Promise<string[]>;
  /** The first line that looks like an error, of the container's newest run. */
  firstErrorLine(containerId: string): Promise<string | null>;
  /** Lines as they are collected, in batches; for the reading of start phases. */
  onLines(listener: (containerId: string, lines: readonly LogLine[]) => void): () => void;
  /** The container is gone: forget its runs and their files. */
  forget(containerId: string): Promise<void>;
  close(): Promise<void>;
}

export declare function createLogsService(
  deps: CoreDeps,
  engine: EngineService,
  settings: SettingsService,
): Promise<LogsService>;
