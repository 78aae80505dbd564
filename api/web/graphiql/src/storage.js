/**
 * GraphiQL's memory, kept for the life of the browser tab only, since its tabs hold tokens. The keys carry a fingerprint of the
 * page's questions: after the demo has started anew, old tabs with tokens that no longer hold do not come back.
 */
export function createStorage(config, tabs) {
  const prefix = `milkline:${fingerprint(JSON.stringify(config))}:`;
  const store = window.sessionStorage;
  const own = () => Object.keys(store).filter((key) => key.startsWith(prefix));
  const storage = {
    getItem: (key) => store.getItem(prefix + key),
    setItem: (key, value) => store.setItem(prefix + key, value),
    removeItem: (key) => store.removeItem(prefix + key),
    clear: () => own().forEach((key) => store.removeItem(key)),
    get length() {
      return own().length;
    },
  };
  showActiveTab(storage, tabs);
  return storage;
}

// GraphiQL 4 fills its editors from three keys beside its tabs, and matches a tab with them. On a first visit they are empty, and it
// empties the headers itself while it loads: without this the first tab lacks its token, and each reload adds a tab.
function showActiveTab(storage, tabs) {
  const stored = JSON.parse(storage.getItem("graphiql:tabState") ?? "null");
  const active = stored?.tabs[stored.activeTabIndex] ?? tabs[0];
  for (const part of ["query", "variables", "headers"]) storage.setItem(`graphiql:${part}`, active[part] ?? "");
}

function fingerprint(text) {
  let hash = 5381;
  for (let i = 0; i < text.length; i += 1) hash = ((hash * 33) ^ text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}
