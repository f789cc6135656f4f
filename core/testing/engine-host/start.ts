import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface StartedTestHost {
  /** For the variable `NIMDECK_TEST_HOST` (`testHostVariable`). */
  descriptionFile: string;
  /** Ends engines and registry; resolves when nothing of them is left. */
  stop(): Promise<void>;
}

/**
 * Starts engines and registry in a process of their own, which also ends them when this process dies.
 * `missing`: why this machine cannot have them, in one line.
 */
export async function startTestHost(): Promise<StartedTestHost | { missing: string }> {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  // Detached: Ctrl-C in a terminal is for the tests, which then end the host by closing its stdin.
  const host = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let words = '';
  host.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000);
  });
  const closed = new Promise<void>((resolve) => host.once('close', () => resolve()));
  host.once('error', (error) => {
    words += error.message;
  });

  const firstLine = new Promise<string | null>((resolve) => {
    createInterface(host.stdout)
      .once('line', resolve)
      .once('close', () => resolve(null));
  });
  const line = await firstLine;
  if (line === null) {
    await closed;
    return { missing: words.trim().replaceAll(/\s+/g, ' ') || `the test host ended with code ${host.exitCode}` };
  }
  const { descriptionFile } = JSON.parse(line) as { descriptionFile: string };
  return {
    descriptionFile,
    async stop() {
      host.stdin.end();
      await closed;
      if (host.exitCode !== 0) throw new Error(`the test host ended with code ${host.exitCode}: ${words}`);
    },
  };
}
