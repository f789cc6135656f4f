// The page's Content-Security-Policy forbids code generation, so this must run before the first schema is built.
import { config } from 'zod';

config({ jitless: true });

export { z } from 'zod';
