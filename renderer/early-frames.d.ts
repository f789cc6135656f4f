/** Made by the build: scripts/early-frames.ts. */
declare module 'virtual:early-frames' {
  import type { EarlyFrames } from './app/early-frames.tsx';
  export const frames: EarlyFrames;
}
