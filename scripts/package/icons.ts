import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { packPng, readPixels } from '../pack-png.ts';
import { root } from '../stages.ts';
import { makeIcns, makeIco, type Picture } from './icon-files.ts';

export const iconSource = join(root, 'assets/icon.svg');
export const iconFolder = join(root, 'assets/icons');
/** What the icons were drawn from: Chromium's next version may round a pixel differently, so they cannot be compared. */
export const drawnFrom = join(iconFolder, 'drawn-from.sha256');

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
const macSizes = [32, 64, 128, 256, 512, 1024];
/** Apple's template leaves a margin around the shape: 824 of 1024. */
const macShare = 824 / 1024;

export const sourceHash = () => createHash('sha256').update(readFileSync(iconSource)).digest('hex');

/** Draws assets/icon.svg as every platform wants it, into assets/icons. */
export async function drawIcons(): Promise<string> {
  const browser = await chromium.launch({
    executablePath: process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1024, height: 1024 } });
    const drawAll = async (sizes: readonly number[], share: number) => {
      const pictures: Picture[] = [];
      for (const size of sizes) pictures.push(await draw(page, size, share));
      return pictures;
    };
    rmSync(iconFolder, { recursive: true, force: true });
    mkdirSync(iconFolder, { recursive: true });
    for (const { size, png } of await drawAll(linuxSizes, 1))
      writeFileSync(join(iconFolder, `${size}x${size}.png`), png);
    writeFileSync(join(iconFolder, 'icon.ico'), makeIco(await drawAll(windowsSizes, 1)));
    writeFileSync(join(iconFolder, 'icon.icns'), makeIcns(await drawAll(macSizes, macShare)));
    writeFileSync(drawnFrom, `${sourceHash()}\n`);
  } finally {
    await browser.close();
  }
  return iconFolder;
}

async function draw(page: Page, size: number, share: number): Promise<Picture> {
  const side = Math.round(size * share);
  const margin = (size - side) / 2;
  const source = `data:image/svg+xml;base64,${readFileSync(iconSource).toString('base64')}`;
  await page.setContent(
    `<img src="${source}" width="${side}" style="position:fixed;left:${margin}px;top:${margin}px">`,
  );
  const clip = { x: 0, y: 0, width: size, height: size };
  const png = await page.screenshot({ clip, omitBackground: true });
  const packed = packPng(png);
  return { size, png: packed.length < png.length ? packed : png, rgba: readPixels(png) };
}
