interface Watched {
  /** What drawing it costs, in characters of its text; 0 where it is drawn. */
  cost: () => number;
  onNear: () => void;
  onFar: () => void;
}

/** Says to the parts of a long list when they come near to sight, and when they are far from it again. */
export interface Nearness {
  /** Returns how to stop. */
  watch: (element: Element, watched: Watched) => () => void;
}

/** Drawn so far before it comes into sight: at 4,000 pixels a second half a second before. */
const nearMargin = '2000px 0px';
/** Given up so far behind: who goes a few screens back finds it drawn. */
const farMargin = '10000px 0px';
/** About what can be drawn within a frame; what is long is drawn piece by piece anyway (renderer/markdown). */
const weightOfFrame = 4_000;

/**
 * One for each scroller. Whatever comes near at once, as after a jump, is told a few a frame, what is nearest to the
 * middle of the view first. Null where the browser cannot tell: there all is near.
 */
export function createNearness(root: HTMLElement): (Nearness & { disconnect: () => void }) | null {
  if (typeof IntersectionObserver === 'undefined') return null;
  const all = new Map<Element, Watched>();
  const waiting = new Set<Element>();
  let frame: number | null = null;

  function tellSome() {
    frame = null;
    const { top, height } = root.getBoundingClientRect();
    const distance = (element: Element) => {
      const box = element.getBoundingClientRect();
      return Math.max(box.top - top - height / 2, top + height / 2 - box.bottom, 0);
    };
    const nearestFirst = [...waiting].map((element) => [distance(element), element] as const);
    nearestFirst.sort(([one], [other]) => one - other);
    let weight = 0;
    for (const [, element] of nearestFirst) {
      if (weight >= weightOfFrame) break;
      const watched = all.get(element);
      waiting.delete(element);
      weight += watched?.cost() ?? 0;
      watched?.onNear();
    }
    if (waiting.size > 0) frame = requestAnimationFrame(tellSome);
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) waiting.add(target);
        else waiting.delete(target);
      }
      if (waiting.size > 0) frame ??= requestAnimationFrame(tellSome);
    },
    { root, rootMargin: nearMargin },
  );
  const far = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (!isIntersecting) all.get(target)?.onFar();
    },
    { root, rootMargin: farMargin },
  );
  return {
    watch(element, watched) {
      all.set(element, watched);
      near.observe(element);
      far.observe(element);
      return () => {
        all.delete(element);
        waiting.delete(element);
        near.unobserve(element);
        far.unobserve(element);
      };
    },
    disconnect() {
      near.disconnect();
      far.disconnect();
      if (frame !== null) cancelAnimationFrame(frame);
    },
  };
}
