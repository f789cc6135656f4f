import { Session } from 'node:inspector/promises';

/**
 * How often functions were called while the work ran, as V8 itself counts it; none is replaced. Only for plain functions:
 * of generators and async functions V8 counts each time they go on. A file is named by the end of its path.
 */
export async function countCalls(work: () => Promise<void>): Promise<(file: string, name: string) => number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return (file, name) => {
      const script = result.find(({ url }) => url.endsWith(`/${file}`));
      if (script === undefined) throw new Error(`${file} was not loaded`);
      return script.functions
        .filter(({ functionName }) => functionName === name)
        .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
    };
  } finally {
    session.disconnect();
  }
}
