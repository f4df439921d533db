// Many starts over one stream.
//
//   M1  A start is under way from its request until the transport has taken its answer. At most WINDOW are at a time:
//       beyond that the stream is not read, and the transport's flow control reaches the caller.
//   M2  Starts do not wait for one another; each is answered when it is done.
//   M3  Once the caller has ended its side, the stream ends after the last answer.

import type { ServerDuplexStream } from '@grpc/grpc-js';
import type {
  InstanceServiceStartManyRequest,
  InstanceServiceStartManyResponse,
} from '../../../proto/gen/baton/v1/instance.ts';
import { startError } from '../mapping/fault.ts';
import { startRequest } from '../mapping/request.ts';
import type { Call, Started } from '../service.ts';
import {
  ANSWER_WITHIN_MS,
  callerOf,
  type Door,
  deadlineOf,
  END_WITHIN_MS,
  faultFor,
} from './calls.ts';

type Stream = ServerDuplexStream<InstanceServiceStartManyRequest, InstanceServiceStartManyResponse>;

/** Starts under way on one stream, at most: one stream alone does not fill the mailbox of a workflow. */
const WINDOW = 1_000;

/** Serves one stream. */
export function startMany(door: Door, stream: Stream): void {
  const starts = new ManyStarts(door, stream);
  stream.on('data', (request: InstanceServiceStartManyRequest) => starts.take(request));
  stream.on('end', () => starts.finish());
  stream.on('cancelled', () => starts.abandon());
  stream.on('error', () => starts.abandon());
}

class ManyStarts {
  readonly #door: Door;
  readonly #stream: Stream;
  /** The stream's deadline, or when those that await an end without one give up. */
  readonly #deadlineMs: number;
  #underWay = 0;
  #isFinished = false;
  #isAbandoned = false;

  constructor(door: Door, stream: Stream) {
    this.#door = door;
    this.#stream = stream;
    this.#deadlineMs = deadlineOf(door, stream, Number.POSITIVE_INFINITY);
  }

  take(request: InstanceServiceStartManyRequest): void {
    this.#underWay++;
    if (this.#underWay >= WINDOW) this.#stream.pause(); // M1
    const { correlationId } = request;
    this.#start(request).then(
      ({ instanceId, runId, uuid, status }) =>
        this.#answer({ correlationId, instanceId, runId, uuid, status, error: undefined }),
      (error: unknown) => this.#refuse(correlationId, error),
    );
  }

  /** The caller has no more requests. */
  finish(): void {
    this.#isFinished = true;
    this.#endIfDone();
  }

  /** Nobody listens any more. What is under way goes on. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  async #start(request: InstanceServiceStartManyRequest): Promise<Started> {
    const { instance, monotonicMs } = this.#door.services;
    const withinMs = request.awaitEnd ? END_WITHIN_MS : ANSWER_WITHIN_MS;
    const call: Call = {
      caller: callerOf(this.#stream, request.user),
      deadlineMs: Math.min(this.#deadlineMs, monotonicMs() + withinMs),
    };
    const start = startRequest(request);
    return request.awaitEnd ? instance.run(call, start) : instance.start(call, start);
  }

  #refuse(correlationId: number, error: unknown): void {
    const refusal = startError(faultFor(this.#door, error));
    const nothing = { instanceId: 0, runId: 0, uuid: '', status: '' };
    this.#answer({ correlationId, ...nothing, error: refusal });
  }

  #answer(answer: InstanceServiceStartManyResponse): void {
    if (this.#isAbandoned) this.#underWay--;
    else this.#stream.write(answer, this.#taken);
  }

  readonly #taken = (): void => {
    this.#underWay--;
    if (this.#underWay === WINDOW - 1) this.#stream.resume();
    this.#endIfDone();
  };

  #endIfDone(): void {
    if (this.#isFinished && this.#underWay === 0 && !this.#isAbandoned) this.#stream.end(); // M3
  }
}
