"""Any file as bytes, lines and cells: what lies outside a format."""
