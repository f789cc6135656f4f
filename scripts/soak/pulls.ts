import { createServices } from '../../core/index.ts';
import { createTestDeps } from '../../core/testing/deps.ts';
import { testHost, testHostVariable } from '../../core/testing/engine-host/host.ts';
import { startTestHost } from '../../core/testing/engine-host/start.ts';
import { type RegistryGate, startRegistryGate } from '../../core/testing/sandbox.ts';
import type { Behaviour } from '../../sandbox/registry/behaviour.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Job, PullProgress } from '../../shared/contract/jobs.ts';
import { createRandom, type Random } from './random.ts';
import { becomes, createReport, type EngineSoakOptions, type SoakReport, within } from './report.ts';

/** What the registry does after a share of the image, and what is done about it. */
interface Plan {
  image: 'nim' | 'small';
  trouble: 'none' | 'slow' | 'stall' | 'dies once' | 'dies for good' | 'private' | 'web page';
  /** Of the image's bytes. */
  afterShare: number;
  act: 'wait' | 'cancel' | 'resume';
  isJoined: boolean;
}

/** Engine and registry need no longer for anything here than this, on a machine with other work. */
const hangMs = 90_000;
const longStallMs = 60_000;

/** One engine, real pulls, and a registry that behaves by chance: progress only moves forward, every end has a name. */
export async function soakPulls({ rounds, seed, engine: wanted }: EngineSoakOptions): Promise<SoakReport> {
  const report = createReport();
  const started = await startTestHost();
  if ('missing' in started) throw new Error(`The pulls need the test engines: ${started.missing}`);
  try {
    process.env[testHostVariable] = started.descriptionFile;
    const host = testHost();
    const engine = host?.engines.find(({ name }) => name === wanted);
    if (host === null || engine === undefined) throw new Error('the test host has no engine');
    await using gate = await startRegistryGate({ upstream: `http://${host.registry}` });
    let skewMs = 0;
    using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost }, now: () => Date.now() + skewMs });
    const core = await createServices(deps);
    try {
      for (let round = 0; round < rounds; round += 1) {
        const plan = planOf(createRandom(seed, round));
        report.count(plan.trouble);
        report.count(`then ${plan.act}`);
        const reference = `${gate.registry}/${host.images[plan.image]}`;
        const bytes = plan.image === 'nim' ? host.images.nimCompressedBytes : smallBytes;
        const played = playRound({
          api: core.api,
          gate,
          plan,
          reference,
          bytes,
          skew: () => (skewMs += longStallMs),
          count: report.count,
        });
        const wrong = (await within(hangMs * 2, played)) ?? ['the round hangs'];
        for (const what of wrong) report.lose(round, `${JSON.stringify(plan)}: ${what}`);
      }
    } finally {
      await core.close();
    }
  } finally {
    await started.stop();
  }
  return { tried: report.tried, lost: report.lost };
}

/** About; only a share of it is ever used. */
const smallBytes = 1_000_000;

function planOf(random: Random): Plan {
  const trouble = random.pick(['none', 'slow', 'stall', 'stall', 'dies once', 'dies for good', 'private', 'web page']);
  const afterShare = 0.05 + random.next() * 0.8;
  const image = random.chance(0.6) ? 'nim' : 'small';
  const act = random.pick(['wait', 'cancel', 'resume']);
  const isJoined = random.chance(0.3);
  // A silent registry is waited for for ever, and the classic store tries a dead one for minutes.
  const mustAct = trouble === 'stall' || trouble === 'dies for good';
  return { image, trouble, afterShare, act: mustAct && act === 'wait' ? 'cancel' : act, isJoined };
}

/** @param bytes of the image; @param after when the trouble begins */
const behaviours: Record<Plan['trouble'], (bytes: number, after: number) => Partial<Behaviour>> = {
  none: () => ({}),
  slow: (bytes) => ({ bytesPerSecond: Math.ceil(bytes / 3) }),
  stall: (_bytes, after) => ({ stallAfterBytes: after }),
  'dies once': (_bytes, after) => ({ dieAfterBytes: after, dies: 'once' }),
  'dies for good': (_bytes, after) => ({ dieAfterBytes: after, dies: 'good' }),
  private: () => ({ defaultAccess: 'private' }),
  'web page': () => ({ htmlPageStatus: 503 }),
};

interface Round {
  api: Api;
  gate: RegistryGate;
  plan: Plan;
  reference: string;
  bytes: number;
  /** Lets time go by, for everything that counts it. */
  skew: () => void;
  count: (what: string) => void;
}

