"""Editions of the notebooks: the reader's own copy and a JupyterLab that opens it, and the practice edition, with the
derivations left to write."""
