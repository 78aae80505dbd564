// How many entries there are about what the viewer itself read and did.
MATCH (a:AccessEntry)
WHERE a.reader = $reader AND a.id > '' AND ($scope.enterprise = '' OR a.enterprise = $scope.enterprise)
RETURN count(a) AS total
