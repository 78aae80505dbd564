"""Records in spreadsheets (XLSX): a sheet a kind, a row a record, under headings in Chinese or of the schema."""
