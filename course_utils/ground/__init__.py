"""What every room stands on: clear errors for bad input, files that are whole, their arrays and tables, and where the course lies."""
