"""smlint's own manifest format."""
