// `baton server`: flags as they were given; the server reads them together with its environment and file.

import { Command } from 'commander';
import { ConfigurationError, explain, runServer } from '../server/main.ts';
import { EXIT, failure } from './exit-code.ts';
import { packageVersion } from './version.ts';

interface Options {
  readonly config?: string;
  readonly [flag: string]: unknown;
}

export function serverCommand(): Command {
  return new Command('server')
    .description('run a node until it is told to stop')
    .option('--http <host:port>', 'where REST is answered')
    .option('--grpc <host:port>', 'where gRPC is answered')
    .option('--data <folder>', 'the folder of the embedded store')
    .option('--config <file>', 'settings in YAML; flags and the environment go before them')
    .option('--insecure-listen', 'allow addresses that others can reach')
    .option('--allow-shell', 'run Shell steps')
    .option('--http-allow <hosts>', 'hosts that Http steps may call, with commas between them')
    .option('--retention <time>', 'how long ended instances are kept: 90s, 30m, 12h, 7d or keep')
    .option('--environment <name>', 'what params.getExecutionEnvironment() answers')
    .option('--max-steps <count>', 'steps of one workflow, at most')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--cluster <name>', 'be a node of this cluster; needs --nats and --redis')
    .option('--nats <urls>', 'the NATS servers of the cluster, with commas between them')
    .option('--redis <url>', 'the store of the cluster')
    .option('--node <id>', 'the id of this node in the cluster; else its host name')
    .option('--weight <number>', 'its share of the shards, relative to other nodes')
    .option('--lanes <count>', 'shards over which the instances of one workflow are spread')
    .option('--allow-unsafe-store', 'go on with a store whose settings may lose commits')
    .action(async ({ config, ...flags }: Options) => {
      const settings = Object.fromEntries(
        Object.entries(flags).map(([name, value]) => [settingName(name), value]),
      );
      try {
        await runServer({ settings, config, version: packageVersion() });
      } catch (error) {
        const exitCode = error instanceof ConfigurationError ? EXIT.usage : EXIT.unsuccessful;
        throw failure(exitCode, explain(error), error);
      }
    });
}

/** Options are in camel case, settings have dashes. */
const settingName = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
