// Prints, as JSON, what each of graphql-http's server audits says of the endpoint named on the command line.
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
// GET requests carry a header that a page of another site cannot send unasked
const fetchFn = (to, init) => fetch(to, { ...init, headers: { ...init?.headers, 'GraphQL-Require-Preflight': '1' } });
const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  results.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason ?? null });
}
process.stdout.write(JSON.stringify(results));
