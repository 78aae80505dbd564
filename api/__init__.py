"""How the outside reaches the graph: HTTP, GraphQL, the command line and the pages."""
