/** Sends one operation and gives back its JSON, whatever the HTTP status: a GraphQL error says more than a status does. */
export function createFetcher(endpoint) {
  return async (operation, { headers = {} } = {}) => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...withoutHint(headers),
      },
      body: JSON.stringify(operation),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return { errors: [{ message: `HTTP ${response.status} ${response.statusText}; the answer is not JSON: ${text.slice(0, 200)}` }] };
    }
  };
}

// The placeholder "Bearer <token>" shows where a token goes. Sent as it stands it would be refused as a bad token.
function withoutHint(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== "Bearer <token>"));
}
