import type { Api } from '../../shared/contract/index.ts';
import type { CancelKeeps, PullProgress } from '../../shared/contract/jobs.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { JobsService } from '../jobs/service.ts';
import type { NgcService } from '../ngc/service.ts';

export interface PullOptions {
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
}

export interface ImagesService {
  api: Api['images'];
  /**
   * Joins the pull of this reference that is under way or begins one; the engine's pull ends when the last one who
   * joined has left. Rejects with the AppError of the failure.
   */
  pull(reference: string, options: PullOptions): Promise<void>;
  /** Whether the reference is in the engine's store. */
  has(reference: string, signal: AbortSignal): Promise<boolean>;
  /** What the store at hand keeps of a cancelled pull. */
  cancelKeeps(): CancelKeeps;
  close(): Promise<void>;
}

export declare function createImagesService(
  deps: CoreDeps,
  engine: EngineService,
  ngc: NgcService,
  jobs: JobsService,
): ImagesService;
