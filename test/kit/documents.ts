// Documents that commands print, held against their schemas in docs/schemas.

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Ended } from './swarm.ts';

const folder = new URL('../../docs/schemas/', import.meta.url);
const ajv = new Ajv({ allErrors: true, strictTypes: false });
for (const name of readdirSync(folder)) {
  const schema = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { $id?: string };
  if (schema.$id !== undefined) ajv.addSchema(schema);
}

/** The document of a run; throws, with what is wrong, when it is not what its schema says. */
export function documentOf<T>(ended: Ended, schema: string): T {
  const document = ended.json<T & { schema?: string }>();
  const check = ajv.getSchema(`${schema.replace('/', '.')}.json`);
  if (check === undefined) throw new Error(`no schema ${schema}`);
  if (document.schema === schema && check(document)) return document;
  throw new Error(
    `not ${schema}: ${JSON.stringify(check.errors?.slice(0, 3))}\n${ended.stdout}\n${ended.stderr}`,
  );
}
