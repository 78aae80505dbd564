// A clock for each enterprise that has captured events.
MATCH (n:EpcisEvent)
WITH n.owner AS owner, max(n.recordedAt) AS last
MERGE (c:EventClock {owner: owner})
ON CREATE SET c.last = last
RETURN count(c) AS made
