"""One module per official form: values in, PDF bytes out."""
