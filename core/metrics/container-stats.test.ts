import { describe, expect, it } from 'vitest';
import { readStats } from './container-stats.ts';

const stats = (change: object = {}) =>
  JSON.stringify({
    read: '2026-11-24T15:00:01Z',
    cpu_stats: { cpu_usage: { total_usage: 3_500_000_000 }, system_cpu_usage: 108_000_000_000, online_cpus: 4 },
    precpu_stats: { cpu_usage: { total_usage: 2_000_000_000 }, system_cpu_usage: 100_000_000_000, online_cpus: 4 },
    memory_stats: { usage: 1000, limit: 64_000, stats: { inactive_file: 300, total_inactive_file: 400 } },
    ...change,
  });

describe('readStats', () => {
  it('gives cores and memory without the files that are only kept', () => {
    // 1.5 of 8 seconds of four cores' time
    expect(readStats(stats())).toEqual({ cpuCores: 0.75, memoryBytes: 600, memoryLimitBytes: 64_000 });
    const cgroup2 = { memory_stats: { usage: 1000, limit: 64_000, stats: { inactive_file: 300 } } };
    expect(readStats(stats(cgroup2))?.memoryBytes).toBe(700);
    expect(readStats(stats({ memory_stats: { usage: 1000 } }))).toMatchObject({
      memoryBytes: 1000,
      memoryLimitBytes: null,
    });
  });

  it('knows nothing of the processor from the first answer', () => {
    const first = { precpu_stats: { cpu_usage: { total_usage: 0 } } };
    expect(readStats(stats(first))?.cpuCores).toBeNull();
    expect(readStats(stats({ precpu_stats: null }))?.cpuCores).toBeNull();
  });

  it('counts the cores where the engine does not say how many there are', () => {
    const cpu_stats = {
      cpu_usage: { total_usage: 3_500_000_000, percpu_usage: [1, 2] },
      system_cpu_usage: 108_000_000_000,
    };
    expect(readStats(stats({ cpu_stats }))?.cpuCores).toBe(0.375);
  });

  it('takes what an engine says of a container that ended for nothing known', () => {
    const empty = { cpu_usage: { total_usage: 0 } };
    expect(readStats(stats({ cpu_stats: empty, precpu_stats: empty, memory_stats: {} }))).toEqual({
      cpuCores: null,
      memoryBytes: null,
      memoryLimitBytes: null,
    });
    expect(readStats('{"message":"no"}')).toBeNull();
    expect(readStats('cut off {')).toBeNull();
  });
});
