import { join } from 'node:path';
import { z } from '../../shared/zod.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';

const windowState = z.object({
  /** Of the window when it is neither maximized nor full screen; in points of the screen. */
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

const fileVersion = 1;
const fileOf = (dataFolder: string) => join(dataFolder, 'desktop', 'window.json');

/** How the window was left; null when it never was, or when that cannot be read: no reason to say anything. */
export async function readWindowState(dataFolder: string): Promise<WindowState | null> {
  const { content } = await readJsonFile(fileOf(dataFolder), fileVersion, Date.now());
  return windowState.safeParse(content).data ?? null;
}

export async function writeWindowState(dataFolder: string, state: WindowState): Promise<void> {
  await writeJsonFile(fileOf(dataFolder), fileVersion, { ...state });
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const smallestWindow = { width: 900, height: 600 } as const;
const usualWindow = { width: 1280, height: 820 } as const;
/** So much of the title bar must be on a display that a window can be grabbed there. */
const reachable = { width: 160, height: 32 } as const;

/**
 * Where to put the window: as it was left, unless the display that it was on is gone or has become smaller.
 * @param displays the areas of the displays without their bars, the main one first
 */
export function placeWindow(
  saved: WindowState | null,
  displays: readonly Area[],
): Partial<Area> & { width: number; height: number } {
  const main = displays[0];
  const fitting = (size: { width: number; height: number }, display: Area | undefined) => ({
    width: Math.max(smallestWindow.width, Math.min(size.width, display?.width ?? size.width)),
    height: Math.max(smallestWindow.height, Math.min(size.height, display?.height ?? size.height)),
  });
  if (saved === null) return fitting(usualWindow, main);
  const display = displays.find((area) => isReachable(saved, area));
  // Without a place the system centres it.
  if (display === undefined) return fitting(saved, main);
  return { x: saved.x, y: saved.y, ...fitting(saved, display) };
}

function isReachable(window: Area, display: Area): boolean {
  const left = Math.max(window.x, display.x);
  const right = Math.min(window.x + window.width, display.x + display.width);
  const isBarInside = window.y >= display.y && window.y + reachable.height <= display.y + display.height;
  return right - left >= reachable.width && isBarInside;
}
