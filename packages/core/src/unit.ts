// A unit: one thing that can come from the target or from the oracle.

export interface Unit {
  /** The name people read and journals keep: unique in its list. */
  readonly id: string;
  /** Prior mass, relative to the other units: how likely this one is a culprit. 1 when nothing is known. */
  readonly weight?: number;
}
