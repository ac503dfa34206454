"""The machines that readers may have, as settings that this one can take on."""
import os
import subprocess
from dataclasses import dataclass, field

from benchmarks.machines.proofs import dispatched

BASELINE = ("SSE", "SSE2", "SSE3", "SSSE3", "SSE41", "POPCNT", "SSE42", "X86_V2")
AVX2 = (*BASELINE, "AVX", "F16C", "FMA3", "AVX2", "X86_V3")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
NO_UTF8 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
APART = ("unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-c",
         'mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && ip link set lo up && exec "$@"', "sh")


@dataclass(frozen=True)
class Setting:
    """claims: what must be true in a kernel, (function of proofs.py, arguments …). environment: variables that
    bring it about. folder: the checkout's name. charset: of a locale to be made and used, as (locale, charset).
    prefix: a command that starts another in the setting. units: run the unit tests as well."""

    name: str
    claims: tuple
    environment: dict = field(default_factory=dict)
    folder: str = "course"
    charset: tuple = ()
    prefix: tuple = ()
    units: bool = False

    def variables(self, root, scratch):
        """The whole environment of a run in the checkout `root`; may write into the folder `scratch`."""
        usual = os.environ | dict.fromkeys(THREADS, "1") | {"PYTHONPATH": str(root), "TMPDIR": str(scratch)}
        return usual | self.environment | (made_locale(*self.charset, scratch) if self.charset else {})

    def place(self):
        """The checkout's name as the bytes that someone with the setting's locale would have written."""
        return os.fsdecode(self.folder.encode(self.charset[1] if self.charset else "utf-8"))

    def all_claims(self):
        """The claims, and that the course is the checkout's."""
        named = (("folder", "ROOT", self.folder),) if self.folder != "course" else ()
        return (("course", "ROOT"), *named, *self.claims)


def made_locale(name, charset, folder):
    """Variables that set a locale, compiled into `folder`: few machines have any but UTF-8 ones."""
    place = os.path.join(folder, f"{name}.{charset}")
    subprocess.run(["localedef", "-i", name, "-f", charset, place], check=True, capture_output=True, text=True)
    return {"LOCPATH": str(folder), "LC_ALL": f"{name}.{charset}"} | NO_UTF8


def processor(name, allowed, kernels, threads=1):
    """A setting in which NumPy and OpenBLAS take this processor for an older one."""
    off = [feature for feature, on in dispatched().items() if on and feature not in allowed]
    number = dict.fromkeys(THREADS, str(threads))
    return Setting(name, (("features", allowed), ("blas", kernels, threads)),
                   {"NPY_DISABLE_CPU_FEATURES": " ".join(off), "OPENBLAS_CORETYPE": kernels} | number)


def settings():
    """All settings: a reader's surroundings, then processors."""
    return (
        Setting("GBK, Shanghai", (("encoding", "gbk"), ("time_zone", "Asia/Shanghai", 28800)),
                {"TZ": "Asia/Shanghai"}, "梯度 消失", ("zh_CN", "GBK"), units=True),
        Setting("read-only, no network", (("read_only", "ROOT"), ("no_network",)), folder="my course 梯度",
                prefix=APART, units=True),
        Setting("plain ASCII, Newfoundland", (("encoding", "ascii"), ("time_zone", "America/St_Johns", -12600)),
                {"LC_ALL": "C", "TZ": "America/St_Johns"} | NO_UTF8, units=True),
        processor("neither AVX-512 nor AVX2", BASELINE, "Nehalem"),
        processor("no AVX-512, two BLAS threads", AVX2, "Haswell", threads=2),
        Setting("OpenBLAS for AVX-512", (("blas", "SkylakeX", 1),), {"OPENBLAS_CORETYPE": "SkylakeX"}))
