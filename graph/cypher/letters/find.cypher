// Letters of the viewer's enterprise that were given up, of those asked for.
UNWIND $ids AS id
MATCH (l:Letter {id: id})
WHERE l.owner = $scope.enterprise AND l.state = 'DEAD'
RETURN collect([l.id, l.recipient, l.owner, l.of]) AS found
