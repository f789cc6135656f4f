import { build, type Plugin, type Rolldown } from 'vite';
import { entryOf, programs } from '../../core/lib/shipped.ts';
import { root } from '../stages.ts';

/**
 * Native, and optional: found beside the bundle at run time, or said to be missing (secrets go into a file then, and
 * dockerode does without).
 */
const foundAtRunTime = ['@napi-rs/keyring', 'cpu-features'];

/** The ssh and BuildKit halves of dockerode, loaded with it and never called by us: 1.5 MB and 40 packages. */
const unused = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'];

function leaveOut(names: readonly string[]): Plugin {
  const empty = '\0left-out';
  return {
    name: 'leave-out',
    enforce: 'pre',
    resolveId: (id) => (names.includes(id) ? empty : null),
    load: (id) => (id === empty ? 'export default {};' : null),
  };
}

/** The terminal, the browser shell and core as JavaScript for Node, into `outDir` (see [Note: where bundles lie]). */
export async function bundleForNode(outDir: string, { isWritten = true } = {}): Promise<Rolldown.RolldownOutput> {
  const input = Object.fromEntries([
    ['nimdeck', 'cli/nimdeck.ts'],
    ...programs.map((program) => [entryOf(program), `${program}.ts`]),
  ]);
  const output = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [leaveOut(unused)],
    ssr: { noExternal: true, external: foundAtRunTime },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      write: isWritten,
      target: 'node24',
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input,
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  if (Array.isArray(output) || !('output' in output)) throw new Error('The bundle is not one.');
  return output;
}
