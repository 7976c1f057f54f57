/** Deleting a stack: its resources in reverse, but for those that are to be retained. */
import { removeResource } from './deploy';
import { usersOf } from './outputs';
import { type Engine, setResourceStatus, setStackStatus, type StackRecord } from './stack-record';

export interface DeleteOptions {
  /** Logical ids to leave in place, of a stack whose deletion has failed (DeleteStack, RetainResources). */
  readonly retain?: readonly string[];
  /** A creation around this stack is being taken back. */
  readonly rollback?: boolean;
}

/** Ends in DELETE_COMPLETE, or in DELETE_FAILED with the resources that are left. Never throws for what AWS refuses. */
export async function deleteStack(
  engine: Engine,
  record: StackRecord,
  { retain = [], rollback = false }: DeleteOptions = {},
): Promise<void> {
  const { state } = engine.context;
  setStackStatus(engine, record, 'DELETE_IN_PROGRESS', 'User Initiated');
  const used = [...state.exports].flatMap(([name, { exportingStackId }]) =>
    exportingStackId === record.stackId ? usersOf(engine, name).map((user) => ({ name, user })) : [],
  );
  const [first] = used;
  if (first !== undefined) {
    setStackStatus(
      engine,
      record,
      'DELETE_FAILED',
      `Export ${first.name} cannot be deleted as it is in use by ${first.user}`,
    );
    return;
  }
  const left: string[] = [];
  for (const resource of [...record.resources.values()].toReversed()) {
    const { logicalId, physicalId, type, deletionPolicy } = resource;
    const retained = !rollback && (deletionPolicy === 'Retain' || deletionPolicy === 'RetainExceptOnCreate');
    if (retained || retain.includes(logicalId)) {
      setResourceStatus(engine, record, { logicalId, physicalId, type, status: 'DELETE_SKIPPED' });
      record.resources.delete(logicalId);
      continue;
    }
    const problem = await removeResource(engine, record, resource, { rollback });
    if (problem === null) record.resources.delete(logicalId);
    else left.push(problem);
  }
  if (left.length > 0) {
    const names = [...record.resources.keys()].join(', ');
    setStackStatus(
      engine,
      record,
      'DELETE_FAILED',
      `The following resource(s) failed to delete: [${names}]. ${left.join(' ')}`,
    );
    return;
  }
  for (const [name, { exportingStackId }] of state.exports)
    if (exportingStackId === record.stackId) state.exports.delete(name);
  record.imports.clear();
  setStackStatus(engine, record, 'DELETE_COMPLETE');
}
