"""Paper in, clean pages, text, field readings and an archive PDF out: see `pipeline.digitise`."""
