// What became of the documents that one enterprise captured, the newest first, but for errors, notes and records, which may be long.
MATCH (j:CaptureJob)
WHERE j.owner = $scope.enterprise AND j.id > $first AND j.id < $before
WITH j ORDER BY j.id DESC LIMIT $limit
RETURN collect({
    id: j.id, owner: j.owner, created_at: j.created_at, behaviour: j.behaviour, alive_at: j.alive_at, finished_at: j.finished_at,
    success: j.success, captured: j.captured, unchanged: j.unchanged, refused: coalesce(j.refused, 0), noted: coalesce(j.noted, 0),
    recorded: coalesce(j.recorded, 0)
}) AS jobs
