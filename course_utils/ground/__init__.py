"""What every room stands on: clear errors for bad input, files that are whole, and where the course lies."""
