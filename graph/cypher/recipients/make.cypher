// Whom an enterprise has something delivered to: its own, and one of a name.
WITH $recipient AS recipient
WHERE recipient.owner = $scope.enterprise
CREATE (r:Recipient {id: recipient.id})
SET r += recipient
RETURN count(r) AS made
