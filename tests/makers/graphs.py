"""Builds small ComfyUI graphs in both forms; the words in them are neutral."""

import copy
from typing import Any

SEED = 4711
PROMPT = "zz-test-0001, a lighthouse on a hill"
NEGATIVE = "zz-test-0002, fog"
INPUT_FILE = "zz-input-0001.png"
FACE_FILE = "zz-face-0001.png"
OFFSET = [277.570323516665, -176.37351932]
"""Where the editor's view stood, as it writes that: to the last digit."""

Graph = dict[str, Any]


def _node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def text_to_picture(width: int = 64, height: int = 64) -> Graph:
    """Return the executed graph that makes a picture from a text."""
    return {
        "3": _node(
            "KSampler",
            seed=SEED,
            steps=20,
            cfg=7.5,
            sampler_name="euler",
            scheduler="karras",
            denoise=1.0,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        "4": _node("CheckpointLoaderSimple", ckpt_name="zz-model.safetensors"),
        "5": _node("EmptyLatentImage", width=width, height=height, batch_size=1),
        "6": _node("CLIPTextEncode", text=PROMPT, clip=["4", 1]),
        "7": _node("CLIPTextEncode", text=NEGATIVE, clip=["4", 1]),
        "8": _node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": {**_node("SaveImage", filename_prefix="zz-out", images=["8", 0]), "_meta": {}},
    }


def _loaded(graph: Graph, key: str = "20", name: str = INPUT_FILE) -> Graph:
    return {**copy.deepcopy(graph), key: _node("LoadImage", image=name)}


def picture_to_picture(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that works over a picture at part strength."""
    graph = _loaded(text_to_picture(width, height))
    del graph["5"]
    graph["21"] = _node("VAEEncode", pixels=["20", 0], vae=["4", 2])
    graph["3"]["inputs"] |= {"latent_image": ["21", 0], "denoise": 0.6}
    return graph


def in_painting(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that fills the masked part of a picture at full strength."""
    graph = picture_to_picture(width, height)
    graph["21"] = _node(
        "VAEEncodeForInpaint", pixels=["20", 0], mask=["20", 1], vae=["4", 2], grow_mask_by=6
    )
    graph["3"]["inputs"]["denoise"] = 1.0
    return graph


def out_painting(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that draws on around a picture."""
    graph = in_painting(width, height)
    graph["22"] = _node(
        "ImagePadForOutpaint", image=["20", 0], left=0, top=0, right=64, bottom=0, feathering=8
    )
    graph["21"]["inputs"] |= {"pixels": ["22", 0], "mask": ["22", 1]}
    return graph


def control(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that takes edges from a picture."""
    graph = _loaded(text_to_picture(width, height))
    graph["30"] = _node("ControlNetLoader", control_net_name="zz-canny.safetensors")
    graph["31"] = _node("CannyEdgePreprocessor", image=["20", 0])
    graph["32"] = _node(
        "ControlNetApplyAdvanced",
        positive=["6", 0],
        negative=["7", 0],
        control_net=["30", 0],
        image=["31", 0],
        strength=0.8,
    )
    graph["3"]["inputs"] |= {"positive": ["32", 0], "negative": ["32", 1]}
    return graph


def face_swap(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that puts the face of one picture into a generated one."""
    graph = _loaded(text_to_picture(width, height), "20", FACE_FILE)
    graph["40"] = _node(
        "ReActorFaceSwap", input_image=["8", 0], source_image=["20", 0], swap_model="zz.onnx"
    )
    graph["9"]["inputs"]["images"] = ["40", 0]
    return graph


def face_swap_of_photograph() -> Graph:
    """Return a graph without a sampler: one picture's face in another picture."""
    return {
        "1": _node("LoadImage", image=INPUT_FILE),
        "2": _node("LoadImage", image=FACE_FILE),
        "3": _node("ReActorFaceSwap", input_image=["1", 0], source_image=["2", 0]),
        "9": _node("SaveImage", filename_prefix="zz-out", images=["3", 0]),
    }


def identity(width: int = 64, height: int = 64, kind: str = "ApplyInstantID") -> Graph:
    """Return a graph that copies the person in a picture."""
    graph = _loaded(text_to_picture(width, height), "20", FACE_FILE)
    graph["50"] = _node(kind, image=["20", 0], model=["4", 0], positive=["6", 0], weight=0.8)
    graph["3"]["inputs"]["model"] = ["50", 0]
    return graph


def guide(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that takes the look of a picture."""
    graph = _loaded(text_to_picture(width, height))
    graph["60"] = _node("IPAdapterAdvanced", image=["20", 0], model=["4", 0], weight=0.5)
    graph["3"]["inputs"]["model"] = ["60", 0]
    return graph


def unknown_guide(width: int = 64, height: int = 64) -> Graph:
    """Return a graph in which a node class that nobody knows takes a picture."""
    graph = _loaded(text_to_picture(width, height))
    graph["60"] = _node("ZzNobodyKnowsThis", zz_first=["20", 0], model=["4", 0])
    graph["3"]["inputs"]["model"] = ["60", 0]
    return graph


def composite(width: int = 64, height: int = 64) -> Graph:
    """Return a graph that pastes a picture into the generated one."""
    graph = _loaded(text_to_picture(width, height))
    graph["70"] = _node("ImageCompositeMasked", destination=["8", 0], source=["20", 0], x=0, y=0)
    graph["9"]["inputs"]["images"] = ["70", 0]
    return graph


def add_on(width: int = 64, height: int = 64) -> Graph:
    """Return a graph with a LoRA on top of the model."""
    graph = text_to_picture(width, height)
    graph["80"] = _node(
        "LoraLoader",
        lora_name="zz-folder/zz-lora.safetensors",
        strength_model=0.75,
        strength_clip=1.0,
        model=["4", 0],
        clip=["4", 1],
    )
    graph["3"]["inputs"]["model"] = ["80", 0]
    return graph


def pass_through() -> Graph:
    """Return a graph that only makes a picture larger."""
    return {
        "1": _node("LoadImage", image=INPUT_FILE),
        "2": _node("UpscaleModelLoader", model_name="zz-4x.pth"),
        "3": _node("ImageUpscaleWithModel", image=["1", 0], upscale_model=["2", 0]),
        "9": _node("SaveImage", filename_prefix="zz-out", images=["3", 0]),
    }


def unused_input(width: int = 64, height: int = 64) -> Graph:
    """Return a graph with a picture that is loaded and reaches nothing but a preview."""
    graph = _loaded(text_to_picture(width, height))
    graph["90"] = _node("PreviewImage", images=["20", 0])
    return graph


_ORDER = {
    "KSampler": ("seed", None, "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "CLIPTextEncode": ("text",),
    "SaveImage": ("filename_prefix",),
    "LoadImage": ("image", None),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "UpscaleModelLoader": ("model_name",),
    "ControlNetLoader": ("control_net_name",),
}
"""The editor's order of the values; None is a control of its own."""
_TYPES = {
    "image": "IMAGE",
    "images": "IMAGE",
    "pixels": "IMAGE",
    "input_image": "IMAGE",
    "source_image": "IMAGE",
    "source": "IMAGE",
    "destination": "IMAGE",
    "mask": "MASK",
    "samples": "LATENT",
    "latent_image": "LATENT",
    "model": "MODEL",
    "clip": "CLIP",
    "vae": "VAE",
    "positive": "CONDITIONING",
    "negative": "CONDITIONING",
    "control_net": "CONTROL_NET",
    "upscale_model": "UPSCALE_MODEL",
    "zz_first": "IMAGE",
}


def editor(graph: Graph, *, as_objects: bool = False) -> dict[str, Any]:
    """Return the editor's drawing of an executed graph, its links as lists or as objects."""
    links: list[Any] = []
    nodes = []
    for key, node in graph.items():
        inputs = []
        for name, value in node["inputs"].items():
            if isinstance(value, list):
                number = len(links) + 1
                kind = _TYPES[name]
                parts = (number, int(value[0]), value[1], int(key), len(inputs), kind)
                names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
                links.append(dict(zip(names, parts, strict=True)) if as_objects else list(parts))
                inputs.append({"name": name, "type": kind, "link": number})
        order = _ORDER.get(node["class_type"], ())
        values = [None if name is None else node["inputs"].get(name) for name in order]
        nodes.append(
            {
                "id": int(key),
                "type": node["class_type"],
                "pos": [100 * len(nodes), 50],
                "mode": 0,
                "inputs": inputs,
                "outputs": [],
                "properties": {"cnr_id": "comfy-core", "ver": "0.3.40"},
                "widgets_values": values,
            }
        )
    return {
        "id": "0b0f1d6e-5b1e-4b7b-9a86-0c2d1f5a7e11",
        "revision": 0,
        "last_node_id": max(int(key) for key in graph),
        "last_link_id": len(links),
        "nodes": nodes,
        "links": links,
        "groups": [{"title": "zz-group"}],
        "config": {},
        "extra": {"ds": {"scale": 1.14, "offset": OFFSET}, "frontendVersion": "1.34.9"},
        "version": 0.4,
    }


def with_subgraph(width: int = 64, height: int = 64) -> dict[str, Any]:
    """Return an editor's graph whose sampler lies in a graph inside a node."""
    outer = editor(picture_to_picture(width, height))
    sampler = next(node for node in outer["nodes"] if node["id"] == 3)
    encode = next(node for node in outer["nodes"] if node["id"] == 21)
    own = {link[0]: link for link in outer["links"]}
    name = "aa0f1d6e-5b1e-4b7b-9a86-0c2d1f5a7e22"
    leading = [*sampler["inputs"], *encode["inputs"]]
    inner_links, outer_inputs = [], []
    for slot, told in enumerate(leading):
        link = own[told["link"]]
        if link[1] == 21:  # from one inner node to the other
            inner_links.append([told["link"], 21, 0, 3, 0, "LATENT"])
            outer_inputs.append({"name": f"in{slot}", "type": "*", "link": None})
            continue
        inner_links.append([told["link"], -10, slot, link[3], 0, link[5]])
        outer_inputs.append({"name": f"in{slot}", "type": link[5], "link": told["link"]})
        link[3] = 100
    inner_links.append([999, 3, 0, -20, 0, "LATENT"])
    for link in outer["links"]:
        if link[1] == 3:
            link[1] = 100
    outer["links"] = [link for link in outer["links"] if link[1] != 21]
    outer["nodes"] = [node for node in outer["nodes"] if node["id"] not in {3, 21}]
    outer["nodes"].append({"id": 100, "type": name, "mode": 0, "inputs": outer_inputs})
    graph = {"id": name, "nodes": [sampler, encode], "links": inner_links}
    outer["definitions"] = {"subgraphs": [graph]}
    return outer
