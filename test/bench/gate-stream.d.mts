export interface Changes {
  readonly tests: number;
  readonly flakes: number;
  readonly breaks: number;
  readonly changes: number;
  readonly seed: number;
}
export function random(seed: number): () => number;
export function judgeChanges(changes: Changes): { refused: number; reruns: number };
