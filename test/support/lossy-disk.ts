// A small file system that loses its power when it is told to: what was not flushed is gone. Needs root and loop devices.

import { spawnSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BYTES = 256 * 1024 * 1024;

/** Ends an ext4 file system as a loss of power does (EXT4_IOC_SHUTDOWN, NOLOGFLUSH). */
const SHUTDOWN =
  'open(my $d, "<", $ARGV[0]) or die $!; ioctl($d, 0x8004587d, my $f = pack("L", 2)) or die $!;';

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

export class LossyDisk {
  /** Where it is mounted. */
  readonly path: string;
  readonly #image: string;

  private constructor(folder: string) {
    this.path = join(folder, 'disk');
    this.#image = join(folder, 'image');
  }

  /** Makes one in a folder that is the caller's to remove. */
  static async make(folder: string): Promise<LossyDisk> {
    const disk = new LossyDisk(folder);
    await writeFile(disk.#image, '');
    await truncate(disk.#image, BYTES);
    await mkdir(disk.path);
    run('mkfs.ext4', '-q', '-F', disk.#image);
    disk.#mount();
    return disk;
  }

  /** From here on nothing reaches it, and writing to it fails. */
  losePower(): void {
    run('perl', '-e', SHUTDOWN, this.path);
  }

  /** Power is back. Nobody may have a file of it open. */
  restart(): void {
    this.unmount();
    this.#mount();
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#image, this.path);
  }

  unmount(): void {
    run('umount', this.path);
  }
}
