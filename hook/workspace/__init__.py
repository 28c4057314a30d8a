"""From files to desired objects: layout, index, placeholders, environments, metadata."""
