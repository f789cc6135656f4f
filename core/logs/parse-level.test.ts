import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { parseLevel } from './parse-level.ts';

it.each([
  ['INFO 11-24 15:00:00 [loader.py:458] Loading weights took 61.00 seconds', 'info'],
  ['INFO:     Application startup complete.', 'info'],
  ['INFO:uvicorn.error:Application startup complete.', 'info'],
  ['(APIServer pid=35) INFO:     Started server process [35]', 'info'],
  ['(APIServer pid=35) WARNING 07-14 07:39:08 [envs.py:1866] Unknown vLLM environment variable', 'warning'],
  ['\u001b[1;36m(EngineCore_DP0 pid=408)\u001b[0;0m ERROR 07-14 07:44:23 [core.py:9] died', 'error'],
  ['ERROR 2026-02-02 12:52:13.083 nim_sdk.py:338] Download failed after 1 attempts.', 'error'],
  ['WARN 2026-07-14 07:50:31.376 system.rs:190] Not supported error accessing attributes', 'warning'],
  ['2024-07-23 22:27:24,016 [WARNING] [TRT-LLM] [W] Logger level already set. Discard new verbosity: error', 'warning'],
  ['2026-07-14T07:50:31Z INFO: uvicorn.error - Waiting for application startup.', 'info'],
  ['[TensorRT-LLM][ERROR] Assertion failed: Failed to initialize cutlass', 'error'],
  ['[TRT-LLM] [E] no', 'error'],
  ['I0714 07:50:37.434812 303 server.cc:724] fine', 'info'],
  ['W0714 07:50:37.434812 303 metrics.cc:724] "Unable to get memory usage for GPU 0."', 'warning'],
  ['E0101 00:00:00.000001 7 model_lifecycle.cc:641] failed to load', 'error'],
  ['[W714 07:39:18.651497421 socket.cpp:207] [c10d] The hostname of the client socket cannot be retrieved.', 'warning'],
  ['\u001b[0;93m2026-07-14 07:50:26.513457291 [W:onnxruntime:log, device_discovery.cc:164 Discover] failed', 'warning'],
  ['2026/07/14 07:41:30 [error] 35#35: *1 connect() failed (111: Connection refused)', 'error'],
  ['{"level": "ERROR", "time": "07-14", "message": "no INFO here", "exc_info": "None"}', 'error'],
  ['{"time":"x","level":"warning","message":"\\"level\\": \\"error\\""}', 'warning'],
  ['{"no":"level"}', 'other'],
  ['error: cannot open file', 'error'],
  ['Fatal: out of cheese', 'error'],
  ['Warning: deprecated', 'warning'],
  ['CRITICAL 07-14 1:2:3 x', 'error'],
  ['DEBUG 07-14 1:2:3 error handling set up', 'info'],
  ['ValueError: To serve at least one request with max_seq_len (131072),', 'error'],
  ['nimlib.exceptions.ManifestDownloadError: Error downloading manifest', 'error'],
  ['torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB', 'error'],
  ['Traceback (most recent call last):', 'error'],
  ['  File "/opt/x.py", line 3, in <module>', 'other'],
  ['/usr/lib/python3.12/x.py:70: UserWarning: Failed to get the IP address', 'warning'],
  ['Errors are not listed here', 'other'],
  ['INFORMATION about the licence', 'other'],
  ['172.25.0.1 - - [14/Jul/2026:07:41:30 +0000] "GET /v1/error HTTP/1.1" 200 61', 'other'],
  ['', 'other'],
  ['- Free GPUs:', 'other'],
])('%j is %s', (text, level) => {
  expect(parseLevel(text)).toBe(level);
});

const folder = captureFolder('nim');
describe.skipIf(folder === null)('recorded start-up logs (skipped where the captures are missing)', () => {
  const logs = folder === null ? [] : readdirSync(folder).filter((name) => name.startsWith('startup-log-'));
  const levels = (name: string) => {
    const found = { error: [] as string[], warning: [] as string[], info: [] as string[], other: [] as string[] };
    for (const line of readCapture(folder ?? '', name).split('\n')) found[parseLevel(line)].push(line);
    return found;
  };

  it('find no error where the start went well, however often a line says "error" or "failed"', () => {
    const good = logs.filter((name) => !name.includes('-error-'));
    expect(good.length).toBeGreaterThan(4);
    expect(good.flatMap((name) => levels(name).error)).toEqual([]);
  });

  it('find the errors of those that failed', () => {
    expect(levels('startup-log-error-cache-permission-denied.txt').error).toHaveLength(3);
    expect(levels('startup-log-error-kv-cache-too-small-1.13.1.txt').error).toHaveLength(1);
  });

  it('leave no line without a level that names one at its begin', () => {
    const missed = logs
      .flatMap((name) => levels(name).other)
      .filter((line) => /\b(INFO|WARNING|ERROR)\b/.test(line.slice(0, 40)));
    expect(new Set(missed)).toEqual(new Set(['SYSTEM INFO']));
  });
});
