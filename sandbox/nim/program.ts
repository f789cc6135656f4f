import { ConfigError, type Environment, type NimConfig, readConfig } from './config.ts';
import { type NimHost, runContainer } from './container.ts';
import { createContainerLog } from './log.ts';
import { describeSystem } from './profiles.ts';
import { printBanner } from './startup-log.ts';

// As in NIM images: the first word after the image names what to do; anything else goes to the engine.
const commands = new Set(['nim-serve', 'list-model-profiles', 'nim_list_model_profiles']);

export interface NimOutput {
  out: (text: string) => void;
  err: (text: string) => void;
}

/** What the container's command does, by its environment and arguments, to its exit code. */
export async function runNim(
  env: Environment,
  args: readonly string[],
  output: NimOutput,
  hostFor: (config: NimConfig) => Promise<{ host: NimHost; config: NimConfig }>,
): Promise<number> {
  try {
    const config = readConfig(env, args);
    const log = createContainerLog(config.logLevel, output);
    const command = args.find((arg) => commands.has(arg)) ?? 'nim-serve';
    if (command === 'nim-serve') {
      const { host, config: hosted } = await hostFor(config);
      return await runContainer(hosted, log, host);
    }
    printBanner(config, log);
    log.nim('WARNING', 'arg_utils.py:1699', "Field 'port' not found in NimAsyncEngineArgs");
    log.out(describeSystem(config));
    return 0;
  } catch (error) {
    output.err(error instanceof ConfigError ? `${error.message}\n` : `${String(error)}\n`);
    return 2;
  }
}
