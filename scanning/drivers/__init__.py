"""One module per kind of source: a folder, and invented papers for where there is no device."""
