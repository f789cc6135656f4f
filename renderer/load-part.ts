/** A container that starts brings several such moments within a second; then a server that is gone is to be said. */
const waitsMs = [150, 500, 1_500];

/**
 * A part of the app, `() => import(…)`, asked for again when it is lost on its way: Chromium drops what it is loading, also
 * from this machine, whenever a network interface comes or goes (ERR_NETWORK_CHANGED), as with each container that starts.
 * Rejects as the last try did.
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  for (const waitMs of waitsMs) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return await load();
}
