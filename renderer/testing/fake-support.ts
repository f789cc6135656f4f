import type { FootprintItem } from '../../shared/contract/footprint.ts';
import type { SupportBundle } from '../../shared/contract/support.ts';

export function fakeSupport(): SupportBundle {
  return {
    madeAt: '2026-01-31T10:20:30.000Z',
    sections: [
      { part: 'about', name: null, text: 'version 0.1.0\nplatform linux\ndataFolder ~/.local/share/nimdeck' },
      { part: 'engine', name: null, text: '{\n  "status": "connected",\n  "version": "26.1.5"\n}' },
      { part: 'gpus', name: null, text: 'Not known: NVIDIA_SMI_MISSING: nvidia-smi is not on this machine.' },
      {
        part: 'nim-log',
        name: 'llama-3.1-8b-instruct',
        text: '2026-01-31T10:19:59Z INFO Application startup complete.',
      },
    ],
  };
}

export function fakeFootprint(): FootprintItem[] {
  const item = (id: string, more: Partial<FootprintItem>): FootprintItem => ({
    id,
    kind: 'container',
    name: id,
    path: null,
    sizeBytes: null,
    usedBy: [],
    notes: [],
    ...more,
  });
  return [
    item('container:1', { name: 'llama-3.1-8b-instruct', notes: ['runs'] }),
    item('container:2', { name: 'nv-embedqa-1b' }),
    item('image:1', {
      kind: 'image',
      name: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5',
      sizeBytes: 12_800_000_000,
      usedBy: ['llama-3.1-8b-instruct'],
    }),
    item('model:1', {
      kind: 'model',
      name: 'nim/meta/llama-3.1-8b-instruct',
      path: '/home/ada/.cache/nim/ngc/hub/models--nim--meta--llama-3.1-8b-instruct',
      sizeBytes: 16_060_000_000,
      usedBy: ['llama-3.1-8b-instruct'],
      notes: ['command-lines'],
    }),
    item('key:ngc', { kind: 'key', name: 'NGC' }),
    item('data:folder', {
      kind: 'data',
      name: '/home/ada/.local/share/nimdeck',
      path: '/home/ada/.local/share/nimdeck',
      sizeBytes: 48_200_000,
      notes: ['at-end'],
    }),
  ];
}
