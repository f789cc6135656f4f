import type { KeyChord } from '../../shared/contract/settings.ts';
import { create } from 'zustand';

/** By the name of a shortcut; those that are missing have the keys they come with. */
export type OwnKeys = Readonly<Record<string, KeyChord>>;

/**
 * The keys of the settings, where every title and label can read them: the side bar says its keys before the page knows
 * any data, so they cannot lie in the query cache. `Shell` writes them, and nobody else.
 */
export const useOwnKeys = create<{ keys: OwnKeys }>()(() => ({ keys: {} }));
