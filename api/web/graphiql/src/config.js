/**
 * What the page tells the bundle: `window.MILKLINE`, or the JSON in `#milkline` where the page's policy allows no inline script.
 * `{endpoint: string, questions: [{title, query, variables, token?}]}`
 */
export function readConfig() {
  const block = document.getElementById("milkline");
  const given = window.MILKLINE ?? (block ? JSON.parse(block.textContent) : {});
  return { endpoint: given.endpoint ?? "/graphql", questions: given.questions ?? [] };
}

const HEADER_HINT = JSON.stringify({ Authorization: "Bearer <token>" }, null, 2);

/** The header editor's text for a tab: a token when there is one, else where to paste it, as a value that is not sent. */
export function headersFor(token) {
  return token ? JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2) : HEADER_HINT;
}

/** One tab's contents for a question. The title is a comment, so that it stays with the query when it is copied. */
export function tabFor({ title, query, variables, token }) {
  return {
    query: `# ${title}\n${query.trim()}\n`,
    variables: JSON.stringify(variables ?? {}, null, 2),
    headers: headersFor(token),
  };
}

export const WELCOME = {
  query: `# Milkline: where infant formula comes from and where it went.
#
# A token goes into the Headers tab below, as the value of "Authorization".
# Ctrl-Space completes, Ctrl-Enter runs; the book on the left holds the schema.

query Viewer {
  viewer {
    role
    enterprise {
      id
      name
    }
    permissions
  }
}
`,
  variables: "{}",
  headers: HEADER_HINT,
};
