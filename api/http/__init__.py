"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/).

request     a GraphQL request out of an HTTP one
operation   parsed and validated operations, kept for the next time
limits      depth, aliases and cost of an operation
responses   results and errors as JSON, with the right status
endpoint    all of it in order
"""
