import { build, type Plugin, type Rolldown } from 'vite';
import { entryOf, programs } from '../../core/lib/shipped.ts';
import { root } from '../stages.ts';

/**
 * Native, and optional: found beside the bundle at run time, or said to be missing (secrets go into a file then, and
 * dockerode does without).
 */
export const foundAtRunTime = ['@napi-rs/keyring', 'cpu-features'];

/** The ssh and BuildKit halves of dockerode, loaded with it and never called by us: 1.5 MB and 40 packages. */
const unused = new Set(['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs']);

export function leaveOutUnused(): Plugin {
  const empty = '\0left-out';
  return {
    name: 'leave-out',
    enforce: 'pre',
    resolveId: (id) => (unused.has(id) ? empty : null),
    load: (id) => (id === empty ? 'export default {};' : null),
  };
}

/** The programs that a bundle has beside its own entry, as a bundler takes them. */
export const programEntries = Object.fromEntries(programs.map((program) => [entryOf(program), `${program}.ts`]));

/** The terminal, the browser shell and core as JavaScript for Node, into `outDir` (see [Note: where bundles lie]). */
export async function bundleForNode(
  outDir: string,
  { isWritten = true, isEmptied = true } = {},
): Promise<Rolldown.RolldownOutput> {
  const output = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [leaveOutUnused()],
    ssr: { noExternal: true, external: foundAtRunTime },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: isEmptied,
      write: isWritten,
      target: 'node24',
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: { nimdeck: 'cli/nimdeck.ts', headless: 'headless/main.ts', ...programEntries },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  if (Array.isArray(output) || !('output' in output)) throw new Error('The bundle is not one.');
  return output;
}
