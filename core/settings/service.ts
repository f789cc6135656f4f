import type { Api } from '../../shared/contract/index.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';
import type { CoreDeps } from '../deps.ts';

export interface SettingsService {
  api: Api['settings'];
  get(): SettingValues;
  /** What was set aside at start, if the file was damaged or newer. */
  readonly notices: readonly { code: 'STORE_DAMAGED' | 'STORE_NEWER'; message: string }[];
}

export declare function createSettingsService(deps: CoreDeps): Promise<SettingsService>;
