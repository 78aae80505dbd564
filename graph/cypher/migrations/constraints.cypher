SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties
