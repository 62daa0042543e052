"""Image URIs: what each means, part by part, with its place in the text.

    <account>.dkr.ecr.<region>.<suffix>/<repository>[:<tag>][@<digest>]

The registry is strictly what stands before the first `/`: `evil.com/x.dkr.ecr.us-east-1.amazonaws.com/repo` is a repository
of evil.com.
"""

from __future__ import annotations

from functools import lru_cache

from smlint.images.classify import Parts, TagFacts, understand
from smlint.images.placeholders import mask, names_placeholder
from smlint.images.regions import looks_like_region
from smlint.model.images import Image
from smlint.model.text import has_placeholder, is_placeholder

_ENDPOINTS = (
    (".dkr.ecr.", "ecr"),
    (".dkr.ecr-fips.", "ecr-fips"),
    (".dkr-ecr.", "dual-stack"),
    (".dkr-ecr-fips.", "dual-stack-fips"),
)
_DUAL_STACK = frozenset(("on.aws", "on.amazonwebservices.com.cn"))
_SUFFIXES = frozenset(
    ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov"]
)
_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_TAG = _ALPHANUMERIC | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ._-")
_HEXADECIMAL = frozenset("0123456789abcdef")
_SCHEMES = ("https://", "http://", "docker://")
_CACHED_LENGTH = 512


def format_image(image: Image) -> str:
    """The URI again, exactly as it was written: `format_image(parse_image(x)) == x` for every x."""
    return image.uri


def parse_image(uri: str) -> Image:
    """Read an image URI. Never raises.

    A component that holds an unknown part (a hole, or a placeholder such as `{region}` or `ACCOUNT_ID`) is None; its offsets
    are in `parts` all the same, and everything else is understood as far as it is certain. `problems` has a sentence for
    each fault of a text that is meant as an ECR URI; a name of any other registry has none.

    What may be relied on: `owner` is `aws` only when the account is one of SageMaker's registries. `known_repository` and
    `known_tag` speak of the catalogue; `known_tag` False is evidence only where `owner` is `aws`. In SageMaker's accounts,
    and where the account is unknown or a documents' placeholder, a known repository gives the fields their meaning. In any
    other account, a repository of a known name may be a private mirror: then `framework`, `version` and what else the tag
    says are filled when the tag follows the grammar, but `architecture`, `processor` and `scope` only when the tag itself is
    known. Anywhere else a tag is free text, and means nothing.
    """
    return _remembered(uri) if len(uri) <= _CACHED_LENGTH else _parse(uri)


@lru_cache(maxsize=2048)
def _remembered(uri: str) -> Image:
    return _parse(uri)


def forget() -> None:
    """Forget the catalogue used so far."""
    _remembered.cache_clear()


def _parse(uri: str) -> Image:
    text = mask(uri)
    start, end = 0, len(text)
    problems: list[str] = []
    if text and (text[0].isspace() or text[-1].isspace()):
        stripped = text.strip()
        start = len(text) - len(text.lstrip())
        end = start + len(stripped)
        problems.append("has blanks around it")
    for scheme in _SCHEMES if text.startswith(_SCHEMES, start) else ():
        if text.startswith(scheme, start):
            problems.append(f"begins with {scheme}, which is no part of an image URI")
            start += len(scheme)
    slash = text.find("/", start, end)
    host = text[start : slash if slash >= 0 else end]
    parts: Parts = {}
    bare, colon, port = host.partition(":")
    if colon and port.isdigit():
        host = bare
    endpoint = _split_host(host, start, parts)
    if not endpoint:
        return _foreign(uri, text, start, end, slash, problems)
    if colon and port.isdigit():
        problems.append(f"names port {port}, which no image URI of ECR does")
    account = _component(text, parts, "account")
    region = _component(text, parts, "region")
    domain = _component(text, parts, "domain")
    _check_host(text, parts, account, region, problems)
    repository, tag, digest = _path(text, slash + 1 if slash >= 0 else end, end, parts, problems)
    known_host = not has_placeholder(host)
    if known_host:
        parts["registry"] = (start, start + len(host))
    facts = understand(text, account, True, repository, tag, parts)
    return Image(
        uri, host if known_host else "", account, region, domain, endpoint, facts.owner, repository, tag, digest, *facts[1:],
        tuple(problems), parts,
    )  # fmt: skip


def _split_host(host: str, at: int, parts: Parts) -> str:
    """Fill in the parts of an ECR host and return the kind of endpoint; an empty string for any other host."""
    for marker, endpoint in _ENDPOINTS if ".dkr" in host else ():
        cut = host.find(marker)
        if cut <= 0:
            continue
        rest = cut + len(marker)
        dot = host.find(".", rest)
        if dot < 0 and not has_placeholder(host[rest:]):
            return ""
        if dot >= 0 and not _is_suffix(host[dot + 1 :], endpoint):
            return ""
        if "." in host[:cut] or rest >= len(host):
            return ""
        parts["account"] = (at, at + cut)
        parts["region"] = (at + rest, at + (dot if dot >= 0 else len(host)))
        if dot >= 0:
            parts["domain"] = (at + dot + 1, at + len(host))
        return endpoint
    return ""


