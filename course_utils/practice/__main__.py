"""python -m course_utils.practice --out practice: write the practice edition."""
from .editions import main

if __name__ == "__main__":
    main()
