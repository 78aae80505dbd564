"""Tokens of an OpenID provider: its keys by discovery, its claims as an actor."""
