// Lists that come in pages.

import { CommandFailure, EXIT } from './exit-code.ts';
import { readJson } from './json-value.ts';

interface ListPage {
  readonly items: readonly string[];
  readonly next: string;
}

const PAGE_LIMIT = 200;

/** Reads pages until there are `limit` items or no more. */
export async function readPages(
  limit: number,
  read: (page: { readonly pageSize: number; readonly pageToken: string }) => Promise<ListPage>,
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let pageToken = '';
  do {
    const page = await read({ pageSize: Math.min(PAGE_LIMIT, limit - found.length), pageToken });
    found.push(...page.items.map(readJson));
    if (page.next === pageToken && page.next !== '') {
      throw new CommandFailure(EXIT.unreachable, 'the node answers the same page again');
    }
    pageToken = page.next;
  } while (pageToken !== '' && found.length < limit);
  return found;
}
