"""Parse image URIs: the meaning of each part, with its offsets.

    <account>.dkr.ecr.<region>.<suffix>/<repository>[:<tag>][@<digest>]

The registry is strictly the text before the first `/`: `evil.com/x.dkr.ecr.us-east-1.amazonaws.com/repo` is a repository on evil.com.
"""

from __future__ import annotations

from functools import lru_cache

from smlint.images.caching import cached_per_catalog
from smlint.images.catalog import Catalog
from smlint.images.classify import Parts, classify, classify_gallery
from smlint.images.placeholders import mask, names_placeholder
from smlint.images.regions import looks_like_region
from smlint.model.images import Image
from smlint.model.text import has_placeholder, is_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.images.classify import WrittenFields

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
    """Return the URI exactly as it was written: `format_image(parse_image(uri, catalog)) == uri` for every text."""
    return image.uri


def parse_image(uri: str, catalog: Catalog) -> Image:
    """Parse an image URI. Never raises.

    A component that contains an unknown part (a placeholder character, or a placeholder such as `{region}` or `ACCOUNT_ID`) is None, but its
    offsets are in `parts`. Other fields that are uncertain keep their default. `problems` has a phrase for each fault of a text that is
    intended as an ECR URI; names in other registries have none.

    Guarantees: `owner` is `aws` only if the account is one of SageMaker's registries. `known_repository` and `known_tag` refer to the catalog;
    `known_tag` False is evidence only if `owner` is `aws`. In SageMaker's accounts, and if the account is unknown or a placeholder of the AWS
    documentation, a known repository gives the fields their meaning. In any other account, a repository with a known name may be a private
    mirror: then `framework`, `version` and the other parts of the tag are set if the tag follows the grammar, but `architecture`, `processor`
    and `scope` only if the tag itself is known. Elsewhere a tag is free text without a meaning.
    """
    return _parse_cached(catalog, uri) if len(uri) <= _CACHED_LENGTH else _parse(catalog, uri)


@cached_per_catalog(2048)
def _parse_cached(catalog: Catalog, uri: str) -> Image:
    return _parse(catalog, uri)


def _parse(catalog: Catalog, uri: str) -> Image:
    text = mask(uri)
    start, end = 0, len(text)
    problems: list[str] = []
    if text and (text[0].isspace() or text[-1].isspace()):
        stripped = text.strip()
        start = len(text) - len(text.lstrip())
        end = start + len(stripped)
        problems.append("surrounding whitespace")
    for scheme in _SCHEMES if text.startswith(_SCHEMES, start) else ():
        if text.startswith(scheme, start):
            problems.append(f"starts with {scheme}")
            start += len(scheme)
    slash = text.find("/", start, end)
    host = text[start : slash if slash >= 0 else end]
    parts: Parts = {}
    bare, colon, port = host.partition(":")
    if colon and port.isdigit():
        host = bare
    endpoint = _split_host(host, start, parts)
    if not endpoint:
        return _outside_ecr(catalog, uri, text, start, end, slash, problems)
    if colon and port.isdigit():
        problems.append(f"port {port} is not allowed in an ECR image URI")
    account = _component(text, parts, "account")
    region = _component(text, parts, "region")
    domain = _component(text, parts, "domain")
    _check_host(text, parts, account, region, problems)
    repository, tag, digest = _path(text, slash + 1 if slash >= 0 else end, end, parts, problems)
    known_host = not has_placeholder(host)
    if known_host:
        parts["registry"] = (start, start + len(host))
    written: WrittenFields = {
        "uri": uri,
        "registry": host if known_host else "",
        "account": account,
        "region": region,
        "domain": domain,
        "endpoint": endpoint,
        "repository": repository,
        "tag": tag,
        "digest": digest,
        "problems": tuple(problems),
        "parts": parts,
    }
    return classify(catalog, text, written, is_ecr=True)


def _split_host(host: str, at: int, parts: Parts) -> str:
    """Add the parts of an ECR host and return the kind of endpoint; an empty string for other hosts."""
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
    """Return whether a DNS suffix is AWS's or probably a typo of it (`amazonaws.cn`); `amazonaws.com.evil.com` is not."""
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
        problems.append(f"account {account!r} does not have 12 digits")
    if region is not None and not looks_like_region(region):
        problems.append(f"{region!r} is not a valid Region name")


def _path(
    text: str, at: int, end: int, parts: Parts, problems: list[str]
) -> tuple[str | None, str | None, str | None]:
    """Split the path after the host into repository, tag and digest; add their parts and problems."""
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
            problems.append("digest is not sha256: followed by 64 hexadecimal digits")
    colon = text.find(":", at, stop)
    if colon >= 0:
        tag = text[colon + 1 : stop]
        parts["tag"] = (colon + 1, stop)
        if ":" in tag:
            problems.append("two colons")
        elif not tag:
            problems.append("empty tag")
        elif not has_placeholder(tag) and (len(tag) > 128 or not _TAG.issuperset(tag) or tag[0] in ".-"):
            problems.append(f"{_short(tag)!r} is not a valid tag")
        if has_placeholder(tag):
            tag = None
        stop = colon
    repository = text[at:stop]
    parts["repository"] = (at, stop)
    if not repository:
        problems.append("no repository")
        return None, tag, digest
    if _is_repository(repository):
        return repository, tag, digest
    if has_placeholder(repository):
        return None, tag, digest
    lowered = repository.lower()
    if lowered != repository and _is_repository(lowered):
        problems.append(f"upper-case letters in repository {_short(repository)!r}")
    else:
        problems.append(f"{_short(repository)!r} is not a valid repository name")
    return repository, tag, digest


@lru_cache(maxsize=1024)
def _is_repository(name: str) -> bool:
    """Return whether a name consists of words of lower-case letters and digits, joined by `.`, `_`, `__` or dashes, in folders joined by `/`."""
    for folder in name.split("/"):
        if not folder or folder[0] not in _ALPHANUMERIC or folder[-1] not in _ALPHANUMERIC:
            return False
        if not _ALPHANUMERIC.issuperset(folder.replace("-", "").replace("_", "").replace(".", "")):
            return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


def _outside_ecr(catalog: Catalog, uri: str, text: str, start: int, end: int, slash: int, problems: list[str]) -> Image:
    """Parse an image in another registry than ECR, or a text that is not an image."""
    host = text[start:slash] if slash >= 0 else text[start:end]
    intended = (".dkr.ecr" in host or ".dkr-ecr" in host) and host.rpartition(".")[2] in ("com", "cn", "aws", "eu", "gov", "uk")
    parts: Parts = {}
    if slash < 0 or not ("." in host or ":" in host or host == "localhost" or has_placeholder(host)):
        if intended:
            problems.append("no repository")
        elif ".dkr.ecr." in host and host[:12].isdigit():
            intended = True
            problems.append("incomplete registry and no repository")
        host, at = "", start
    else:
        at = slash + 1
        if intended and ".amazonaws." in f".{host}." and host.endswith(tuple(_SUFFIXES)):
            problems.append(f"{_short(host)!r} is not a valid ECR registry")
        else:
            intended = False
    registry = "" if has_placeholder(host) else host
    if registry:
        parts["registry"] = (start, start + len(host))
    repository, tag, digest = _path(text, at, end, parts, [])
    written: WrittenFields = {
        "uri": uri,
        "registry": registry,
        "account": None,
        "region": None,
        "domain": None,
        "endpoint": "ecr",
        "repository": repository,
        "tag": tag,
        "digest": digest,
        "problems": tuple(problems) if intended else (),
        "parts": parts,
    }
    if host and all(is_placeholder(c) for c in host):
        return classify(catalog, text, written, is_ecr=False)
    return classify_gallery(catalog, text, written) if registry in ("public.ecr.aws", "nvcr.io") else Image(**written)
