"""What every room stands on: clear errors for bad input, files that are whole, and what reads them, and places."""
