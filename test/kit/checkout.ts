// A program in a git repository, and fresh clones of it: what another machine would see.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Folder } from './folder.ts';
import { FAULTCC } from './program.ts';
import { type Ended, start, swarmArgv } from './swarm.ts';

const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Commands as a person at the root of a checkout types them, with `swarm` in PATH. */
export class Checkout {
  /** What clones are made of. */
  private from = '.';

  private constructor(
    readonly dir: string,
    private readonly bin: string,
  ) {}

  /** The program as a repository of its own, with a target that finds its table beside itself wherever it lies. */
  static async of(program: Folder): Promise<Checkout> {
    const bin = mkdtempSync(join(tmpdir(), 'swarm-bin-'));
    const shim = join(bin, 'swarm');
    writeFileSync(shim, `#!/bin/sh\nexec ${swarmArgv([]).map(shellWord).join(' ')} "$@"\n`);
    chmodSync(shim, 0o755);
    program.write(
      'faultcc',
      `#!/bin/sh\nexec ${shellWord(FAULTCC)} "-ffaults=$(dirname "$0")/faults" -fno-omit-frame-pointer "$@"\n`,
    );
    const checkout = new Checkout(program.dir, bin);
    await checkout.run(
      'git init -q . && git add -A && git -c user.name=A -c user.email=a@example.org commit -qm program',
    );
    return checkout;
  }

  /** Push to a bare repository, which clones are made of from now on. */
  async share(): Promise<void> {
    this.from = join(mkdtempSync(join(tmpdir(), 'swarm-origin-')), 'origin.git');
    const origin = shellWord(this.from);
    await this.run(
      `git branch -M main && git init -q --bare -b main ${origin} && git remote add origin ${origin} && git push -q origin main`,
    );
  }

  /** A clone, with nothing in it that is not committed. */
  async clone(): Promise<Checkout> {
    const dir = mkdtempSync(join(tmpdir(), 'swarm-clone-'));
    await this.run(`git clone -q ${shellWord(this.from)} ${shellWord(join(dir, 'repo'))}`);
    return new Checkout(join(dir, 'repo'), this.bin);
  }

  /** Run a command line. */
  run(line: string): Promise<Ended> {
    const PATH = `${this.bin}:${process.env.PATH}`;
    return start(['sh', '-c', line], { cwd: this.dir, env: { PATH }, timeoutMs: 180_000 }).ended;
  }

  /** Plant these faults, or with '' none, in the folder that the program is in. */
  plant(table: string, folder = '.'): void {
    writeFileSync(join(this.dir, folder, 'faults'), table);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
