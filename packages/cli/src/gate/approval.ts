// The owner's word that a change may alter what judges it: a file for exactly these two trees in the state folder, signed with the
// gate's key where there is one; or a trailer in the change's newest commit, under a good signature of that commit.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { makeFolder, writeFileAtomic } from '@swarm/host';
import { signedText, type TreeReader, verifiedText } from '@swarm/tasks';
import type { Subject } from './subject.js';

export interface Approval {
  readonly by: string;
  readonly how: 'file' | 'trailer';
  readonly reason?: string;
}

const SCHEMA = 'swarm.approval/1';

const fileOf = (state: string, { base, candidate }: Subject): string =>
  join(state, 'gate', 'approvals', `${candidate.tree}.${base.tree}`);

const textOf = ({ base, candidate }: Subject, by: string, reason: string): string =>
  `${SCHEMA}\ntree ${candidate.tree}\nbase ${base.tree}\nby ${by}\nreason ${reason}\n`;

/** Record it. Throws `not-the-owner` (exit 1) when an agent asks. */
export async function approve(
  state: string,
  subject: Subject,
  { by, reason }: { readonly by: string; readonly reason: string },
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const agent = env.SWARM_AGENT || env.SWARM_WORKSPACE;
  if (agent)
    throw new SwarmError(`approve: ${agent} is an agent, and approvals are the owner's`, {
      code: 'not-the-owner',
      exit: EXIT.refused,
      hint: 'ask the owner of the project to run it in a terminal of their own',
    });
  const file = fileOf(state, subject);
  makeFolder(join(state, 'gate', 'approvals'), 'approvals');
  const line = (text: string) => text.replace(/\s+/g, ' ').trim();
  await writeFileAtomic(file, await signedText(textOf(subject, line(by), line(reason)), env));
  return file;
}

/** The approval of a change; undefined where there is none that counts. */
export async function approvalOf(
  state: string,
  subject: Subject,
  trees: Pick<TreeReader, 'signedApproval'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Approval | undefined> {
  const { commit } = subject.candidate;
  const signer = commit === undefined ? undefined : await trees.signedApproval(commit);
  if (signer !== undefined) return { by: signer, how: 'trailer' };
  const text = await verifiedText(fileText(fileOf(state, subject)), env);
  const [, by = '', reason = ''] = /\nby (.*)\nreason (.*)\n$/.exec(text ?? '') ?? [];
  if (text !== textOf(subject, by, reason)) return undefined;
  return { by, how: 'file', ...(reason === '' ? {} : { reason }) };
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
