// The prior of a unit: how likely it is a culprit, before anything was probed.

/**
 * A fault needs code to show itself in, so more source means more chances; but sizes differ by a factor of a thousand where
 * fault counts don't, and a small file of tricky code is as usual a culprit as a large one of tables. So the weight grows
 * with the number of doublings above 1 KiB, from 1 to about 14: enough to cut where the mass is, too little for a small
 * unit to cost more than two or three probes above its share.
 */
export const unitWeight = (sourceBytes: number): number => 1 + Math.log2(1 + Math.max(0, sourceBytes) / 1024);
