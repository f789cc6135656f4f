/** An event as Electron hands it to listeners. */
interface StandinEvent {
  defaultPrevented: boolean;
  preventDefault: () => void;
}

function createEvent<T extends object>(details: T): T & StandinEvent {
  const event = {
    ...details,
    defaultPrevented: false,
    preventDefault: () => void (event.defaultPrevented = true),
  };
  return event;
}

type Listener = (...args: never[]) => void;

/** Listeners of every event, as loosely typed as a stand-in can be: Electron's own types check those who listen. */
export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: string, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return this;
  }

  once(event: string, listener: Listener): this {
    const once: Listener = (...args) => {
      this.off(event, once);
      listener(...args);
    };
    return this.on(event, once);
  }

  off(event: string, listener: Listener): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  /** Answers whether a listener prevented what would happen. */
  raise(event: string, details: object, ...args: unknown[]): boolean {
    const raised = createEvent(details);
    this.tell(event, raised, ...args);
    return raised.defaultPrevented;
  }

  /** An event without an event object, as Tray's and UtilityProcess's are. */
  tell(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (...given: unknown[]) => void)(...args);
  }
}
