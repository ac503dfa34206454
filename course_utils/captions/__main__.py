"""python -m course_utils.captions --out data/captions.npz"""
import argparse
import sys

from .archive import build


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_utils.captions",
                                     description="Train the eye and the captioners of notebook 15.")
    parser.add_argument("--out", required=True, help="file of weights (.npz); the table (.csv) is put beside it")
    asked = parser.parse_args(arguments)
    try:
        rows = build(asked.out)
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on from here")
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    print(f"{asked.out}: {len(rows)} captioners")


if __name__ == "__main__":
    main()
