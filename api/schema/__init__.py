"""The GraphQL types; nothing here does I/O but through the resolvers."""
