// The folder of an embedded store: `data.mdb`, `format` and `lock`.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { ClusterError } from '../core/errors.ts';

export interface DataFolder {
  readonly dataFile: string;
  /** Is there no room for a commit? */
  isFull(): Promise<boolean>;
  hasData(): Promise<boolean>;
  /** Makes the data file durable, whoever wrote it. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes sure of a folder for this process.
 * @param format the newest version this Baton knows, written into a new folder
 */
export async function openFolder(directory: string, format: number): Promise<DataFolder> {
  await mkdir(directory, { recursive: true });
  const lock = await open(join(directory, 'lock'), constants.O_RDWR | constants.O_CREAT);
  try {
    if (!tryLock(lock.fd)) {
      throw new ClusterError('store-locked', 'another process has the data folder open', {
        details: { directory },
      });
    }
    await checkFormat(directory, format);
    const dataFile = join(directory, 'data.mdb');
    await checkData(dataFile);
    return {
      dataFile,
      isFull: () => isFull(directory),
      hasData: async () => (await stat(dataFile).catch(absent)) !== undefined,
      async flush() {
        await flushAndClose(await open(dataFile, 'r+'));
        await flushAndClose(await open(directory, constants.O_RDONLY));
      },
      close: () => lock.close(),
    };
  } catch (error) {
    await lock.close();
    throw error;
  }
}

/** The data file of a folder that exists, for a reader that takes no lock. */
export async function findData(directory: string, format: number): Promise<string> {
  const dataFile = join(directory, 'data.mdb');
  if ((await stat(dataFile).catch(absent)) === undefined) {
    throw new ClusterError('store-unavailable', 'there is no store in the folder', {
      details: { directory },
    });
  }
  await checkFormat(directory, format);
  await checkData(dataFile);
  return dataFile;
}

/** Room of a disk that is as good as full, in bytes: less than the largest batch. */
const ROOM = 8 * 1024 * 1024;

async function isFull(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize < ROOM;
}

async function checkFormat(directory: string, format: number): Promise<void> {
  const path = join(directory, 'format');
  const text = await readFile(path, 'utf8').catch(absent);
  if (text === undefined) {
    await writeFormat(directory, path, format);
    return;
  }
  const found = /^baton (\d+)\n$/.exec(text)?.[1];
  if (found === undefined) {
    throw new ClusterError('store-corrupt', `${path} does not say which format the folder has`);
  }
  if (Number(found) > format) {
    throw new ClusterError(
      'store-version',
      `the data folder has format ${found}, written by a newer version; this one knows ${format}`,
      { details: { found: Number(found), known: format, directory } },
    );
  }
}

/** A rename is the moment at which the folder has a format; the folder's own entry is flushed after it. */
async function writeFormat(directory: string, path: string, format: number): Promise<void> {
  const file = await open(`${path}.new`, 'w');
  await file.writeFile(`baton ${format}\n`);
  await flushAndClose(file);
  await rename(`${path}.new`, path);
  await flushAndClose(await open(directory, constants.O_RDONLY));
}

async function flushAndClose(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where LMDB's two meta pages have their magic number. */
const PAGE = 4_096;
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;

/** Looks at the meta pages, because LMDB ends the process over some that are garbage. */
async function checkData(path: string): Promise<void> {
  const file = await open(path, 'r').catch(absent);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    if (size === 0) return;
    const pages = Buffer.alloc(2 * PAGE);
    const { bytesRead } = await file.read(pages, 0, pages.length, 0);
    const isWhole = bytesRead === pages.length && size % PAGE === 0;
    const isKnown = [0, PAGE].some((page) => pages.readUInt32LE(page + MAGIC_AT) === MAGIC);
    if (isWhole && isKnown) return;
    throw new ClusterError('store-corrupt', `${path} is cut short or no data file of ours`, {
      details: { bytes: size },
    });
  } finally {
    await file.close();
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
