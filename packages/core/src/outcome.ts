// What a probe says about its selection.

/** How a selection failed; `link` means the program could not be linked, so the test never ran. */
export type FailureKind = 'crash' | 'wrong-output' | 'hang' | 'link' | 'exit';

export interface Passed {
  readonly kind: 'pass';
}

export interface Failed {
  readonly kind: 'fail';
  readonly failure: FailureKind;
  /** One line: the signal, the exit status, the first differing line, the linker's first error. */
  readonly detail: string;
}

/** The infrastructure failed: says nothing about the selection. */
export interface Unresolved {
  readonly kind: 'unresolved';
  readonly reason: string;
}

export type Outcome = Passed | Failed | Unresolved;

export const PASS: Passed = { kind: 'pass' };
