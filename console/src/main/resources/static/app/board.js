/**
 * @typedef {{name: string, version: string, state: string, contextLength: number, slots: number, active: number,
 *   parked: number, queued: number, tokensPerSecond: number, problem: string | null}} ReplicaModel
 * @typedef {{id: string, url: string, stale: boolean, draining: boolean, device: string, memoryBytes: number,
 *   models: ReplicaModel[]}} Replica
 * @typedef {{name: string, version: string, contextLength: number, ready: number, replicas: number, slots: number,
 *   active: number, queued: number, tokensPerSecond: number, problem: string | null}} LoadedModel
 */

/**
 * Adds up what the live replicas say about each version of each model.
 *
 * @param {Replica[]} replicas
 * @returns {LoadedModel[]} by name and version
 */
export function loadedModels(replicas) {
  const found = new Map();
  for (const replica of replicas.filter((each) => !each.stale)) {
    for (const model of replica.models) {
      const key = JSON.stringify([model.name, model.version]);
      found.set(key, joined(found.get(key), model));
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

/** @returns {LoadedModel} */
function joined(sum, model) {
  const { name, version, contextLength } = model;
  const before = sum ?? { ready: 0, replicas: 0, slots: 0, active: 0, queued: 0, tokensPerSecond: 0, problem: null };
  return {
    name,
    version,
    contextLength,
    ready: before.ready + (model.state === 'ready' ? 1 : 0),
    replicas: before.replicas + 1,
    slots: before.slots + model.slots,
    active: before.active + model.active,
    queued: before.queued + model.queued,
    tokensPerSecond: before.tokensPerSecond + model.tokensPerSecond,
    problem: before.problem ?? model.problem,
  };
}

/** @param {Replica} replica */
export function replicaState(replica) {
  if (replica.stale) return 'stale';
  return replica.draining ? 'draining' : 'live';
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return bytes > 0 ? `${Math.round(bytes / 1_000_000).toLocaleString('en')} MB` : '–';
}
