// Agent programs from npm, at pinned versions, in a cache of their own: never a dependency of the workspace. Each is pointed at a model
// server on loopback, with a home, a dummy key and a config that hold for it alone.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendDescriptor } from '@swarm/core';

const CACHE = join(import.meta.dirname, '..', '..', '.swarm', 'real-cache', 'agents');

type Hook = () => Promise<readonly BackendDescriptor[]>;

export interface AgentProgram {
  readonly name: 'pi' | 'gemini' | 'codex' | 'opencode' | 'claude-code';
  readonly package: string;
  readonly version: string;
  /** Where the program is, beneath the package's folder. */
  readonly bin: string;
  readonly hook: () => Promise<{ readonly default: Hook }>;
  /** Files of its home, by their paths, that make it talk to a server. */
  readonly config: (url: string, wire: string) => Readonly<Record<string, string>>;
  /** What the host's environment has for it. */
  readonly env: (url: string) => Readonly<Record<string, string>>;
  readonly model: string;
  /** How many times as long as others it may be silent: its start takes that much more of the processors. */
  readonly patience?: number;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const PI_PATHS: Readonly<Record<string, string>> = {
  'openai-completions': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '',
  'google-generative-ai': '/v1beta',
};

export const PROGRAMS: readonly AgentProgram[] = [
  {
    name: 'pi',
    package: '@earendil-works/pi-coding-agent',
    version: '0.74.2', // The last that runs on Node 20.
    bin: 'node_modules/.bin',
    hook: () => import('../../plugins/agent-pi/dist/hook.js'),
    config: (url, wire) => ({
      '.pi/agent/models.json': json({
        providers: {
          scripted: {
            baseUrl: url + PI_PATHS[wire],
            api: wire,
            apiKey: 'dummy',
            models: [{ id: 'scripted', contextWindow: 100_000, maxTokens: 4000 }],
          },
        },
      }),
      '.pi/agent/settings.json': json({ retry: { enabled: true, maxRetries: 2, baseDelayMs: 300 } }),
    }),
    env: () => ({}),
    model: 'scripted/scripted',
  },
  {
    name: 'gemini',
    package: '@google/gemini-cli',
    version: '0.61.0',
    bin: 'node_modules/.bin',
    hook: () => import('../../plugins/agent-gemini/dist/hook.js'),
    config: () => ({
      '.gemini/settings.json': json({
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true, enableAutoUpdate: false },
      }),
    }),
    env: (url) => ({ GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: url }),
    model: 'gemini-2.5-pro',
  },
  {
    name: 'codex',
    package: '@openai/codex',
    version: '0.169.0',
    bin: 'node_modules/.bin',
    hook: () => import('../../plugins/agent-codex/dist/hook.js'),
    config: (url) => ({
      '.codex/config.toml': [
        'model_provider = "scripted"',
        '[analytics]',
        'enabled = false',
        '[model_providers.scripted]',
        'name = "scripted"',
        `base_url = "${url}/v1"`,
        'wire_api = "responses"',
        'env_key = "OPENAI_API_KEY"',
        'stream_max_retries = 2',
        'request_max_retries = 2',
      ].join('\n'),
    }),
    env: () => ({ OPENAI_API_KEY: 'dummy' }),
    model: 'scripted',
  },
  {
    name: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    bin: `node_modules/opencode-linux-${process.arch}/bin`, // What its install script would link to.
    hook: () => import('../../plugins/agent-opencode/dist/hook.js'),
    config: (url) => ({
      '.config/opencode/opencode.json': json({
        autoupdate: false,
        share: 'disabled',
        small_model: 'scripted/scripted',
        provider: {
          scripted: {
            npm: '@ai-sdk/openai-compatible',
            name: 'scripted',
            options: { baseURL: `${url}/v1`, apiKey: 'dummy' },
            models: {
              scripted: { name: 'scripted', tool_call: true, limit: { context: 100_000, output: 4000 } },
            },
          },
        },
      }),
    }),
    env: () => ({}),
    model: 'scripted/scripted',
    patience: 3,
  },
  {
    name: 'claude-code',
    package: `@anthropic-ai/claude-code-linux-${process.arch}`, // What its install script would link to.
    version: '2.1.331',
    bin: `node_modules/@anthropic-ai/claude-code-linux-${process.arch}`,
    hook: () => import('../../plugins/agent-claude-code/dist/hook.js'),
    config: () => ({ '.claude.json': json({ hasCompletedOnboarding: true }) }),
    env: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'dummy', IS_SANDBOX: '1' }),
    model: 'scripted',
  },
];

/** The folder with the program, fetched where it isn't there yet; why not, where it can't be had. */
export function fetchProgram(program: AgentProgram): { readonly bin: string } | { readonly missing: string } {
  const dir = join(CACHE, `${program.name}-${program.version}`);
  const found = { bin: join(dir, program.bin) };
  if (existsSync(found.bin)) return found;
  const draft = `${dir}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'package.json'), json({ private: true }));
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', [...words, `${program.package}@${program.version}`], {
    cwd: draft,
    encoding: 'utf8',
  });
  // Another test may have been quicker: then its copy is as good.
  if (done.status === 0 && !existsSync(found.bin)) renameSync(draft, dir);
  else rmSync(draft, { recursive: true, force: true });
  if (existsSync(found.bin)) return found;
  return { missing: `${program.package}@${program.version}: ${done.stderr.trim().split('\n')[0]}` };
}
