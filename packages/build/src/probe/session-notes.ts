// What a person should know about how a session works, as lines.

const NO_VIEWS =
  'no mount views here: a test that names files of the tree by absolute paths sees the original, not the probe';
const REBUILDS =
  'the build runs again for each probe: slower than replaying its links by as much as it takes';

export const settingNotes = (setting: { readonly views: boolean; readonly rebuilds: boolean }): string[] => [
  ...(setting.views ? [] : [NO_VIEWS]),
  ...(setting.rebuilds ? [REBUILDS] : []),
];

/** A machine that disturbs its own work is not to be believed as easily as another one. */
export function troubleNotes(troubles: readonly string[]): string[] {
  if (troubles.length === 0) return [];
  const how = troubles.length === 1 ? 'one probe was' : `${troubles.length} probes were`;
  return [`${how} disturbed from outside and done again: ${troubles.at(-1)}`];
}
