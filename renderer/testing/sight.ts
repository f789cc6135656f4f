import { vi } from 'vitest';

/** What a layout would say, where there is none: what is near to sight, and how high things are. */
export interface Sight extends Disposable {
  near: (...elements: (Element | null)[]) => void;
  far: (...elements: (Element | null)[]) => void;
  /** Something has another height than before. */
  resized: () => void;
  heightOf: (element: HTMLElement, height: () => number, viewHeight: number) => void;
  /** Its items stand below each other, each so high but one. */
  stacked: (
    scroller: HTMLElement,
    items: () => readonly Element[],
    height: number,
    odd?: { index: number; height: number },
  ) => void;
  scrolled: (element: HTMLElement) => void;
}

export function createSight(): Sight {
  const seers = new Set<FakeObserver>();
  const sizers = new Set<ResizeObserverCallback>();

  class FakeObserver {
    readonly targets = new Set<Element>();
    readonly tell: IntersectionObserverCallback;
    constructor(tell: IntersectionObserverCallback) {
      this.tell = tell;
      seers.add(this);
    }
    observe(element: Element) {
      this.targets.add(element);
    }
    unobserve(element: Element) {
      this.targets.delete(element);
    }
    disconnect() {
      seers.delete(this);
    }
  }
  class FakeSizer {
    readonly #tell: ResizeObserverCallback;
    constructor(tell: ResizeObserverCallback) {
      this.#tell = tell;
    }
    observe() {
      sizers.add(this.#tell);
    }
    unobserve() {}
    disconnect() {
      sizers.delete(this.#tell);
    }
  }
  vi.stubGlobal('IntersectionObserver', FakeObserver);
  vi.stubGlobal('ResizeObserver', FakeSizer);

  function see(isIntersecting: boolean, elements: readonly (Element | null)[]) {
    for (const seer of seers) {
      const entries = elements.flatMap((target) =>
        target !== null && seer.targets.has(target) ? [{ target, isIntersecting }] : [],
      );
      if (entries.length > 0) seer.tell(entries as IntersectionObserverEntry[], seer as never);
    }
  }

  return {
    near: (...elements) => see(true, elements),
    far: (...elements) => see(false, elements),
    resized: () => sizers.forEach((tell) => tell([], undefined as never)),
    heightOf(element, height, viewHeight) {
      Object.defineProperties(element, {
        scrollHeight: { get: height, configurable: true },
        clientHeight: { value: viewHeight, configurable: true },
      });
    },
    stacked(scroller, items, height, odd) {
      vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function rect(this: Element) {
        const index = items().indexOf(this);
        const own = index === odd?.index ? odd.height : height;
        const above = index * height + (odd !== undefined && index > odd.index ? odd.height - height : 0);
        return index === -1 ? new DOMRect(0, 0, 0, 0) : new DOMRect(0, above - scroller.scrollTop, 100, own);
      });
    },
    scrolled: (element) => void element.dispatchEvent(new Event('scroll')),
    [Symbol.dispose]() {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    },
  };
}
