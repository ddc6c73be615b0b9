/** Types of selections.mjs. */
interface SelectionJob {
  readonly dir: string;
  readonly build: string;
  readonly clean?: string;
  readonly test: string;
  readonly expectStdout?: string;
  readonly jobs?: number;
}
interface CompilerSide {
  readonly command: string;
  readonly flags: readonly string[];
}
interface Selected {
  readonly members: readonly string[];
  readonly outcome: { readonly kind: string };
}
export interface SelectionResult {
  readonly units: number;
  readonly functions: number;
  readonly unsplit: readonly { readonly unit: string; readonly reason: string }[];
  readonly pass: number;
  readonly fail: readonly Selected[];
  readonly unresolved: readonly Selected[];
}
export function trySelections(
  job: SelectionJob,
  sides: { readonly target: CompilerSide; readonly oracle: CompilerSide },
  count: number,
  seed?: number,
): Promise<SelectionResult>;
