import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keyStoreModule } from '../../core/lib/shipped.ts';

const endings: Readonly<Record<string, string>> = { linux: '-gnu', win32: '-msvc' };

/** `linux-x64-gnu`, as @napi-rs/keyring names its native packages. Electron has no Linux of musl. */
export function nativeName(platform: string, arch: string): string {
  return `${platform}-${arch}${endings[platform] ?? ''}`;
}

/**
 * Puts the native half of @napi-rs/keyring, and the licences of what it was built from, beside the archive.
 * @param modules a `node_modules`; npm installs there what its own machine needs, so other processors may lack theirs
 * @returns what the package lacks, in words; null when it is complete
 */
export function addKeyStoreModule(modules: string, resources: string, platform: string, arch: string): string | null {
  const name = nativeName(platform, arch);
  const from = join(modules, `@napi-rs/keyring-${name}`);
  const file = join(from, `keyring.${name}.node`);
  if (!existsSync(file))
    return `@napi-rs/keyring-${name} is not installed: the desktop for ${platform} ${arch} is made without it, and keeps keys in a file.`;
  const to = join(resources, keyStoreModule);
  mkdirSync(join(to, '..'), { recursive: true });
  copyFileSync(file, to);
  copyFileSync(join(from, 'LICENSE.third-party.md'), join(to, '../LICENSE.third-party.md'));
  return null;
}
