import type { CatalogModel } from '../../shared/contract/catalog.ts';
import { parseReference } from '../images/reference.ts';
import type { PublishedProfile } from '../ngc/nim-metadata.ts';
import { isBetter, judge, judgeBest, type Judgement, type Question } from './judge.ts';
import type { ModelFacts, Way } from './need.ts';
import type { Place } from './places.ts';
import { factsOf, waysByParameters, wayOfProfile, waysOfPublished, waysOfTable } from './ways.ts';

/** The model of an image, by publisher and name: a copy in another registry is the same model. Null: not in the list. */
export function modelOf(models: readonly CatalogModel[], reference: string): CatalogModel | null {
  const ending = (repository: string) => repository.split('/').slice(-2).join('/');
  const { repository } = parseReference(reference);
  return models.find((model) => ending(model.repository) === ending(repository)) ?? null;
}

/** What is to be started, as far as it is known. */
export interface Wanted {
  model: CatalogModel | null;
  facts: ModelFacts;
  /** Null: NIM picks. `name` null: nobody knows what the id stands for. */
  profile: { id: string; name: string | null } | null;
  /** By NVIDIA's metadata; empty: none are known. */
  published: readonly PublishedProfile[];
}

export const wantedModel = (model: CatalogModel | null): Wanted => ({
  model,
  facts: factsOf(model),
  profile: null,
  published: [],
});

/** The answer for these devices, by the best figures there are. */
export function judgeWanted(
  { model, facts, profile, published }: Wanted,
  chosen: readonly Place[],
  question: Question,
): Judgement {
  const stated = model === null ? [] : waysOfTable(model);
  const listed = waysOfPublished(published, stated);
  if (profile !== null && profile.name !== null) {
    return judge(wayOfProfile(profile.id, profile.name, [...listed, ...stated]), chosen, question);
  }
  if (profile !== null) {
    const own = listed.filter(({ id }) => id === profile.id);
    return judgeBest(own, chosen, question) ?? judgeUnnamed(profile.id, stated, chosen, question);
  }
  // Adapters are a choice of the user's; by itself NIM takes a profile without them.
  const plain = waysOfPublished(
    published.filter(({ hasLora }) => hasLora !== true),
    stated,
  );
  const byNvidia = judgeBest(plain, chosen, question);
  if (byNvidia !== null && byNvidia.reason !== 'need-unknown') return byNvidia;
  const known = judgeBest(stated, chosen, question);
  const byParameters = judgeByParameters(facts, chosen, question, stated.length > 0);
  if (known === null) return byParameters ?? judge(anyWay, chosen, question);
  return byParameters !== null && isBetter(byParameters, known) ? byParameters : known;
}

const anyWay: Way = {
  id: null,
  name: null,
  precision: null,
  gpus: 1,
  stated: null,
  weights: null,
  gpuWord: null,
};

/** An id that nobody explains: only what holds for every way of the model holds for it. */
function judgeUnnamed(id: string, stated: readonly Way[], chosen: readonly Place[], question: Question): Judgement {
  const way = { ...anyWay, id };
  const all = stated.map((each) => judge(each, chosen, question));
  const [worst] = all.toSorted((a, b) => (isBetter(a, b) ? 1 : isBetter(b, a) ? -1 : 0));
  return worst?.verdict === 'fits' ? { ...worst, way: { ...way, precision: null } } : judge(way, chosen, question);
}

/**
 * @param isTableThere then only what the table leaves out is added: the same model spread over several GPUs
 */
function judgeByParameters(
  facts: ModelFacts,
  chosen: readonly Place[],
  question: Question,
  isTableThere: boolean,
): Judgement | null {
  const gpus = chosen.filter(({ memory, isSliced }) => memory !== 'slice' && !isSliced).length;
  const { usual, fewestBits } = waysByParameters(facts, gpus);
  if (isTableThere) {
    const spread = judgeBest(
      usual.filter((way) => way.gpus > 1),
      chosen,
      question,
    );
    return spread?.verdict === 'fits' ? spread : null;
  }
  const inUsual = judgeBest(usual, chosen, question);
  if (inUsual === null || inUsual.verdict !== 'does-not-fit' || inUsual.reason === 'taken') return inUsual;
  const inFewest = judgeBest(fewestBits, chosen, question);
  if (inFewest === null || inFewest.verdict === 'does-not-fit') return inFewest ?? inUsual;
  return { ...inUsual, verdict: 'unknown', reason: 'precision-unknown' };
}
