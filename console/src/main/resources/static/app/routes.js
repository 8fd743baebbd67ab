/**
 * The pages: `#name/detail` in the address. Each is loaded when it is first opened.
 *
 * @typedef {{name: string, title: string, key: string, tag: string, load: () => Promise<unknown>}} Route
 * @type {Route[]}
 */
export const ROUTES = [
  { name: 'overview', title: 'Overview', key: 'o', tag: 'rivulet-overview', load: () => import('./pages/overview.js') },
  { name: 'playground', title: 'Playground', key: 'p', tag: 'rivulet-playground', load: () => import('./pages/playground.js') },
  { name: 'models', title: 'Models', key: 'm', tag: 'rivulet-models', load: () => import('./pages/models.js') },
  { name: 'rollouts', title: 'Rollouts', key: 'l', tag: 'rivulet-rollouts', load: () => import('./pages/rollouts.js') },
  { name: 'replicas', title: 'Replicas', key: 'r', tag: 'rivulet-replicas', load: () => import('./pages/replicas.js') },
  { name: 'federations', title: 'Federations', key: 'f', tag: 'rivulet-federations', load: () => import('./pages/federations.js') },
  { name: 'events', title: 'Events', key: 'e', tag: 'rivulet-events', load: () => import('./pages/events.js') },
  { name: 'keys', title: 'Keys', key: 'k', tag: 'rivulet-keys', load: () => import('./pages/keys.js') },
  { name: 'config', title: 'Config', key: 'c', tag: 'rivulet-config', load: () => import('./pages/config.js') },
];

/**
 * @param {string} hash
 * @returns {{route: Route, detail: string}} the overview for what is no page
 */
export function routed(hash) {
  const [name, ...rest] = hash.replace(/^#/, '').split('/');
  const route = ROUTES.find((each) => each.name === name) ?? ROUTES[0];
  let detail = '';
  try {
    detail = route.name === name ? decodeURIComponent(rest.join('/')) : '';
  } catch {
    // A broken address shows the page without a detail.
  }
  return { route, detail };
}
