import type { Api } from '../shared/contract/index.ts';
import type { Job } from '../shared/contract/jobs.ts';
import type { TestEngine, TestHost } from '../core/testing/engine-host/host.ts';
import type { Measure } from './measure.ts';

export interface Bench {
  api: Api;
  engine: TestEngine;
  host: TestHost;
  isSmoke: boolean;
}

export interface Prepared extends AsyncDisposable {
  measures: Measure[];
  rounds: number;
}

/** Waits until a job has ended well. */
export async function jobDone(api: Api, jobId: string): Promise<Job> {
  for await (const jobs of api.jobs.watch({})) {
    const job = jobs.find((candidate) => candidate.id === jobId);
    if (job === undefined || job.state === 'running') continue;
    if (job.state === 'done') return job;
    throw new Error(`${job.title}: ${job.state}: ${job.failure?.message ?? ''}`);
  }
  throw new Error('the jobs ended');
}

export async function engineConnected(api: Api): Promise<void> {
  for await (const state of api.engine.watch({})) if (state.status === 'connected') return;
}
