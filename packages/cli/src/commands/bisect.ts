import { Command } from '@oclif/core';
import { exitOf } from '../bisect/document.js';
import { bisectFlags, flagLayer } from '../bisect/flags.js';
import { renderBisect } from '../bisect/render.js';
import { resolveSettings } from '../bisect/settings.js';
import { createStatus } from '../terminal/status.js';

export default class Bisect extends Command {
  static override readonly summary = 'Find the units that a compiler under development gets wrong.';
  static override readonly description =
    'Splits a build between a target compiler and an oracle, and finds every minimal set of units with which the test fails.';
  static override readonly examples = [
    "<%= config.bin %> bisect --target tcc --oracle gcc --clean 'make clean' --build 'make -j2' --test ./run-tests.sh",
    "<%= config.bin %> bisect --units names.txt --probe './probe.sh {}'",
    '<%= config.bin %> bisect --resume --json',
  ];
  static override readonly flags = bisectFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Bisect);
    const cwd = process.cwd();
    const { configLayer } = await import('../bisect/config-layer.js');
    const typed = flagLayer(flags, cwd);
    const settings = resolveSettings(typed, await configLayer(typed.dir ?? cwd), cwd, flags.resume);
    const status = createStatus(process.stderr, () => performance.now(), false);
    const { runBisect } = await import('../bisect/run.js');
    const document = await runBisect(settings, status);
    if (flags.json) this.log(JSON.stringify(document));
    else for (const line of renderBisect(document, cwd)) this.log(line);
    process.exitCode = exitOf(document.verdict);
  }
}
