"""Captions for pictures of handwritten digits: pictures, sentences, an eye, captioners, and what words rest on."""
from .archive import check_slice, load_archive, single
from .captioner import FEEDS, Captioner, forward, init_captioner
from .decoding import Caption, beam, greedy
from .encoder import Eye, PrincipalComponents, init_eye, principal_components
from .explain import arrival, explain, on_digits
from .gradcheck import check_captioner
from .layers import affine, affine_back, embed, embed_back
from .mistakes import misnamed, mistakes
from .namer import Namer, init_namer
from .pictures import draw_images, images_of, render, warp
from .scenes import DIGITS, LAYOUTS, Scene, all_scenes, held_out, parse, sentence
from .stored import KINDS, SEEDS, Kind, all_right, judge, right, train_captioner, train_namer
from .task import Captioned, Captions, Naming, Seen, likeliest_next
from .vocabulary import END, LONGEST, NULL, START, WORDS, decode, encode

__all__ = ["DIGITS", "END", "FEEDS", "KINDS", "LAYOUTS", "LONGEST", "NULL", "SEEDS", "START", "WORDS", "Caption",
           "Captioned", "Captioner", "Captions", "Eye", "Kind", "Namer", "Naming", "PrincipalComponents", "Scene",
           "Seen", "affine", "affine_back", "all_right", "all_scenes", "arrival", "beam", "check_captioner",
           "check_slice", "decode", "draw_images", "embed", "embed_back", "encode", "explain", "forward", "greedy",
           "held_out", "images_of", "init_captioner", "init_eye", "init_namer", "judge", "likeliest_next",
           "load_archive", "misnamed", "mistakes", "on_digits", "parse", "principal_components", "render", "right",
           "sentence", "single", "train_captioner", "train_namer", "warp"]
