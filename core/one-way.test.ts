import { expect, it } from 'vitest';
import { contract } from '../shared/contract/index.ts';
import type { Job } from '../shared/contract/jobs.ts';
import { connect } from '../shared/rpc/connect.ts';
import { createPair } from '../shared/rpc/pair.ts';
import { streamCredit } from '../shared/rpc/port.ts';
import { serve } from '../shared/rpc/serve.ts';
import { createServices } from './index.ts';
import { countCalls } from './testing/count-calls.ts';
import { createTestDeps } from './testing/deps.ts';
import { startOneNimEngine } from './testing/one-nim-engine.ts';

const count = 400;
const numbers = Array.from({ length: count }, (_each, index) => index);
const layer = 'a'.repeat(12);
const line = (fields: object) => `${JSON.stringify(fields)}\r\n`;

/** What any pull says around its bytes, and a byte more with each of `count` lines. */
const pull = [
  line({ status: 'Pulling from nim/x', id: '1' }),
  ...numbers.map((current) =>
    line({ status: 'Downloading', id: layer, progressDetail: { current: current + 1, total: count } }),
  ),
  line({ status: 'Pull complete', id: layer, progressDetail: {} }),
  line({ status: 'Status: Downloaded newer image for 127.0.0.1:1/nim/x:1' }),
];
const log = numbers.map((number) => {
  const stamp = `2026-11-24T15:00:01.${String(number).padStart(9, '0')}Z`;
  const body = Buffer.from(`${stamp} INFO 11-24 line ${number}\n`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
});
const event = (choice: object) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
const tokens = [
  ...numbers.map((number) => event({ delta: { content: `${number} ` } })),
  event({ delta: {}, finish_reason: 'stop' }),
  'data: [DONE]\n\n',
];

/**
 * The whole house, from the wires of an engine and a NIM to a reader behind a port. That it fails was tried: a second
 * `report` of a pull, a second collection of a log and a second `append` of a token each change a count below.
 */
it('a pull’s line, a log’s line and a token pass each function on their way once', { timeout: 30_000 }, async () => {
  await using engine = await startOneNimEngine({ pull, log, tokens });
  // A clock that stands still: otherwise it reports, too.
  using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost }, now: () => 1_764_000_000_000 });
  const { nimId } = engine;
  let received = 0;
  /** Streams that are left before their end: jobs, NIMs, counts of the log. */
  const left = 3;
  const counted = async function* <T>(items: AsyncIterable<T>) {
    for await (const item of items) {
      received += 1;
      yield item;
    }
  };
  const answered = async <T>(asked: Promise<T>) => {
    const answer = await asked;
    received += 1;
    return answer;
  };

  const calls = await countCalls(async () => {
    const core = await createServices(deps);
    const [client, server] = createPair();
    serve(server, contract, core.api);
    const api = connect(client, contract);

    const { jobId } = await answered(api.images.pull({ reference: '127.0.0.1:1/nim/x:1' }));
    expect(await endOf(counted(api.jobs.watch({})), jobId)).toMatchObject({
      state: 'done',
      pull: { phase: 'DONE', bytesDone: count, bytesTotal: count },
    });

    for await (const { nims } of counted(api.nims.watch({}))) if (nims[0]?.status === 'ready') break;
    const [run] = await answered(api.logs.runs({ nimId }));
    for await (const { endLine } of counted(api.logs.watch({ runId: run!.id }))) if (endLine >= count) break;
    const { lines } = await answered(api.logs.read({ runId: run!.id, from: 0, count: 2000 }));
    expect(lines.map(({ text }) => text)).toEqual(numbers.map((number) => `INFO 11-24 line ${number}`));

    const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
    const { turnId } = await answered(
      api.chat.send({ conversationId: null, target: { kind: 'nim', nimId }, text: 'x', parameters }),
    );
    const readers = [0, 1, 2].map(async () => {
      let text = '';
      for await (const delta of counted(api.chat.follow({ turnId, textFrom: 0, reasoningFrom: 0 }))) text += delta.text;
      return text;
    });
    const whole = numbers.map((number) => `${number} `).join('');
    expect(await Promise.all(readers)).toEqual([whole, whole, whole]);
    client.close();
    await core.close();
  });

  const each = (file: string, name: string) => ({ name, times: calls(file, name) });
  expect([
    each('core/images/pull.ts', 'createReporter'),
    each('core/engine/ndjson.ts', 'parsePullLine'),
    each('core/images/pull-progress.ts', 'reducePull'),
  ]).toEqual([
    { name: 'createReporter', times: 1 },
    { name: 'parsePullLine', times: pull.length },
    { name: 'reducePull', times: pull.length },
  ]);
  // The first line changes nothing that is shown; the state before any line is reported, too, and twice what a cancel would
  // keep.
  expect(calls('core/jobs/service.ts', 'report')).toBe(pull.length - 1 + 1 + 2);

  expect([
    each('core/logs/collector.ts', 'startCollector'),
    each('core/lib/lines.ts', 'createAssembler'),
    each('core/lib/lines.ts', 'emit'),
    each('core/logs/parse-level.ts', 'parseLevel'),
    each('core/logs/record.ts', 'toRecord'),
  ]).toEqual([
    { name: 'startCollector', times: 1 },
    // One for each output.
    { name: 'createAssembler', times: 2 },
    { name: 'emit', times: count },
    { name: 'parseLevel', times: count },
    { name: 'toRecord', times: count },
  ]);

  expect([
    each('core/chat/turn.ts', 'startTurn'),
    each('core/chat/openai.ts', 'parseChunk'),
    each('core/chat/turn.ts', 'append'),
  ]).toEqual([
    { name: 'startTurn', times: 1 },
    { name: 'parseChunk', times: tokens.length },
    // The end mark is no part of the answer.
    { name: 'append', times: tokens.length - 1 },
  ]);

  // Of a stream that its reader leaves, two more may be under way.
  const crossed = calls('shared/rpc/serve.ts', 'answer');
  expect(crossed).toBeGreaterThanOrEqual(received);
  expect(crossed).toBeLessThanOrEqual(received + left * streamCredit);
});

async function endOf(watched: AsyncIterable<Job[]>, jobId: string): Promise<Job> {
  for await (const jobs of watched) {
    const job = jobs.find(({ id }) => id === jobId);
    if (job !== undefined && job.state !== 'running') return job;
  }
  throw new Error('the jobs ended');
}
