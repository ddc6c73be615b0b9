// A decision for machines that show it beside the code: annotations as GitHub reads them from a job's output, and SARIF.

import { type Difference, oneLine, type Tampering } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';
import type { GateDocument } from './document.js';

interface Marked {
  readonly level: 'error' | 'warning';
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const MOST = 20;

function marked({ tampering, differences }: GateDocument): Marked[] {
  const ofPath = ({ area, what, reason }: Tampering): Marked => ({
    ...{ level: 'error', rule: `tampering-${area}`, file: what, text: `${what}: ${reason}` },
  });
  const ofTest = ({ kind, test, effect, reason }: Difference): Marked => ({
    level: effect === 'blocks' ? 'error' : 'warning',
    ...{ rule: kind, file: test.split('::', 1)[0]!, text: `${test}: ${reason}` },
  });
  const bad = differences.filter(({ effect }) => effect === 'blocks' || effect === 'undecided');
  return [...tampering.map(ofPath), ...bad.map(ofTest)];
}

/** Lines that GitHub Actions turns into annotations; some of many, since it shows no more. */
export function annotationLines(document: GateDocument): string[] {
  const data = (text: string) => oneLine(text, 500).replaceAll('%', '%25');
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return marked(document)
    .slice(0, MOST)
    .map(
      ({ level, rule, file, text }) =>
        `::${level} file=${property(file)},title=${property(`swarm gate: ${rule}`)}::${data(text)}`,
    );
}

const SARIF = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF 2.1.0. Throws `disk-full` and `read-only` (exit 3). */
export async function writeSarif(path: string, document: GateDocument): Promise<void> {
  const found = marked(document);
  const rules = [...new Set(found.map(({ rule }) => rule))].sort();
  const report = {
    $schema: SARIF,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'swarm gate', rules: rules.map((id) => ({ id })) } },
        results: found.map(({ level, rule, file, text }) => ({
          ...{ ruleId: rule, level, message: { text: oneLine(text, 1000) } },
          locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) } } }],
        })),
      },
    ],
  };
  await writeFileAtomic(path, `${JSON.stringify(report, undefined, 1)}\n`);
}
