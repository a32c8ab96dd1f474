"""The national catalogue of procedures: read from several shapes, brought into one, kept in versions, searched."""
