"""The project's own authorization server: who may have tokens, the flows by which they get them, and the keys that sign them.

Off unless asked for. OAuth 2.0 by authlib; kept in one SQLite file in the data folder. Everything here blocks: the API calls it
from worker threads.
"""
