"""Figures of the unit tests are drawn without a window. (Not by MPLBACKEND: a notebook's kernel would inherit it.)"""
import matplotlib

matplotlib.use("agg")
