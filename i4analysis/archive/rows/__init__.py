"""What a format may give: values, cells and the sink that makes them rows."""
