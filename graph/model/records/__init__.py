"""What an enterprise may record, one module a noun: the fields of the mutation, as checked, in the form the graph keeps."""
