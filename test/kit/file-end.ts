// Run before each test file, since one process runs many: what a file has made is gone when it ends.

import { afterAll } from 'vitest';
import { removeFolders } from './folder.ts';

afterAll(removeFolders);
