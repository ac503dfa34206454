"""Small grammars for the three kinds of sentences with a gap: clouds … sky, France … French, the man … goes … his.

Every sentence comes with any number of phrases between the word that decides and the word that it decides. A phrase
has five words (a comma is one) or three, a wig four.
"""
import numpy as np

from ..ground.arguments import takes, text
from .vocabulary import Vocabulary

PLACES = {"clouds": "sky", "fish": "sea", "trains": "station", "books": "library", "cows": "meadow", "stars": "night",
          "cars": "garage", "birds": "tree"}
LANGUAGES = {"france": "french", "spain": "spanish", "china": "chinese", "italy": "italian", "japan": "japanese",
             "greece": "greek", "turkey": "turkish", "sweden": "swedish"}
PEOPLE = {"man": "he", "boy": "he", "king": "he", "woman": "she", "girl": "she", "queen": "she", "men": "they",
          "boys": "they", "kings": "they", "women": "they", "girls": "they", "queens": "they"}  # noun: what it is
VERB = {"he": "goes", "she": "goes", "they": "go"}
PRONOUN = {"he": "his", "she": "her", "they": "their"}
ASIDES = ("we had a dog ,", "the winters were long ,", "it rained a lot ,", "my aunt was kind ,",
          "there was no school ,", "nobody had a car ,", "the bread was good ,", "we sang all day ,")
NEAR = ("near the", "behind the", "beside the", "before the")  # and a noun: a person who misleads
WORDS = Vocabulary(dict.fromkeys(word for text in (
    *PLACES, *PLACES.values(), *LANGUAGES, *LANGUAGES.values(), *PEOPLE, *VERB.values(), *PRONOUN.values(), *ASIDES,
    *NEAR, "the are in . i grew up speak fluent home with dog who wore a wig") for word in text.split()))
SENTENCES = {"train": 30_000, "test": 3_000}


@takes(part=text)
def story(part="train"):
    """A long list of words: sentences of the three kinds one after the other, each with a gap of its own, drawn at
    random from a seed for each part. Raises ValueError for another part."""
    if part not in SENTENCES:
        raise ValueError(f"part is {part!r}, expected {' or '.join(SENTENCES)}")
    rng = np.random.default_rng(tuple(SENTENCES).index(part))
    return [word for _ in range(SENTENCES[part]) for word in sentence(rng).split()]


def sentence(rng):
    """One sentence: half of them of people, a quarter each of countries and of places."""
    return (people, people, countries, places)[rng.integers(4)](rng)


def people(rng):
    """the man who wore a wig near the women goes home with his dog .   Four phrases at most, and the wig."""
    noun = draw(rng, PEOPLE)
    who = PEOPLE[noun]
    near = [f"{draw(rng, NEAR)} {draw(rng, PEOPLE)}" for _ in range(rng.integers(5))]
    wig = ["who wore a wig"] if rng.random() < .3 else []
    return " ".join(["the", noun, *wig, *near, VERB[who], "home with", PRONOUN[who], "dog ."])


def countries(rng):
    """i grew up in france , we had a dog , i speak fluent french .   Three asides at most."""
    country = draw(rng, LANGUAGES)
    return " ".join(["i grew up in", country, ",", *asides(rng, 3), "i speak fluent", LANGUAGES[country], "."])


def places(rng):
    """the clouds , it rained a lot , are in the sky .   One aside at most."""
    thing = draw(rng, PLACES)
    return " ".join(["the", thing, ",", *asides(rng, 1), "are in the", PLACES[thing], "."])


def asides(rng, most):
    return [draw(rng, ASIDES) for _ in range(rng.integers(most + 1))]


def draw(rng, options):
    return list(options)[rng.integers(len(options))]


def bits_per_word():
    """The entropy of the story, in bits a word: what nobody can predict. The choices of a sentence, each equally likely
    but for the wig, over its mean length."""
    person, phrase, aside = (np.log2(n) for n in (len(PEOPLE), len(NEAR) * len(PEOPLE), len(ASIDES)))
    wig = -.3 * np.log2(.3) - .7 * np.log2(.7)
    bits = {people: person + np.log2(5) + 2 * phrase + wig, countries: np.log2(len(LANGUAGES) * 4) + 1.5 * aside,
            places: np.log2(len(PLACES) * 2) + .5 * aside}
    words = {people: 8 + 2 * 3 + .3 * 4, countries: 11 + 1.5 * 5, places: 8 + .5 * 5}
    chances = {people: .5, countries: .25, places: .25}
    return float((1.5 + sum(chances[kind] * bits[kind] for kind in bits))
                 / sum(chances[kind] * words[kind] for kind in bits))
