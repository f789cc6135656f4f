import { createContext } from 'react';
import type { Turn } from './draw-turns.ts';

/** Of the answer that something stands in; where there is none, what is done later is done at once. */
export const TurnContext = createContext<Pick<Turn, 'later'>>({ later: (job) => job() });