def _is_suffix(domain: str, endpoint: str) -> bool:
    """Whether a DNS suffix is AWS's, or close enough to be meant as it (`amazonaws.cn`); `amazonaws.com.evil.com` is not."""
    if has_placeholder(domain):
        return True
    if endpoint.startswith("dual-stack"):
        return domain in _DUAL_STACK
    if domain in _SUFFIXES:
        return True
    labels = domain.split(".")
    return labels[0] in ("amazonaws", "amazonws", "amazonaw", "amazon", "aws", "awsamazon") and (
        len(labels) <= 2 or (len(labels) == 3 and labels[1:] == ["com", "cn"])
    )


def _component(text: str, parts: Parts, name: str) -> str | None:
    span = parts.get(name)
    if span is None:
        return None
    value = text[span[0] : span[1]]
    if name == "domain":
        return None if has_placeholder(value) else value
    return None if names_placeholder(value) else value


def _check_host(text: str, parts: Parts, account: str | None, region: str | None, problems: list[str]) -> None:
    if account is not None and not (len(account) == 12 and account.isascii() and account.isdigit()):
        problems.append(f"account {account!r} is not of 12 digits")
    if region is not None and not looks_like_region(region):
        problems.append(f"{region!r} does not have the form of a Region")


def _path(
    text: str, at: int, end: int, parts: Parts, problems: list[str]
) -> tuple[str | None, str | None, str | None]:
    """Repository, tag and digest of what follows the host, with their parts and problems."""
    tag = digest = None
    stop = end
    sign = text.find("@", at, end)
    if sign >= 0:
        digest = text[sign + 1 : end]
        parts["digest"] = (sign + 1, end)
        stop = sign
        hexadecimal = digest.removeprefix("sha256:")
        if has_placeholder(digest):
            digest = None
        elif not digest.startswith("sha256:") or len(hexadecimal) != 64 or not _HEXADECIMAL.issuperset(hexadecimal):
            problems.append("the digest is not sha256: and 64 hexadecimal digits")
    colon = text.find(":", at, stop)
    if colon >= 0:
        tag = text[colon + 1 : stop]
        parts["tag"] = (colon + 1, stop)
        if ":" in tag:
            problems.append("has two colons")
        elif not tag:
            problems.append("the tag is empty")
        elif not has_placeholder(tag) and (len(tag) > 128 or not _TAG.issuperset(tag) or tag[0] in ".-"):
            problems.append(f"the tag {_short(tag)!r} has characters that a tag cannot have")
        if has_placeholder(tag):
            tag = None
        stop = colon
    repository = text[at:stop]
    parts["repository"] = (at, stop)
    if not repository:
        problems.append("has no repository")
        return None, tag, digest
    if _is_plain(repository):
        return repository, tag, digest
    if has_placeholder(repository):
        return None, tag, digest
    lowered = repository.lower()
    if lowered != repository and _is_repository(lowered):
        problems.append(f"repository {_short(repository)!r} has capital letters")
    elif not _is_repository(repository):
        problems.append(f"{_short(repository)!r} is not the name of a repository")
    return repository, tag, digest


@lru_cache(maxsize=1024)
def _is_plain(name: str) -> bool:
    """The usual case of `_is_repository`, and a known one: in small letters."""
    return _is_repository(name)


def _is_repository(name: str) -> bool:
    """Words of small letters and digits, joined by `.`, `_`, `__`, or dashes, in folders joined by `/`."""
    for folder in name.split("/"):
        if not folder or folder[0] not in _ALPHANUMERIC or folder[-1] not in _ALPHANUMERIC:
            return False
        if not _ALPHANUMERIC.issuperset(folder.replace("-", "").replace("_", "").replace(".", "")):
            return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


def _foreign(uri: str, text: str, start: int, end: int, slash: int, problems: list[str]) -> Image:
    """An image of any registry but ECR, or a text that is no image at all."""
    host = text[start:slash] if slash >= 0 else text[start:end]
    meant = (".dkr.ecr" in host or ".dkr-ecr" in host) and host.rpartition(".")[2] in ("com", "cn", "aws", "eu", "gov", "uk")
    parts: Parts = {}
    if slash < 0 or not ("." in host or ":" in host or host == "localhost" or has_placeholder(host)):
        if meant:
            problems.append("has no repository")
        elif ".dkr.ecr." in host and host[:12].isdigit():
            meant = True
            problems.append("has no repository, and a registry that is not complete")
        host, at = "", start
    else:
        at = slash + 1
        if meant and ".amazonaws." in f".{host}." and host.endswith(tuple(_SUFFIXES)):
            problems.append(f"{_short(host)!r} is not the name of an ECR registry")
        else:
            meant = False
    registry = "" if has_placeholder(host) else host
    if registry:
        parts["registry"] = (start, start + len(host))
    repository, tag, digest = _path(text, at, end, parts, [])
    facts = TagFacts()
    if host and all(is_placeholder(c) for c in host):
        facts = understand(text, None, False, repository, tag, parts)
    return Image(
        uri, registry, None, None, None, "ecr", None, repository, tag, digest, *facts[1:], tuple(problems) if meant else (), parts
    )
