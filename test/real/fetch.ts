// Vitest's set-up for the real programs: their sources are there before two test files at once want them.

import { fetchSources } from './sources.mjs';

export default function setup(): void {
  fetchSources();
}