async function playRound({ api, gate, plan, reference, bytes, skew, count }: Round): Promise<string[]> {
  const wrong: string[] = [];
  await gate.change(behaviours[plan.trouble](bytes, Math.floor(bytes * plan.afterShare)));
  const { jobId } = await api.images.pull({ reference });
  const watched = watchPull(api, jobId, wrong);
  if (plan.isJoined) {
    const joined = await api.images.pull({ reference });
    if (joined.jobId !== jobId) {
      // The first was over already, so this is another one.
      count('joined too late');
      await api.jobs.cancel({ jobId: joined.jobId });
    }
  }

  if (
    plan.trouble === 'stall' &&
    (await becomes(hangMs, async () => watched.isOver() || (await gate.state()).isStalled))
  ) {
    skew();
    if (!(await becomes(hangMs, () => watched.isOver() || watched.last()?.phase === 'STALLED')))
      wrong.push(`a registry that stalls is shown as ${watched.last()?.phase}`);
  }
  if (plan.trouble === 'dies for good')
    await becomes(hangMs, async () => watched.isOver() || (await gate.state()).isDown);
  if (plan.act === 'cancel') {
    const share = plan.trouble === 'stall' || plan.trouble === 'dies for good' ? 0 : plan.afterShare / 2;
    await becomes(hangMs, () => watched.isOver() || (watched.last()?.bytesDone ?? 0) >= bytes * share);
    await api.jobs.cancel({ jobId });
  }
  if (plan.act === 'resume') await gate.resume();

  const job = await within(hangMs, watched.ended);
  if (job === undefined) {
    wrong.push(`still ${watched.last()?.phase} after ${hangMs / 1000} s`);
    await api.jobs.cancel({ jobId });
  } else {
    count(`ended as ${job.state}${job.failure === null ? '' : ` ${job.failure.code}`}`);
    wrong.push(...wrongEnd(job, plan));
  }
  // The classic store's engine looks up from a silent connection only when something comes (measured).
  await gate.reset();
  if (!(await becomes(hangMs, async () => (await gate.state()).openBlobs === 0))) wrong.push('blobs are left open');
  const isThere = await api.images.remove({ reference }).then(
    () => true,
    () => false,
  );
  if (job?.state === 'done' && !isThere) wrong.push('done, but the image is not there');
  return wrong;
}

function wrongEnd({ state, failure, pull }: Job, { trouble, act }: Plan): string[] {
  const wrong: string[] = [];
  const phases = { done: 'DONE', failed: 'FAILED', cancelled: 'CANCELLED' } as const;
  if (state === 'running' || state === 'interrupted') return [`ended as ${state}`];
  if (pull !== null && pull.phase !== phases[state]) wrong.push(`${state}, but its pull is ${pull.phase}`);
  if (state === 'failed' && (failure === null || failure.code === 'INTERNAL'))
    wrong.push(`an end without a name: ${failure?.message}`);
  if (state === 'cancelled' && act !== 'cancel') wrong.push('cancelled by nobody');
  const mayFail = trouble === 'private' || trouble === 'web page' || trouble === 'dies for good';
  if (state === 'failed' && !mayFail) wrong.push(`failed with ${failure?.code}: ${failure?.message}`);
  if (state === 'done' && (trouble === 'private' || trouble === 'web page')) wrong.push('done without the registry');
  // The containerd store keeps for a while what was removed, and names no layer that it has: then nothing was fetched.
  const wasThere = pull !== null && pull.bytesTotal === null && pull.bytesDone === 0 && pull.layers.total === 0;
  if (state === 'done' && pull !== null && !wasThere && pull.bytesDone !== pull.bytesTotal)
    wrong.push(`done with ${pull.bytesDone} of ${pull.bytesTotal} bytes`);
  return wrong;
}

/** Follows a pull's job to its end and notes each backward step. */
function watchPull(api: Api, jobId: string, wrong: string[]) {
  let last: PullProgress | null = null;
  let isOver = false;
  const follow = async (): Promise<Job> => {
    for await (const jobs of api.jobs.watch({})) {
      const job = jobs.find(({ id }) => id === jobId);
      if (job === undefined) continue;
      if (job.pull !== null) {
        const step = last === null ? null : backwardStep(last, job.pull);
        if (step !== null) wrong.push(step);
        last = job.pull;
      }
      if (job.state === 'running') continue;
      isOver = true;
      return job;
    }
    throw new Error('the jobs ended');
  };
  return { ended: follow(), last: () => last, isOver: () => isOver };
}

export function backwardStep(before: PullProgress, after: PullProgress): string | null {
  if (after.bytesDone < before.bytesDone) return `bytes fell from ${before.bytesDone} to ${after.bytesDone}`;
  if (before.bytesTotal === null || before.bytesTotal === 0) return null;
  if (after.bytesTotal === null) return 'a total that was known is unknown';
  const share = ({ bytesDone, bytesTotal }: PullProgress) => bytesDone / (bytesTotal ?? 1);
  return share(after) < share(before) ? `the share fell from ${share(before)} to ${share(after)}` : null;
}
