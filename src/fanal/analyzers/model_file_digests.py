"""Computes every digest by which a tool may name a model file, in one pass over its bytes.

| dialect | what | who names it so |
| --- | --- | --- |
| sha256 | SHA-256 of the file | A1111 family, Fooocus, InvokeAI where set so |
| autov2 | its first 10 digits | A1111 `Model hash` since 2023 (modules/sd_models.py), Fooocus |
| autov1 | first 8 digits of the SHA-256 of 64 KiB from 1 MiB on | A1111 until 2023 (`model_hash`) |
| tensors | SHA-256 of what follows a safetensors header | kohya `sshs_model_hash`
  (`addnet_hash_safetensors`), SwarmUI with `0x` before it (src/Text2Image/T2IModel.cs) |
| autov3 | its first 12 digits | A1111 `Lora hashes` (extensions-builtin/Lora/network.py), Civitai |
| blake3 | BLAKE3 of the file | InvokeAI (invokeai/backend/model_hash/model_hash.py) |
"""

import hashlib

from blake3 import blake3

from fanal.content.handle import Content

LEGACY_START, LEGACY_END = 0x100000, 0x110000


def digests(content: Content, tensors_from: int) -> list[dict[str, str]]:
    """Return dialect and value of each digest; `tensors_from` is 0 where no header ends."""
    whole, part, legacy = blake3(), hashlib.sha256(), hashlib.sha256()
    at = 0
    for block in content.blocks():
        whole.update(block)
        if tensors_from and at + len(block) > tensors_from:
            part.update(block[max(tensors_from - at, 0) :])
        if at < LEGACY_END and at + len(block) > LEGACY_START:
            legacy.update(block[max(LEGACY_START - at, 0) : LEGACY_END - at])
        at += len(block)
    found = {**known(content), "blake3": whole.hexdigest()}
    if tensors_from:
        found |= {"tensors": part.hexdigest(), "autov3": part.hexdigest()[:12]}
    if at > LEGACY_START:  # of a smaller file it would be the digest of nothing
        found["autov1"] = legacy.hexdigest()[:8]
    return spelled(found)


def known(content: Content) -> dict[str, str]:
    """Return the digests that need no reading."""
    return {"sha256": content.sha256, "autov2": content.sha256[:10]}


def spelled(found: dict[str, str]) -> list[dict[str, str]]:
    """Return digests as findings spell them."""
    return [{"dialect": dialect, "value": value} for dialect, value in found.items()]
