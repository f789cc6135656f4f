import { isAbsolute, join, relative } from 'node:path';
import type { Api } from '../../shared/contract/index.ts';
import { type SettingValues, settingValues } from '../../shared/contract/settings.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import type { Notice } from '../lib/set-aside.ts';
import { createValue } from '../lib/value.ts';
import { readSettings } from './values.ts';

export interface SettingsService {
  api: Api['settings'];
  get(): SettingValues;
  /** What was set aside at start, if the file was damaged or newer, and which single values could not be used. */
  readonly notices: readonly Notice[];
}

type Input = Parameters<Api['settings']['update']>[0];

const fileVersion = 1;

type SettingsDeps = Pick<CoreDeps, 'dataFolder' | 'home' | 'now' | 'practice'>;

/** `~` means the user's home in every place where people type folders. */
function toFolder(text: string, { home, practice }: SettingsDeps): string {
  const folder = text.trim().replace(/^~(?=$|[/\\])/, () => home);
  if (!isAbsolute(folder)) {
    throw new AppError('BAD_INPUT', 'The folder must be a whole path, from the root on or beginning with “~”.', {
      field: 'cacheFolder',
    });
  }
  // Made-up models are written there, and removed again under the names of real ones.
  if (practice.isPractice && relative(home, folder).startsWith('..')) {
    throw new AppError('BAD_INPUT', 'In practice mode models lie in a folder of its own, beginning with “~”.', {
      field: 'cacheFolder',
    });
  }
  // A container's user is let into the whole folder, group rights included (core/nims/model-cache.ts): not into a home.
  if (!relative(folder, home).startsWith('..')) {
    throw new AppError('BAD_INPUT', 'Choose a folder for models alone, not your home or one that your home lies in.', {
      field: 'cacheFolder',
    });
  }
  return join(folder);
}

export async function createSettingsService(deps: SettingsDeps): Promise<SettingsService> {
  const file = join(deps.dataFolder, 'settings.json');
  const { content, notice } = await readJsonFile(file, fileVersion, deps.now());
  const { values, unusable, unknown } = readSettings(content ?? {});
  const notices: Notice[] = notice === null ? [] : [notice];
  if (unusable.length > 0) {
    notices.push({
      code: 'STORE_DAMAGED',
      message: `In settings.json these values could not be used and take their defaults: ${unusable.join(', ')}.`,
    });
  }
  const state = createValue(values);
  let last: Promise<unknown> = Promise.resolve();

  const change = async (input: Input, signal: AbortSignal | undefined): Promise<SettingValues> => {
    if (signal?.aborted) throw cancelled();
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const next = settingValues.parse({ ...state.get(), ...given });
    if (next.cacheFolder !== null) next.cacheFolder = toFolder(next.cacheFolder, deps);
    // As it will lie in the file: what is missing in a preset is left out there, too.
    const plain = z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(next)));
    await writeJsonFile(file, fileVersion, { ...unknown, ...plain });
    state.set(next);
    return next;
  };

  return {
    notices,
    get: () => state.get(),
    api: {
      watch: (_input, options) => state.watch(options?.signal),
      // One after the other: two changes at once must not undo each other, and the file has one writer.
      update(input, options) {
        const turn = last.then(() => change(input, options?.signal));
        last = turn.catch(() => undefined);
        return turn;
      },
    },
  };
}
