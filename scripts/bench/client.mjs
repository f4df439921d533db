// What a benchmark says to a node, over gRPC as a client would.

import { credentials } from '@grpc/grpc-js';
import { InstanceServiceClient } from '../../dist/proto/gen/baton/v1/instance.js';
import { WorkflowServiceClient } from '../../dist/proto/gen/baton/v1/workflow.js';

/** A chain of steps of one type. */
export function chain(id, count, step = { type: 'NoOp' }, properties = {}, workflow = {}) {
  const steps = Array.from({ length: count }, (_, index) => ({
    step: {
      id: `s${index + 1}`,
      ...step,
      ...(index + 1 < count ? { transition: { successors: { [`s${index + 2}`]: 'true' } } } : {}),
    },
  }));
  return {
    properties: {
      owner: 'bench',
      run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1000 },
      ...properties,
    },
    workflow: { id, ...workflow, steps },
  };
}

export class BenchClient {
  constructor(address) {
    this.instances = new InstanceServiceClient(address, credentials.createInsecure());
    this.workflows = new WorkflowServiceClient(address, credentials.createInsecure());
  }

  push(definition) {
    return new Promise((resolve, reject) => {
      const request = { definitionJson: JSON.stringify(definition), user: 'bench', requestId: '' };
      this.workflows.push(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  /** One start, answered when it is stored. */
  start(workflowId) {
    return new Promise((resolve, reject) => {
      const request = {
        workflowId,
        version: 'latest',
        requestId: '',
        runParamsJson: '',
        user: 'bench',
      };
      this.instances.start(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  /**
   * Starts over one stream with so many unanswered at a time.
   * @param {{ workflows: readonly string[], count: number, window: number, awaitEnd: boolean }} load
   * @returns {Promise<number[]>} milliseconds from request to answer, in the order of the answers
   */
  startMany({ workflows, count, window, awaitEnd }) {
    const stream = this.instances.startMany();
    const sentAt = new Map();
    const took = [];
    let sent = 0;
    const send = () => {
      const correlationId = ++sent;
      sentAt.set(correlationId, performance.now());
      stream.write({
        correlationId,
        workflowId: workflows[correlationId % workflows.length],
        version: 'latest',
        requestId: '',
        runParamsJson: '',
        user: 'bench',
        awaitEnd,
      });
    };
    return new Promise((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', (answer) => {
        if (answer.error) return reject(new Error(answer.error.message));
        took.push(performance.now() - (sentAt.get(answer.correlationId) ?? 0));
        sentAt.delete(answer.correlationId);
        if (sent < count) send();
        else if (took.length === count) {
          stream.end();
          resolve(took);
        }
      });
      while (sent < Math.min(window, count)) send();
    });
  }

  close() {
    this.instances.close();
    this.workflows.close();
  }
}
