import { AppError, cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { parseReference } from '../images/reference.ts';
import { askRegistry, readJson, registryError } from './registry-http.ts';

/** A profile as NVIDIA's NIM metadata has it (ngc facts 3.4); null: not recorded, which is not "no". */
export interface PublishedProfile {
  /** What `NIM_MODEL_PROFILE` takes. */
  id: string | null;
  precision: string | null;
  /** That it is spread over: those that share a layer times the stages. */
  gpus: number;
  /** Of each GPU, as the images print it: a profile named `…-32.0` has 32.0 here, too. */
  memoryGB: number | null;
  /** The GPUs that it is made for; empty: any. */
  gpuWords: string[];
  hasLora: boolean | null;
}

const host = 'api.ngc.nvidia.com';

const text = z.string().min(1).optional().catch(undefined);
const count = z.number().int().min(1).max(1024).optional().catch(undefined);
/** One today, several announced. */
const texts = z
  .union([z.string().min(1), z.array(z.string().min(1))])
  .optional()
  .catch(undefined);

const answerShape = z.object({
  profiles: z
    .array(
      z.object({
        profile_id: text,
        precision: text,
        tensor_parallel_size: count,
        pipeline_parallel_size: count,
        min_vram_per_device_gb: z.number().positive().max(100_000).optional().catch(undefined),
        gpu: texts,
        feat_lora: z.boolean().optional().catch(undefined),
      }),
    )
    .optional(),
});

interface MetadataQuestion {
  reference: string;
  addressOf: CoreDeps['addressOf'];
  signal: AbortSignal;
  /** Told why it could not be asked; not for an image without metadata, which is normal. */
  onFailure: (error: AppError) => void;
}

/**
 * The profiles that NVIDIA publishes for an image; `[]` where it publishes none, null where that could not be asked. No key is
 * sent: it takes none. Rejects with CANCELLED alone.
 */
export async function readNimMetadata({
  reference,
  addressOf,
  signal,
  onFailure,
}: MetadataQuestion): Promise<PublishedProfile[] | null> {
  try {
    const { repository, tag } = parseReference(reference);
    // By digest it cannot be asked for.
    if (tag === null) return [];
    const address = new URL('/v2/nim/metadata', addressOf(host));
    address.searchParams.set('resourceId', repository);
    address.searchParams.set('tag', tag);
    const answer = await askRegistry(address, { signal, headers: { accept: 'application/json' } });
    if (answer.status === 404) {
      await answer.body?.cancel();
      return [];
    }
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new AppError('NGC_UNREACHABLE', `${host} answered ${answer.status}.`, { status: answer.status });
    }
    const parsed = answerShape.safeParse(await readJson(answer));
    if (!parsed.success) throw new AppError('NGC_REPLY_UNREADABLE', `${host} says nothing that could be read.`);
    return (parsed.data.profiles ?? []).map((profile) => ({
      id: profile.profile_id ?? null,
      precision: profile.precision?.toLowerCase() ?? null,
      gpus: (profile.tensor_parallel_size ?? 1) * (profile.pipeline_parallel_size ?? 1),
      memoryGB: profile.min_vram_per_device_gb ?? null,
      gpuWords: profile.gpu === undefined ? [] : [profile.gpu].flat(),
      hasLora: profile.feat_lora ?? null,
    }));
  } catch (error) {
    if (signal.aborted) throw cancelled();
    onFailure(registryError(error, reference));
    return null;
  }
}
