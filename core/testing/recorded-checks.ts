import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, check } from '../../shared/contract/doctor.ts';
import { z } from '../../shared/zod.ts';

const recordedCheck = z.object({ name: z.string(), check });
export type RecordedCheck = z.infer<typeof recordedCheck>;

/** What the simulated machines and engines of `doctorRows` say; the table's own test records it and holds it to be true. */
export const recordedFile = join(import.meta.dirname, 'recorded-checks.json');

/** For whoever shows checks: every check with every failure, without a machine for each. */
export function recordedChecks(): RecordedCheck[] {
  return z.array(recordedCheck).parse(JSON.parse(readFileSync(recordedFile, 'utf8')));
}

/** Without what is otherwise at every look: times, ports, scratch folders and the rights that they are made with. */
export function withoutChance(found: Check): Check {
  const text = (words: string) =>
    words
      .replaceAll(tmpdir(), '/tmp')
      .replaceAll(/\/tmp\/nimdeck-[a-z]+-\w{6}/g, '/scratch')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:2375')
      .replaceAll(/\bmode \d{3,4}\b/g, 'mode 755')
      .replaceAll(/\b\d+ ms\b/g, '7 ms');
  const failure = found.failure === null ? null : { ...found.failure, message: text(found.failure.message) };
  return {
    ...found,
    evidence: found.evidence.map((each) => ({ text: text(each.text), source: each.source && text(each.source) })),
    failure,
    remedy: found.remedy && text(found.remedy),
    checkedAt: '2026-03-06T09:30:00.000Z',
    tookMs: 7,
  };
}
