import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { errorCatalog } from '../../shared/errors.ts';
import { backWords, doubtWords, proofLine } from '../../shared/gpu-proof-text.ts';
import { nimStatusLine, pausedHint } from '../../shared/status.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { knownNims } from '../lookup.ts';

/** Nothing held is said after a second look; a list must not wait much longer than that for its last column. */
const proofMs = 3_000;

export const psCommand: Command = {
  name: 'ps',
  usage: 'ps',
  summary: 'List the NIMs, running or not, and whether they really use their GPUs.',
  positionals: { min: 0, max: 0 },
  async run({ print, interrupt, api }) {
    const client = await api();
    const nims = await knownNims(client, interrupt.signal);
    const proofs = await knownProofs(client, nims, interrupt.signal);
    const proofOf = (nim: Nim) =>
      proofs.find(({ nimId, startedAt }) => nimId === nim.id && startedAt === nim.startedAt) ?? null;
    print.json(nims.map((nim) => ({ ...nim, gpuProof: proofOf(nim) })));
    print.table(
      ['NAME', 'STATUS', 'IMAGE', 'GPUS', 'GPU USE', 'ADDRESS'],
      nims.map((nim) => {
        const proof = proofOf(nim);
        return [
          nim.name,
          nimStatusLine(nim, Date.now()),
          nim.reference,
          nim.gpus.kind === 'devices' ? nim.gpus.ids.join(',') : nim.gpus.kind,
          proof === null ? '–' : proofLine(proof),
          nim.address ?? '–',
        ];
      }),
    );
    for (const nim of nims) {
      const words = nim.status === 'paused' ? `${pausedHint} nimdeck resume ${nim.name}` : troubleOf(proofOf(nim));
      // With `--json` it is in the list itself.
      if (words !== null && !print.isJson) print.note(`${nim.name}: ${words}`);
    }
    return exitCodes.done;
  },
};

function troubleOf(proof: GpuProof | null): string | null {
  if (proof === null) return null;
  if (proof.doubt !== null) return doubtWords[proof.doubt];
  if (proof.isBack) return backWords.sentence;
  return proof.failure === null ? null : `${proof.failure.message} ${errorCatalog[proof.failure.code].remedy}`;
}

/** What is known of the GPUs' use, as soon as that is all there is to know. */
async function knownProofs(api: Api, nims: readonly Nim[], signal: AbortSignal): Promise<readonly GpuProof[]> {
  const ready = new Set(
    nims.flatMap(({ id, gpus, status }) => (gpus.kind !== 'none' && status === 'ready' ? [id] : [])),
  );
  const within = AbortSignal.any([signal, AbortSignal.timeout(proofMs)]);
  let proofs: readonly GpuProof[] = [];
  if (nims.every(({ gpus }) => gpus.kind === 'none')) return proofs;
  try {
    for await (const next of api.gpu.watchProofs({}, { signal: within })) {
      proofs = next;
      const settled = new Set(next.flatMap(({ nimId, state }) => (state === 'waiting' ? [] : [nimId])));
      if ([...ready].every((id) => settled.has(id))) break;
    }
  } catch (error) {
    if (!within.aborted) throw error;
  }
  return proofs;
}
