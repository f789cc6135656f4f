import { type CDPSession, expect, type Page } from '@playwright/test';

/** As much of a node of Chromium's own accessibility tree as a screen reader is told of it. */
interface TreeNode {
  nodeId: string;
  parentId?: string;
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  properties?: { name: string; value: { value: unknown } }[];
  backendDOMNodeId?: number;
}

export interface Wanted {
  role: string;
  name: string | RegExp;
  /** Somewhere in it; what a dialog covers is not in the tree at all. */
  within?: { role: string; name: string | RegExp };
}

const isCalled = (node: TreeNode, { role, name }: Wanted) => {
  const called = node.name?.value ?? '';
  return !node.ignored && node.role?.value === role && (typeof name === 'string' ? called === name : name.test(called));
};

/** Whoever does not see the page: finds things by role and name, and acts on them as assistive technology does. */
export class TreeReader {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async open(page: Page): Promise<TreeReader> {
    const session = await page.context().newCDPSession(page);
    await session.send('Accessibility.enable');
    return new TreeReader(session);
  }

  async #nodes(): Promise<TreeNode[]> {
    return (await this.#session.send('Accessibility.getFullAXTree')).nodes as TreeNode[];
  }

  async #look(wanted: Wanted): Promise<TreeNode[]> {
    const nodes = await this.#nodes();
    const found = nodes.filter((node) => isCalled(node, wanted));
    const { within } = wanted;
    if (within === undefined) return found;
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    return found.filter((node) => {
      for (let around = byId.get(node.parentId ?? ''); around !== undefined; around = byId.get(around.parentId ?? ''))
        if (isCalled(around, within)) return true;
      return false;
    });
  }

  /** Waits until it is there. */
  async find(wanted: Wanted, timeout = 30_000): Promise<TreeNode> {
    let [found]: TreeNode[] = [];
    await expect
      .poll(
        async () => {
          [found] = await this.#look(wanted);
          return found !== undefined;
        },
        { timeout, message: `${wanted.role} “${wanted.name}” in the accessibility tree` },
      )
      .toBe(true);
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  async isGone(wanted: Wanted): Promise<void> {
    await expect.poll(async () => (await this.#look(wanted)).length).toBe(0);
  }

  async property(wanted: Wanted, name: string): Promise<unknown> {
    return (await this.find(wanted)).properties?.find((property) => property.name === name)?.value.value;
  }

  /** The node's own action, as a screen reader triggers it: no pointer, no place on a screen. */
  async press(wanted: Wanted): Promise<void> {
    const { backendDOMNodeId } = await this.find(wanted);
    const { object } = await this.#session.send('DOM.resolveNode', { backendNodeId: backendDOMNodeId ?? 0 });
    await this.#session.send('Runtime.callFunctionOn', {
      objectId: object.objectId ?? '',
      functionDeclaration: 'function () { (this instanceof Element ? this : this.parentElement).click(); }',
    });
  }

  /** In place of what stands in the field. */
  async write(wanted: Wanted, text: string): Promise<void> {
    const { backendDOMNodeId } = await this.find(wanted);
    await this.#session.send('DOM.focus', { backendNodeId: backendDOMNodeId ?? 0 });
    await expect.poll(() => this.property(wanted, 'focused')).toBe(true);
    await this.#session.send('Input.insertText', { text });
  }
}
