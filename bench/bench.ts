import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import type { TestEngine, TestHost } from '../core/testing/engine-host/host.ts';
import { type Api, contract } from '../shared/contract/index.ts';
import type { Job } from '../shared/contract/jobs.ts';
import { connect } from '../shared/rpc/connect.ts';
import { createPair } from '../shared/rpc/pair.ts';
import { serve } from '../shared/rpc/serve.ts';
import type { Measure } from './measure.ts';

export interface Bench {
  engine: TestEngine;
  host: TestHost;
  isSmoke: boolean;
}

export interface Prepared extends AsyncDisposable {
  measures: Measure[];
  rounds: number;
  warmUps: number;
}

export interface BenchCore extends AsyncDisposable {
  api: Api;
}

/** A core with an empty data folder, reached as the terminal and a page reach it: over the wire, not by a call. */
export async function openBenchCore(engine: TestEngine): Promise<BenchCore> {
  const deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
  const core = await createServices(deps);
  const [client, server] = createPair();
  serve(server, contract, core.api);
  return {
    api: connect(client, contract),
    async [Symbol.asyncDispose]() {
      client.close();
      await core.close();
      deps[Symbol.dispose]();
    },
  };
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
