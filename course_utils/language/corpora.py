"""Text that is on every reader's machine: the source of Python's standard library and its language reference."""
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from ..ground.arguments import takes, text
from ..tasks.vocabulary import Vocabulary

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
CHARACTERS = Vocabulary("\n" + "".join(map(chr, range(ord(" "), ord("~") + 1))) + UNKNOWN, unknown=UNKNOWN)

TRAIN = """
argparse ast asyncio.base_events asyncio.events asyncio.streams asyncio.tasks base64 bdb calendar cmd code
concurrent.futures.process configparser contextlib copy csv dataclasses difflib dis doctest email.charset
email.generator email.header email.message email.utils enum filecmp fileinput fnmatch ftplib functools getopt gettext
glob graphlib gzip hashlib hmac html.parser http.client http.cookiejar http.server imaplib importlib.metadata inspect
ipaddress json.decoder linecache logging logging.config logging.handlers mailbox mimetypes modulefinder
multiprocessing.connection multiprocessing.managers multiprocessing.pool netrc numbers optparse pdb pickle pickletools
pkgutil platform plistlib poplib pprint profile pydoc queue quopri random reprlib sched selectors shelve shutil
smtplib socket socketserver ssl subprocess symtable sysconfig tabnanny tarfile tempfile threading timeit tokenize
trace traceback tracemalloc types typing unittest.case unittest.loader unittest.mock unittest.runner urllib.parse
urllib.request urllib.robotparser uuid warnings wave weakref webbrowser wsgiref.handlers xml.dom.expatbuilder
xml.dom.minidom xml.etree.ElementTree xml.sax.saxutils xmlrpc.client xmlrpc.server zipapp""".split()
TEST = "bisect fractions heapq http.cookies json.encoder shlex statistics textwrap".split()  # not to be trained on
EVERY = 10  # each tenth topic of the language reference is for testing, without what other topics say too


@takes(part=text)
@lru_cache(maxsize=2)
def python_text(part="train"):
    """The characters of the standard library's modules TRAIN or TEST and of the language reference's topics, nine in
    ten of them for training, module and topic in turn, so that both kinds are everywhere in the text. No paragraph of
    a topic is in both parts: they repeat one another here and there.

    The text differs a little between versions of Python; a module that this one lacks is left out. Raises ValueError
    for another part, FileNotFoundError if the library's source is not there at all.
    """
    if part not in ("train", "test"):
        raise ValueError(f"part is {part!r}, expected train or test")
    modules = [text for name in (TRAIN if part == "train" else TEST) if (text := module_source(name))]
    if not modules:
        raise FileNotFoundError("the standard library's source is not on this machine, only its compiled form")
    topics = [text for _, text in sorted(reference().items())]
    kept = [text for k, text in enumerate(topics) if k % EVERY]
    known = {line.strip() for text in kept for line in text.splitlines()}
    topics = kept if part == "train" else [_without(text, known) for text in topics[::EVERY]]
    share = len(topics) / len(modules)
    pieces = [[text, *topics[round(k * share):round((k + 1) * share)]] for k, text in enumerate(modules)]
    return "\n".join(text for piece in pieces for text in piece)


def _without(text, known, shortest=30):
    """A text without the paragraphs that hold a known line: topics of the reference repeat one another."""
    return "\n\n".join(paragraph for paragraph in text.split("\n\n") if not any(
        len(line) > shortest and line in known for line in map(str.strip, paragraph.splitlines())))


@takes(name=text)
def module_source(name):
    """The source of a module as text, None if there is none to be read."""
    try:
        spec = find_spec(name)
    except ImportError:  # its package is not there
        return None
    return spec.loader.get_source(name) if spec and hasattr(spec.loader, "get_source") else None


def reference():
    """{topic: text} of the language reference that `help()` shows; empty where it was not installed."""
    try:
        return import_module("pydoc_data.topics").topics
    except ImportError:
        return {}
