// Loaded before a program that a stand-in's utility process runs: gives it what Electron would.
const port = {
  postMessage: (message: unknown) => void process.send?.(message),
  on: (event: string, listener: (event: { data: unknown }) => void) =>
    void process.on(event as 'message', (data) => listener({ data })),
};
Object.defineProperty(process, 'parentPort', { value: port });
// Its messages come over the port only, and it ends with its parent.
process.on('disconnect', () => process.exit());
