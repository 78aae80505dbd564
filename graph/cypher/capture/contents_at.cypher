// What is directly in each package at a time (in ms), whoever owns it; which of it the caller may know is asked next.
UNWIND $rows AS row
MATCH (p:Package {id: row.id})-[s:CONTAINS]->(c:Package)
WHERE ($scope.all OR $scope.enterprise <> '') AND s.from <= row.at AND row.at < s.until
RETURN collect([row.id, row.at, c.id]) AS contents
