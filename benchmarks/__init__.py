"""What the course takes, measured: README.md says what came out, METHOD.md how it is measured.

Each script is started from the folder above this one, by `python -m benchmarks.FOLDER.SCRIPT`.
"""
