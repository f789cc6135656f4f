import { readFileSync } from 'node:fs';

export type TestEngineName = 'overlay2-20.10' | 'overlay2-26.1' | 'containerd-26.1';

export interface TestEngine {
  name: TestEngineName;
  /** As DOCKER_HOST wants it: `unix:///…`. */
  dockerHost: string;
  socketPath: string;
  /** The `docker` client that goes with it. */
  dockerClient: string;
  pid: number;
  /** GPU ids that a request may name: GPU and MIG UUIDs (hook), or CDI names. */
  gpuIds: string[];
}

/** Real engines and a real registry on loopback, started once for a run of tests. */
export interface TestHost {
  engines: TestEngine[];
  /** The registry itself, without any check; what stands in front of it is a test's own registry gate. */
  registry: string;
  /** Repositories with tag, without registry: `nim/example/chat-8b:2.0.6`. */
  images: {
    /** The NIM stand-in: several incompressible layers. */
    nim: string;
    nimCompressedBytes: number;
    /** A few MB: busybox's shell only, for life cycle and log tests. */
    small: string;
  };
}

/** Where the description lies; set by the program that started the host. */
export const testHostVariable = 'NIMDECK_TEST_HOST';

/** Set by a program that tried to start a host, could not, and has said and counted it. */
export const noEnginesVariable = 'NIMDECK_NO_ENGINES';

/** Why there is no host, for the names of skipped tests. */
export const missingReasonVariable = 'NIMDECK_TEST_HOST_MISSING';

/** Null where no host was started: engine tests are then skipped, and say so. */
export function testHost(): TestHost | null {
  const file = process.env[testHostVariable];
  return file === undefined ? null : (JSON.parse(readFileSync(file, 'utf8')) as TestHost);
}
