import type { LogCounts } from '../../shared/contract/logs.ts';
import { fakeLine } from './fake-data.ts';
import type { Watchable } from './watchable.ts';

/** A line of a log as long as anyone likes; a few of them are warnings, two are errors. */
export function logLine(line: number) {
  const clock = `08-14 12:${String(Math.floor(line / 60) % 60).padStart(2, '0')}:${String(line % 60).padStart(2, '0')}`;
  if (line === 119_950 || line === 4_000)
    return fakeLine(
      line,
      `\u001b[31mERROR\u001b[0m ${clock} [engine.py:212] request 7f3a aborted: client closed the connection`,
    );
  if (line % 1000 === 990)
    return fakeLine(
      line,
      `\u001b[33mWARN\u001b[0m ${clock} [scheduler.py:88] KV cache usage 92.4 %, preempting 1 sequence`,
    );
  if (line % 7 === 0)
    return fakeLine(
      line,
      `\u001b[32mINFO\u001b[0m ${clock} [metrics.py:455] Avg prompt throughput: 412.0 tokens/s, Avg generation throughput: 1183.2 tokens/s, Running: 12 reqs, Waiting: 0 reqs`,
    );
  return fakeLine(
    line,
    `\u001b[32mINFO\u001b[0m ${clock} [launcher.py:34] 127.0.0.1:5${line % 9000} - "POST /v1/chat/completions HTTP/1.1" 200`,
  );
}

/** 2,000 lines more, fifty times a second. */
export function growLog(counts: Watchable<LogCounts>): void {
  let endLine = 120_000;
  const grow = () => {
    endLine += 2_000;
    counts.set({
      runId: 'run-2',
      firstLine: 0,
      endLine,
      bytes: endLine * 100,
      errors: 2,
      warnings: 120,
      quiet: { first: 0, end: endLine },
      isCollecting: true,
      isBehind: false,
      failure: null,
    });
    setTimeout(grow, 20);
  };
  grow();
}
