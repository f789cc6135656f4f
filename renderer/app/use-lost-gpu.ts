import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { proofTitle } from '../words/gpu-proof.ts';

/** A sentence about a NIM that has lost its GPU, also when it is back; null: it has not. */
export function useLostGpu(nimId: string | null, name: string): string | null {
  const { data: proofs = [] } = useStream(streams.gpuProofs);
  const proof = proofs.find((each) => each.nimId === nimId && each.state === 'lost');
  return proof === undefined ? null : `${proofTitle(proof, name)}.`;
}
