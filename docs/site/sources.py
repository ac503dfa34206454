"""Pages for the files and folders that others link to: each shows the text of its files."""
LEXERS = {".py": "python", ".toml": "toml", ".yml": "yaml", ".json": "json"}  # Pygments can't read all CSS
HEAD = "---\norphan: true\nnosearch: true\n---\n"
FENCE = "`" * 8
MOST = 200_000  # bytes; data is not shown


def write_sources(links, folder):
    """Write the pages that were asked for, and those that these ask for."""
    done = set()
    while missing := links.asked - done:
        for path in sorted(missing):
            target = folder / links.page(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(page(links, path), encoding="utf-8")
            done.add(path)


def page(links, path):
    """The page of a file, or of a folder with all its files."""
    place = links.root / path
    if place.is_file():
        return f"{HEAD}# `{path}`\n\n{listing(place)}\n"
    entries = sorted(entry for entry in place.iterdir() if not entry.name.startswith((".", "_" * 2 + "pycache")))
    folders = [f"- [`{entry.name}/`]({entry.name})" for entry in entries if entry.is_dir()]
    files = [f"## `{entry.name}`\n\n{listing(entry)}" for entry in entries if entry.is_file()]
    text = "\n\n".join(["\n".join(folders), *files])
    return f"{HEAD}# `{path}/`\n\n" + links.rewrite(text, f"{path}/.", f"source/{path}.md")


def listing(place):
    """The text of a file as a block of code."""
    try:
        text = place.read_text(encoding="utf-8") if place.stat().st_size <= MOST else None
    except UnicodeDecodeError:
        text = None
    return f"{FENCE}{LEXERS.get(place.suffix, 'text')}\n{text}\n{FENCE}" if text else "*Not shown here.*"
