"""Students' notebooks, run in kernels of their own, into a table with the diagnosis of each exercise."""
