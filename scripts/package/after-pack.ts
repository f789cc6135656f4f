import { join } from 'node:path';
import { Arch, type AfterPackContext } from 'electron-builder';
import { root } from '../stages.ts';
import { addKeyStoreModule } from './key-store-module.ts';

/** Called by the builder for each package, after its files lie in place and before it is signed. */
export function afterPack({ packager, appOutDir, electronPlatformName, arch }: AfterPackContext): void {
  const resources = packager.getResourcesDir(appOutDir);
  const lack = addKeyStoreModule(join(root, 'node_modules'), resources, electronPlatformName, Arch[arch]);
  if (lack !== null) console.warn(lack);
}
