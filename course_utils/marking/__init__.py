"""Marking students' notebooks: `python -m course_utils.mark FOLDER --out marks.csv`.

    submissions   which notebooks there are, and which exercises they hold; nothing in them runs here
    workplace     a private copy of the course for one student, and whether the course itself was touched
    session       a kernel in a process of its own, with limits; `kernel` is what starts inside it
    remote        runs the student's answers on the cases, inside the kernel; `transfer` reads what it wrote
    marks         a row for each student

The verdict is found here, from the numbers that the student's process hands over: whatever a notebook does to the
checks in its own process, it cannot change what is written in the table.
"""
