"""The authorization server over HTTP: its endpoints for programs, and its one page for people."""
