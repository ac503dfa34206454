"""Links: where the files of the repository are on the web."""
import posixpath
import re

LINK = re.compile(r"(?<=\]\()([^)\s#]+)(#[^)\s]*)?(?=\))")
BARE = re.compile(r"(?<![(<\[\w])https?://[^\s)>]*[^\s)>.,;]")
FENCE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.S | re.M)


class Links:
    """Which page stands for which file. `asked` collects the files that have no page of their own,
    `pictures` those that a page shows."""

    def __init__(self, root, pages):
        self.root, self.pages, self.asked, self.pictures = root, pages, set(), set()

    def page(self, path):
        """The source of the page that stands for a path below the root: one of `pages`, or one that lists the file."""
        if path in self.pages:
            return self.pages[path]
        if not (self.root / path).exists():
            raise ValueError(f"a link leads to {path}, which is not there")
        self.asked.add(path)
        return f"source/{path}.md"

    def rewrite(self, text, source, page=None):
        """The Markdown of the file `source`, its links leading to pages; `page` is where it stands on the web."""
        parts = FENCE.split(text)
        parts[::2] = [LINK.sub(lambda link: self.target(link, source, page or self.pages[source]),
                               BARE.sub(r"<\g<0>>", part)) for part in parts[::2]]
        return "".join(parts)

    def target(self, link, source, page):
        """What a link leads to on the web."""
        if "://" in link[0] or link[0].startswith("mailto:"):
            return link[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        if path.endswith((".png", ".svg")):
            self.pictures.add(path)
            return posixpath.basename(path)
        return posixpath.relpath(self.page(path), posixpath.dirname(page) or ".") + (link[2] or "")
