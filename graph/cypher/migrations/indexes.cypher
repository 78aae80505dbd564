SHOW INDEXES YIELD type, labelsOrTypes, properties, state
