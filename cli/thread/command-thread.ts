/** The thread in which a command does its work. It may be ended at any time, whatever it is doing. */
import { parentPort, workerData } from 'node:worker_threads';
import { runAction } from '../run-action.ts';
import type { Order, ThreadMessage } from './messages.ts';
import { threadSurroundings } from './thread-surroundings.ts';

if (parentPort === null) throw new Error('this file is the entry of a thread');
const order = workerData as Order;
const { surroundings, output } = threadSurroundings(parentPort, order);
const status = await runAction(order.action, surroundings);
parentPort.postMessage({ kind: 'end', status, text: output.kept } satisfies ThreadMessage);
